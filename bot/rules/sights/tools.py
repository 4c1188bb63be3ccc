"""Every tool that the policy names, and what it finds of each kind."""

from collections.abc import Iterator

from msgspec import Struct

from bot.context import Context
from bot.readers.places import ImagePlaces
from bot.readers.reader import EvidenceKind, Reader
from bot.readers.row import ReaderRow
from bot.readers.seeing import Sight, SightState, never, never_asked
from bot.readers.table import ROWS
from bot.rules.sights.asked import AskedReader, unsearched
from bot.rules.sights.platforms import of_platforms
from bot.rules.sights.signatures import of_signatures
from bot.unreadable import UnknownReason


class ReaderSights(Struct, frozen=True):
    """What one tool finds, kind by kind."""

    reader: Reader
    version: str
    sights: tuple[tuple[EvidenceKind, Sight], ...]


def sights(context: Context) -> tuple[ReaderSights, ...]:
    """What the policy's readers find, in the policy's order."""
    places = ImagePlaces(context.evidence)
    found = []
    for name in dict.fromkeys(context.expected.readers):
        reader = Reader(name)
        row = ROWS[reader]
        unread = {kind for named, kind in context.expected.unread if named == name}
        each = tuple(
            (kind, never_asked(kind) if kind.value in unread else _of_kind(kind, row, context, places))
            for kind in EvidenceKind
        )
        found.append(ReaderSights(reader, row.version, each))
    return tuple(found)


def _of_kind(kind: EvidenceKind, row: ReaderRow, context: Context, places: ImagePlaces) -> Sight:
    look = row.looks.get(kind)
    if look is None:
        return never(kind, row)
    asked = AskedReader(kind, row, look, context, places)
    return _so_far(of_signatures(asked) if kind is EvidenceKind.SIGNATURE else of_platforms(asked), asked)


def _so_far(sight: Sight, asked: AskedReader) -> Sight:
    """What is not found may be in a place that was not searched, or still arrive."""
    if sight.state is not SightState.UNSEEN or not asked.searches:
        return sight
    if not_searched := unsearched(asked):
        return not_searched
    if asked.context.is_settled:
        return sight
    why = f"not found within the policy's settle time: {sight.why}"
    return Sight(SightState.UNKNOWN, why, code=UnknownReason.AWAITING_SIGNATURE)


def sentences(one: ReaderSights) -> Iterator[str]:
    """Why the tool does not simply find a kind that it reads; once for kinds of which the same is true."""
    kinds: dict[str, list[str]] = {}
    for kind, sight in one.sights:
        if sight.why and sight.state is not SightState.NOT_READ:
            kinds.setdefault(sight.why, []).append(kind)
    yield from (f"{', '.join(each)}: {why}" for why, each in kinds.items())
