"""Prints the share of found true vectors and of false alarms: python -m tests.secret_bench CHECKOUT [--missed]."""

import sys
from collections.abc import Iterable
from pathlib import Path

from bot.attestations.exposed_text import keyed, within
from bot.attestations.provenance import Exposed, RecordPlace
from bot.attestations.secrets import leaks_in
from tests.secret_bench.vectors import Vectors, read_checkout

NEUTRAL = "VALUE"


def is_found(text: str) -> bool:
    """Whether the text leaks, as the value of a build argument whose name says nothing and as a file's text."""
    texts = [*keyed(RecordPlace.BUILD_ARGUMENT, NEUTRAL, text), *within(RecordPlace.STEP_FILE, text)]
    return any(True for exposed in texts for _ in leaks_in(exposed))


def is_found_bare(text: str) -> bool:
    """Whether the text leaks as the value of a build argument whose name says nothing."""
    return next(leaks_in(Exposed(RecordPlace.BUILD_ARGUMENT, NEUTRAL, text)), None) is not None


def _share(label: str, results: Iterable[bool]) -> str:
    found = list(results)
    return f"{label:<58}{sum(found):>6} of {len(found):<6}{100 * sum(found) / max(len(found), 1):5.1f} %"


def _print(folder: Path, *, missed: bool) -> None:
    checkout = read_checkout(folder)
    rules = checkout.rules
    for problem in checkout.unread:
        print(f"not read: {problem}")
    known = {text for rule in rules for text in rule.true}
    true = [(rule, text) for rule in rules for text in rule.true]
    false = [(rule, text) for rule in rules for text in rule.false if text not in known]
    bare = {(rule.rule, token): rule for rule, text in true if (token := rule.token(text))}
    print(f"{len(rules)} rules, {len(checkout.unread)} functions not read")
    print(_share("true vectors found, each as a text", (is_found(text) for _, text in true)))
    print(_share("rules with every true vector found", (all(map(is_found, rule.true)) for rule in rules if rule.true)))
    shaped = [token for (_, token), rule in bare.items() if rule.shaped]
    named = [token for (_, token), rule in bare.items() if not rule.shaped]
    print(_share("bare tokens with a shape, under a neutral name", map(is_found_bare, shaped)))
    print(_share("bare tokens without a shape, under a neutral name", map(is_found_bare, named)))
    print(_share("all bare tokens, under a neutral name", map(is_found_bare, [*shaped, *named])))
    nobodys = [text for _, text in false if not any(rule.finds(text) for rule in rules)]
    print(_share("true vectors found by shape alone", (is_found_bare(text) for _, text in true)))
    print(_share("false vectors found by shape alone", (is_found_bare(text) for _, text in false)))
    print(_share("false vectors found, each as a text", (is_found(text) for _, text in false)))
    print(_share("... of those that no rule of gitleaks finds", map(is_found, nobodys)))
    if missed:
        _print_missed(true, false, bare)


def _print_missed(
    true: list[tuple[Vectors, str]], false: list[tuple[Vectors, str]], bare: dict[tuple[str, str], Vectors]
) -> None:
    for rule, text in true:
        if not is_found(text):
            print(f"MISSED {rule.rule}: {text[:200]!r}")
    for (name, token), rule in bare.items():
        if rule.shaped and not is_found_bare(token):
            print(f"BARE {name}: {token[:200]!r}")
    for rule, text in false:
        if is_found(text):
            print(f"FALSE {rule.rule}: {text[:200]!r}")


if __name__ == "__main__":
    _print(Path(sys.argv[1]), missed="--missed" in sys.argv)
