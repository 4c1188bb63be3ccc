"""What each tool that the policy names finds of the image: its signature, its provenance, its SBOM.

What is there is what the other rules go by: verified signatures, and statements about the platform. Without a policy
that names readers nobody imports this.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from bot.attestations.head import is_provenance_type, is_sbom_type
from bot.context import Context
from bot.evidence import PlatformEvidence, Unreadable
from bot.readers.forms import EvidenceForm, EvidencePiece, of_signature
from bot.readers.places import ImagePlaces, among, of_platform, signed_places
from bot.readers.reader import EvidenceKind, Reader
from bot.readers.row import ReaderLook, ReaderRow
from bot.readers.seeing import Sight, SightState, never, never_asked, seen
from bot.readers.table import ROWS
from bot.rules.coverage import image_signatures, is_expected, is_unverifiable, is_valid, reasons, subject
from bot.signatures.reason import SignatureReason
from bot.signatures.signature import Layout, Signature
from bot.unreadable import UnknownReason
from bot.values import replace

_ORDER: Final = (SightState.SEEN, SightState.UNKNOWN, SightState.UNSEEN)
"""Of several pieces of one kind, the one that the tool finds counts."""


OTHER_BUNDLE: Final = "only as a bundle of the same signer that holds another statement, which it takes for a signature"


class ReaderSights(Struct, frozen=True):
    """What one tool finds, kind by kind."""

    reader: Reader
    version: str
    sights: tuple[tuple[EvidenceKind, Sight], ...]


class _Asked(Struct, frozen=True):
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
    asked = _Asked(kind, row, look, context, places)
    return _so_far(_of_signatures(asked) if kind is EvidenceKind.SIGNATURE else _of_platforms(asked), asked)


def _so_far(sight: Sight, asked: _Asked) -> Sight:
    """What is not found may be in a place that was not searched, or still arrive."""
    if sight.state is not SightState.UNSEEN or not asked.searches:
        return sight
    if unsearched := _unsearched(asked):
        return unsearched
    if asked.context.is_settled:
        return sight
    told = f"not found within the policy's settle time: {sight.why}"
    return Sight(SightState.UNKNOWN, told, code=UnknownReason.AWAITING_SIGNATURE)


def _unsearched(asked: _Asked) -> Sight | None:
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
    return next((_unknown(part) for part in unread), None)


def _of_signatures(asked: _Asked) -> Sight:
    """Verified signatures of the image; those of a signer whom the policy names, where there are such."""
    context = asked.context
    valid = _about_it(context, image_signatures(context.evidence, is_valid))
    if not valid:
        unverified = _about_it(context, image_signatures(context.evidence, is_unverifiable))
        return _unverified(unverified) if unverified else _unsearched(asked) or Sight(SightState.ABSENT)
    signed = [one for one in valid if is_expected(one, context.expected)] or valid
    best = _best((*(asked.sees(of_signature(one)) for one in signed), *_in_other_bundles(asked, signed)))
    return _that_others_verify(asked) or best if best.state is SightState.UNSEEN else best


def _that_others_verify(asked: _Asked) -> Sight | None:
    """Signatures where the tool looks that only its users can verify, with keys that the policy does not name."""
    unverified = _about_it(asked.context, image_signatures(asked.context.evidence, is_unverifiable))
    found = [one for one in unverified if asked.sees(of_signature(one)).state is not SightState.UNSEEN]
    return _unverified(found) if found else None


def _in_other_bundles(asked: _Asked, signed: list[Signature]) -> Iterator[Sight]:
    """Bundles by these signers that say something else of the image, and that the tool takes for its signature."""
    if not asked.row.any_bundle:
        return
    by = {(one.issuer, one.identity, one.key_name) for one in signed}
    for one in _about_it(asked.context, filter(is_valid, asked.context.evidence.signatures)):
        if one.layout is Layout.BUNDLE and (one.issuer, one.identity, one.key_name) in by:
            sight = asked.sees(of_signature(one))
            yield replace(sight, why=sight.why or OTHER_BUNDLE) if sight.state is SightState.SEEN else sight


def _about_it(context: Context, signatures: Iterable[Signature]) -> list[Signature]:
    return [one for one in signatures if subject(context.evidence, one)]


def _unverified(signatures: list[Signature]) -> Sight:
    by_key = any(one.code is SignatureReason.NO_KEY for one in signatures)
    told = f"present, but not verified: {reasons(signatures)}"
    return Sight(SightState.UNKNOWN, told, code=UnknownReason.NO_KEY if by_key else UnknownReason.UNVERIFIABLE)


def _of_platforms(asked: _Asked) -> Sight:
    """The weakest platform is the image's: one for which the tool misses what is there."""
    evidence = asked.context.evidence
    each = [(one, _of_platform(one, asked)) for one in evidence.platforms]
    for state in (SightState.UNSEEN, SightState.UNKNOWN):
        if told := [(one, sight) for one, sight in each if sight.state is state]:
            return _named(told, alone=len(told) < len(each))
    for part in evidence.unreadable:
        return _unknown(part)
    found = [sight for _, sight in each if sight.state is SightState.SEEN]
    return next((sight for sight in found if sight.why), found[0]) if found else Sight(SightState.ABSENT)


