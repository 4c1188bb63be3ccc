"""Changes to a text by position: nothing else in the file changes."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.workflows.text import Place


@dataclass(frozen=True, slots=True)
class Edit:
    """Put `text` where `place` is; an empty place inserts.

    `alone` marks an insertion that must not meet another at the same place, as both would write the same key.
    """

    place: Place
    text: str
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Fix:
    """All the edits that mend one finding: made together or not at all."""

    edits: tuple[Edit, ...]


def insert(offset: int, text: str, *, alone: bool = False) -> Fix:
    """A fix that only adds."""
    return Fix((Edit(Place(offset, offset), text, alone),))


def replace(place: Place, text: str) -> Fix:
    """A fix that changes one stretch."""
    return Fix((Edit(place, text),))


def compatible(fixes: Iterable[Fix]) -> list[Fix]:
    """Those fixes, in order, that can be made in one go; the others have to wait for the next reading."""
    taken: list[Edit] = []
    chosen = []
    for fix in fixes:
        fresh = [edit for edit in fix.edits if edit not in taken]
        if not any(_clash(edit, other) for edit in fresh for other in taken):
            taken.extend(fresh)
            chosen.append(fix)
    return chosen


def apply(text: str, fixes: Iterable[Fix]) -> str:
    """The text with these compatible fixes made. Equal edits count once; insertions at one place keep their order."""
    edits = list(dict.fromkeys(edit for fix in fixes for edit in fix.edits))
    parts, at = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.place.start, edit.place.end)):
        parts += [text[at : edit.place.start], edit.text]
        at = edit.place.end
    return "".join([*parts, text[at:]])


def _clash(one: Edit, other: Edit) -> bool:
    """Whether both cannot be made in one go."""
    if one.place == other.place and one.place.start == one.place.end:
        return one.alone or other.alone
    return (one.place.start < other.place.end and other.place.start < one.place.end) or one.place == other.place
