"""What is allowed in a policy file, but hardly meant: said by `provenance policy check`."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from bot.policy.entry import Entry
from bot.policy.file import FilePolicies
from bot.policy.globs import covers
from bot.policy.match import asked
from bot.rules import catalogue

_GOES_WITH: Final = {
    "identities": "signature-identity-unexpected",
    "keys": "signature-identity-unexpected",
    "sources": "provenance-source-unexpected",
    "builders": "provenance-builder-unexpected",
    "base_images": "provenance-base-unexpected",
}
"""A key of an entry, and the rule that looks at it."""


def remarks(policies: FilePolicies, today: date) -> tuple[str, ...]:
    """Sentences, each with file and line."""
    return (*_entries(policies), *_waivers(policies, today))


def _entries(policies: FilePolicies) -> Iterator[str]:
    known = {rule.id for rule in catalogue()}
    for place, entry in enumerate(policies.file.images):
        if hiding := _hidden_by(policies, place):
            first = policies.line("images", hiding - 1)
            yield _said(policies, ("images", place), f"never counts: line {first} names all its images before")
        require, advise = asked(entry)
        for key, rule in _GOES_WITH.items():
            if getattr(entry, key) and rule in known and rule not in require | advise:
                yield _said(policies, ("images", place, key), f"nobody looks at it: {rule} is not asked")
        if "signature-missing" in require and "signature-invalid" not in require:
            yield _said(policies, ("images", place, "require"), _ONLY_PRESENCE)


_ONLY_PRESENCE: Final = "signature-missing without signature-invalid: a signature that does not hold would do"


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