def _of_platform(platform: PlatformEvidence, asked: _Asked) -> Sight:
    part = platform.provenance if asked.kind is EvidenceKind.PROVENANCE else platform.sbom
    if asked.look.own_type and asked.look.own_type in _types_of(platform, asked.places):
        return Sight(SightState.SEEN)
    if part is None:
        return _unsearched(asked) or Sight(SightState.ABSENT)
    pieces = of_platform(asked.places, platform, asked.kind, in_index=EvidenceForm.INDEX in asked.look.forms)
    found = [asked.sees(one) for one in _of_signers(asked, list(pieces))]
    unread = part if isinstance(part, Unreadable) else _unread_in_index(platform, asked)
    if unread and SightState.SEEN not in {sight.state for sight in found}:
        return _unknown(unread)
    if found:
        return _best(found)
    return Sight(SightState.UNKNOWN, "where it is stored is not known", code=UnknownReason.NOT_SEARCHED)


def _unread_in_index(platform: PlatformEvidence, asked: _Asked) -> Unreadable | None:
    """Why the index may hold more for a tool that reads it; a statement without a type may be of any."""
    if EvidenceForm.INDEX not in asked.look.forms:
        return None
    is_wanted = is_provenance_type if asked.kind is EvidenceKind.PROVENANCE else is_sbom_type
    for one in platform.statements:
        is_of_index = one.manifest in platform.attestation_manifests
        if one.unreadable and is_of_index and (not one.predicate_type or is_wanted(one.predicate_type)):
            return one.unreadable
    return None


def _of_signers(asked: _Asked, pieces: list[EvidencePiece]) -> list[EvidencePiece]:
    """For a tool that verifies, those of a signer whom the policy names, where there are such."""
    if not asked.row.verifies:
        return pieces
    context = asked.context
    named = [one for one in context.evidence.signatures if is_expected(one, context.expected)]
    return among(pieces, signed_places(named)) or pieces


def _types_of(platform: PlatformEvidence, places: ImagePlaces) -> frozenset[str]:
    return places.listed_types(platform.digest) | places.listed_types(places.evidence.digest)


def _best(found: Iterable[Sight]) -> Sight:
    """The tool finds one kind when it finds one piece of it; an option less is better.

    Of several that it does not find, the one that is nearest to what it reads is told.
    """
    return min(found, key=lambda sight: (_ORDER.index(sight.state), not sight.is_near, bool(sight.why)))


def _named(told: list[tuple[PlatformEvidence, Sight]], *, alone: bool) -> Sight:
    """The first of them, with the platforms when it is not true of all."""
    first = told[0][1]
    if not alone:
        return first
    names = ", ".join(platform.platform for platform, _ in told)
    return replace(first, why=f"for {names}, {first.why}")


def _unknown(part: Unreadable) -> Sight:
    return Sight(SightState.UNKNOWN, part.reason, code=part.code)


def sentences(one: ReaderSights) -> Iterator[str]:
    """Why the tool does not simply find a kind that it reads; once for kinds of which the same is true."""
    kinds: dict[str, list[str]] = {}
    for kind, sight in one.sights:
        if sight.why and sight.state is not SightState.NOT_READ:
            kinds.setdefault(sight.why, []).append(kind)
    yield from (f"{', '.join(each)}: {why}" for why, each in kinds.items())
