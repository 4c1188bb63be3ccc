"""Changes to a text by position: nothing else in the file changes."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable

from msgspec import Struct, field

from bot.workflows.text import Place


class Edit(Struct, frozen=True):
    """Put `text` where `place` is; an empty place inserts.

    `alone` marks an insertion that must not meet another at the same place, as both would write the same key.
    """

    place: Place
    text: str
    alone: bool = False


class Fix(Struct, frozen=True):
    """All the edits that fix one finding: made together or not at all."""

    edits: tuple[Edit, ...]


def insert(offset: int, text: str, *, alone: bool = False) -> Fix:
    """A fix that only adds."""
    return Fix((Edit(Place(offset, offset), text, alone),))


def replace(place: Place, text: str) -> Fix:
    """A fix that changes one stretch."""
    return Fix((Edit(place, text),))


def compatible(fixes: Iterable[Fix]) -> list[Fix]:
    """Those fixes, in order, that can be made in one go; the others have to wait for the next reading."""
    taken, chosen = _Taken(), []
    for fix in fixes:
        fresh = [edit for edit in fix.edits if edit not in taken.edits]
        if not any(map(taken.clashes, fresh)):
            for edit in fresh:
                taken.add(edit)
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


class _Taken(Struct):
    """Edits that do not clash, kept so that the next one finds its neighbours at once."""

    edits: set[Edit] = field(default_factory=set)
    replaced: list[tuple[int, int]] = field(default_factory=list)  # sorted, apart from each other
    inserted: list[int] = field(default_factory=list)  # sorted
    alone: set[int] = field(default_factory=set)

    def add(self, edit: Edit) -> None:
        self.edits.add(edit)
        if edit.place.start < edit.place.end:
            insort(self.replaced, (edit.place.start, edit.place.end))
            return
        insort(self.inserted, edit.place.start)
        if edit.alone:
            self.alone.add(edit.place.start)

    def clashes(self, edit: Edit) -> bool:
        """Whether it meets another edit, or an insertion that must be alone where it stands."""
        start, end = edit.place.start, edit.place.end
        at = bisect_left(self.replaced, (end, end))
        if at and self.replaced[at - 1][1] > start:  # the last one that begins before our end
            return True
        first = bisect_right(self.inserted, start)
        if start < end:
            return first < len(self.inserted) and self.inserted[first] < end
        there = first > 0 and self.inserted[first - 1] == start
        return start in self.alone or (there and edit.alone)
