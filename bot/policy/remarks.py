"""What is allowed in a policy file, but hardly meant: said by `provenance policy check`."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from bot.policy.entry import Entry
from bot.policy.fields import DEFAULT
from bot.policy.file import FilePolicies
from bot.policy.globs import covers
from bot.policy.match import asked, expected_by
from bot.policy.owners import remark_on
from bot.rules import catalogue
from bot.rules.patterns import fits, is_listed

STRANGER: Final = "https://github.com/zz-stranger/zz/.github/workflows/zz.yml@refs/heads/zz"
"""A workflow of nobody in particular."""

_DOT: Final = re.compile(r"[A-Za-z0-9]+\.(?:com|org|net|io|dev|ya?ml)\b")
"""A name of a host or a file whose dot is not escaped."""

Remark = tuple[tuple[str | int, ...], str]
"""Which key of an entry, and what about it."""

_GOES_WITH: Final = {
    "identities": "signature-identity-unexpected",
    "keys": "signature-identity-unexpected",
    "sources": "provenance-source-unexpected",
    "builders": "provenance-builder-unexpected",
    "base_images": "provenance-base-unexpected",
}
"""A key of an entry, and the rule that looks at it."""

_AHEAD: Final = {
    "rolling": "tag-moved",
    "sisters": "tag-registries-differ",
    "layouts": "signature-lost",
    "platforms": "platform-lost",
}
"""Keys for rules that compare tags, releases and registries; until those come, nothing happens."""


def remarks(policies: FilePolicies, today: date) -> tuple[str, ...]:
    """Sentences, each with file and line."""
    return (*_entries(policies), *_ahead(policies), *_waivers(policies, today))


def _entries(policies: FilePolicies) -> Iterator[str]:
    for place, entry in enumerate(policies.file.images):
        if hiding := _hidden_by(policies, place):
            first = policies.line("images", hiding - 1)
            yield _said(policies, ("images", place), f"never counts: line {first} names all its images before")
        for look in (_unread, _unanswerable, _asked_oddly, _identities, _patterns, _owners):
            for key, message in look(entry):
                yield _said(policies, ("images", place, *key), message)


def _unread(entry: Entry) -> Iterator[Remark]:
    require, advise = asked(entry)
    for key, rule in _GOES_WITH.items():
        if getattr(entry, key) and rule not in require | advise:
            yield (key,), f"nobody looks at it: {rule} is not asked"


def _unanswerable(entry: Entry) -> Iterator[Remark]:
    """Rules that are asked for by name, and skipped because the entry does not name what they compare with."""
    expected = expected_by(entry, is_release=entry.releases is not None)
    unasked = {rule.id: rule.wants for rule in catalogue() if not rule.asked(expected)}
    for key in ("require", "advise"):
        for rule in getattr(entry, key) or ():
            if rule in unasked:
                yield (key,), f"{rule} is never asked: the entry names no {unasked[rule]}"


def _asked_oddly(entry: Entry) -> Iterator[Remark]:
    require, _ = asked(entry)
    if "signature-missing" in require and "signature-invalid" not in require:
        yield ("require",), "signature-missing without signature-invalid: a signature that does not hold would do"
    for rule in sorted(set(entry.require or ()) & set(entry.advise or ()) - {DEFAULT}):
        yield ("advise",), f"{rule} is required as well, and that is what counts"


def _identities(entry: Entry) -> Iterator[Remark]:
    """Sigstore gives a certificate to anybody; who is let in is decided by these alone."""
    for number, identity in enumerate(entry.identities):
        if fits(identity.subject, STRANGER):
            yield (
                ("identities", number, "subject"),
                "it fits everybody's workflows, so it says nothing about who signed",
            )
        if identity.issuer.endswith("/"):
            yield (
                ("identities", number, "issuer"),
                "compared exactly, and few issuers end in a slash: GitHub's does not",
            )


def _patterns(entry: Entry) -> Iterator[Remark]:
    """Patterns that let in more than their author thinks."""
    whose: list[tuple[tuple[str | int, ...], str]] = [
        (("identities", number, "subject"), one.subject) for number, one in enumerate(entry.identities)
    ]
    for key in ("sources", "builders", "isolated_builders"):
        for number, pattern in enumerate(getattr(entry, key)):
            whose.append(((key, number), pattern))
            if is_listed(STRANGER, (pattern,)):
                yield (key, number), "it fits everybody's"
    for where, pattern in whose:
        if dot := _DOT.search(pattern):
            escaped = dot[0].replace(".", r"\.")
            yield where, f"a dot stands for any character: write {escaped} for {dot[0]}"


def _owners(entry: Entry) -> Iterator[Remark]:
    """A name that looks like a mention would be a promise that nobody keeps."""
    for number, owner in enumerate(entry.owners):
        if said := remark_on(owner):
            yield ("owners", number), said


def _ahead(policies: FilePolicies) -> Iterator[str]:
    """Said once: a key that is read and has no effect must not look as if it had one."""
    known = {rule.id for rule in catalogue()}
    for key, rule in _AHEAD.items():
        places = (place for place, entry in enumerate(policies.file.images) if getattr(entry, key))
        if rule not in known and (place := next(places, None)) is not None:
            yield _said(policies, ("images", place, key), "it is read, but nothing acts on it yet")


def _hidden_by(policies: FilePolicies, place: int) -> int:
    """The number, from 1, of an earlier entry that names all images of this one; 0 when there is none."""
    entries = policies.file.images
    return next((number for number, one in enumerate(entries[:place], 1) if _hides(one, entries[place])), 0)


def _hides(earlier: Entry, entry: Entry) -> bool:
    return all(any(covers(one, glob) for one in earlier.match) for glob in entry.match)


def _waivers(policies: FilePolicies, today: date) -> Iterator[str]:
    for place, waiver in enumerate(policies.file.waivers):
        if waiver.until < today:
            yield _said(
                policies, ("waivers", place), f"ended on {waiver.until.isoformat()}: {waiver.rule} counts again"
            )


def _said(policies: FilePolicies, path: tuple[str | int, ...], message: str) -> str:
    key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
    return f"{policies.path.name}:{policies.line(*path)}: {key}: {message}"
