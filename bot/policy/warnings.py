"""Warnings about a policy file: what is allowed but probably a mistake. `provenance policy check` prints them."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from bot.policy.entry import PolicyEntry
from bot.policy.fields import DEFAULT
from bot.policy.file import FilePolicies
from bot.policy.globs import covers
from bot.policy.match import asked
from bot.policy.overlaps import overlaps
from bot.policy.owners import warning_about
from bot.policy.unused import IN_AN_ENTRY, Warned, same_names, useless_waivers
from bot.rules import catalogue
from bot.rules.patterns import fits, is_listed

STRANGER: Final = "https://github.com/zz-stranger/zz/.github/workflows/zz.yml@refs/heads/zz"
"""A workflow that no sensible pattern accepts."""

SHARED: Final = (
    "https://github.com/docker/github-builder/.github/workflows/build.yml@refs/tags/v1.0.0",
    "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml@refs/tags/v2.1.0",
)
"""Workflows that everybody may call: they sign for their callers."""

_DOT: Final = re.compile(r"[A-Za-z0-9]+\.(?:com|org|net|io|dev|ya?ml)\b")
"""A name of a host or a file whose dot is not escaped."""


def warnings(policies: FilePolicies, today: date) -> tuple[str, ...]:
    """One sentence for each warning, with file and line, in the file's order."""
    found = (
        *_entries(policies),
        *same_names(policies),
        *overlaps(policies),
        *_waivers(policies, today),
        *useless_waivers(policies),
    )
    start = f"{policies.path.name}:"
    return tuple(sorted(found, key=lambda said: int(said.removeprefix(start).partition(":")[0])))


def _entries(policies: FilePolicies) -> Iterator[str]:
    for place, entry in enumerate(policies.file.images):
        if hiding := _hidden_by(policies, place):
            first = policies.line("images", hiding - 1)
            yield policies.said(("images", place), f"never applies: the entry in line {first} matches all its images")
        for look in (*IN_AN_ENTRY, _contradictions, _identities, _patterns, _owners):
            for key, message in look(entry):
                yield policies.said(("images", place, *key), message)


def _contradictions(entry: PolicyEntry) -> Iterator[Warned]:
    require, advise = asked(entry)
    for rule in catalogue():
        for other, why in rule.goes_with.items():
            if rule.id in require and other in advise:
                yield ("require",), f"{rule.id} without {other}: {why}"
    for twice in sorted(set(entry.require or ()) & set(entry.advise or ()) - {DEFAULT}):
        yield ("advise",), f"{twice} is also in `require`, which takes precedence"


def _identities(entry: PolicyEntry) -> Iterator[Warned]:
    """Sigstore issues certificates to anybody; only these entries decide who is accepted."""
    for number, identity in enumerate(entry.identities):
        if fits(identity.subject, STRANGER):
            yield (
                ("identities", number, "subject"),
                "matches everybody's workflows, so it does not restrict who may sign",
            )
        elif not entry.sources and any(fits(identity.subject, one) for one in SHARED):
            yield (
                ("identities", number, "subject"),
                "names a workflow that everybody may call: only `sources` restrict for whom it signs",
            )
        if identity.issuer.endswith("/"):
            yield (
                ("identities", number, "issuer"),
                "is compared exactly and ends in a slash; GitHub's issuer does not",
            )


def _patterns(entry: PolicyEntry) -> Iterator[Warned]:
    """Patterns that match more than intended."""
    whose: list[tuple[tuple[str | int, ...], str]] = [
        (("identities", number, "subject"), one.subject) for number, one in enumerate(entry.identities)
    ]
    for key in ("sources", "builders", "isolated_builders"):
        for number, pattern in enumerate(getattr(entry, key)):
            whose.append(((key, number), pattern))
            if is_listed(STRANGER, (pattern,)):
                yield (key, number), "matches everybody's repositories"
    for where, pattern in whose:
        if dot := _DOT.search(pattern):
            escaped = dot[0].replace(".", r"\.")
            yield where, f"a dot matches any character: write {escaped} for {dot[0]}"


def _owners(entry: PolicyEntry) -> Iterator[Warned]:
    """Owners that look like a mention and notify nobody; how to mention nobody."""
    if entry.mentions != "parent" and not entry.owners:
        yield ("mentions",), "has no effect: the entry names no owners"
    for number, owner in enumerate(entry.owners):
        if said := warning_about(owner):
            yield ("owners", number), said


def _hidden_by(policies: FilePolicies, place: int) -> int:
    """The number, from 1, of an earlier entry that matches all images of this one; 0 if there is none."""
    entries = policies.file.images
    return next((number for number, one in enumerate(entries[:place], 1) if _hides(one, entries[place])), 0)


def _hides(earlier: PolicyEntry, entry: PolicyEntry) -> bool:
    return all(any(covers(one, glob) for one in earlier.match) for glob in entry.match)


def _waivers(policies: FilePolicies, today: date) -> Iterator[str]:
    for place, waiver in enumerate(policies.file.waivers):
        if waiver.until < today:
            yield policies.said(
                ("waivers", place), f"expired on {waiver.until.isoformat()}: {waiver.rule} applies again"
            )
