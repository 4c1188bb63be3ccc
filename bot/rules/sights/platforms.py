"""Whether a tool finds the provenance, or the SBOM, of each platform."""

from bot.attestations.head import is_provenance_type, is_sbom_type
from bot.evidence import PlatformEvidence, Unreadable
from bot.readers.forms import EvidenceForm, EvidencePiece
from bot.readers.places import ImagePlaces, among, of_platform, signed_places
from bot.readers.reader import EvidenceKind
from bot.readers.seeing import Sight, SightState
from bot.rules.coverage import is_expected
from bot.rules.sights.asked import AskedReader, best_of, unknown, unsearched
from bot.unreadable import UnknownReason
from bot.values import replace


def of_platforms(asked: AskedReader) -> Sight:
    """The weakest platform is the image's: one for which the tool misses what is there."""
    evidence = asked.context.evidence
    each = [(one, _of_platform(one, asked)) for one in evidence.platforms]
    for state in (SightState.UNSEEN, SightState.UNKNOWN):
        if concerned := [(one, sight) for one, sight in each if sight.state is state]:
            return _named(concerned, alone=len(concerned) < len(each))
    for part in evidence.unreadable:
        return unknown(part)
    found = [sight for _, sight in each if sight.state is SightState.SEEN]
    return next((sight for sight in found if sight.why), found[0]) if found else Sight(SightState.ABSENT)


def _of_platform(platform: PlatformEvidence, asked: AskedReader) -> Sight:
    part = platform.provenance if asked.kind is EvidenceKind.PROVENANCE else platform.sbom
    if asked.look.own_type and asked.look.own_type in _types_of(platform, asked.places):
        return Sight(SightState.SEEN)
    if part is None:
        return unsearched(asked) or Sight(SightState.ABSENT)
    pieces = of_platform(asked.places, platform, asked.kind, in_index=EvidenceForm.INDEX in asked.look.forms)
    found = [asked.sees(one) for one in _of_signers(asked, list(pieces))]
    unread = part if isinstance(part, Unreadable) else _unread_in_index(platform, asked)
    if unread and SightState.SEEN not in {sight.state for sight in found}:
        return unknown(unread)
    if found:
        return best_of(found)
    return Sight(SightState.UNKNOWN, "where it is stored is not known", code=UnknownReason.NOT_SEARCHED)


def _unread_in_index(platform: PlatformEvidence, asked: AskedReader) -> Unreadable | None:
    """Why the index may hold more for a tool that reads it; a statement without a type may be of any."""
    if EvidenceForm.INDEX not in asked.look.forms:
        return None
    is_wanted = is_provenance_type if asked.kind is EvidenceKind.PROVENANCE else is_sbom_type
    for one in platform.statements:
        is_of_index = one.manifest in platform.attestation_manifests
        if one.unreadable and is_of_index and (not one.predicate_type or is_wanted(one.predicate_type)):
            return one.unreadable
    return None


def _of_signers(asked: AskedReader, pieces: list[EvidencePiece]) -> list[EvidencePiece]:
    """For a tool that verifies, those of a signer whom the policy names, where there are such."""
    if not asked.row.verifies:
        return pieces
    context = asked.context
    named = [one for one in context.evidence.signatures if is_expected(one, context.expected)]
    return among(pieces, signed_places(named)) or pieces


def _types_of(platform: PlatformEvidence, places: ImagePlaces) -> frozenset[str]:
    return places.listed_types(platform.digest) | places.listed_types(places.evidence.digest)


def _named(found: list[tuple[PlatformEvidence, Sight]], *, alone: bool) -> Sight:
    """The first of them, with the platforms when it is not true of all."""
    first = found[0][1]
    if not alone:
        return first
    names = ", ".join(platform.platform for platform, _ in found)
    return replace(first, why=f"for {names}, {first.why}")
