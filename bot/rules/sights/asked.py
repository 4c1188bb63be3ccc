"""One kind of evidence, and one tool that reads it: what both kinds of looks (signatures, platforms) share."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from bot.context import Context
from bot.evidence import Unreadable
from bot.readers.forms import EvidenceForm, EvidencePiece
from bot.readers.places import ImagePlaces
from bot.readers.reader import EvidenceKind
from bot.readers.row import ReaderLook, ReaderRow
from bot.readers.seeing import Sight, SightState, seen
from bot.unreadable import UnknownReason

_ORDER: Final = (SightState.SEEN, SightState.UNKNOWN, SightState.UNSEEN)
"""Of several pieces of one kind, the one that the tool finds counts."""


class AskedReader(Struct, frozen=True):
    """One kind of evidence, and one tool that reads it."""

    kind: EvidenceKind
    row: ReaderRow
    look: ReaderLook
    context: Context
    places: ImagePlaces

    @property
    def searches(self) -> bool:
        """Whether the tool looks in places of this image beside its index."""
        return self.look.searches or (EvidenceForm.DOCKER_REGISTRY in self.look.forms and self.places.is_hardened)

    def sees(self, one: EvidencePiece) -> Sight:
        """What the tool makes of that piece."""
        return seen(one, self.row, self.look, self.places)


def unsearched(asked: AskedReader) -> Sight | None:
    """Why a place where the tool looks may hold more than we know of; None when all was searched."""
    evidence, look = asked.context.evidence, asked.look
    if asked.searches and not evidence.signatures_searched:
        return Sight(SightState.UNKNOWN, "signatures were not looked for", code=UnknownReason.NOT_SEARCHED)
    unread = evidence.signatures_unreadable if asked.searches else ()
    if EvidenceForm.GITHUB_API in look.forms:
        if not evidence.code_host_asked:
            return Sight(SightState.UNKNOWN, "GitHub was not asked what it holds", code=UnknownReason.NOT_ASKED)
        unread += evidence.code_host_unreadable
        unread += evidence.code_host.hidden if evidence.code_host else ()
    return next((unknown(part) for part in unread), None)


def best_of(found: Iterable[Sight]) -> Sight:
    """The tool finds one kind when it finds one piece of it; an option less is better.

    Of several that it does not find, the one that is nearest to what it reads is named.
    """
    return min(found, key=lambda sight: (_ORDER.index(sight.state), not sight.is_near, bool(sight.why)))


def unknown(part: Unreadable) -> Sight:
    """A sight of what could not be read."""
    return Sight(SightState.UNKNOWN, part.reason, code=part.code)
