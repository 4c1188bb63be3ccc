"""Whether a tool finds one piece of evidence where it stands, why not, and what would change that."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from msgspec import Struct

from bot.attestations.provenance import Mode
from bot.oci.referrer_list import ListedBy
from bot.readers.forms import REFERRERS, SIGNED, EvidenceForm, EvidencePiece
from bot.readers.places import ImagePlaces
from bot.readers.reader import EvidenceKind
from bot.readers.row import ALWAYS, ReaderLook, ReaderRow
from bot.signatures.discovery import ReferrerListing
from bot.unreadable import UnknownReason


class SightState(StrEnum):
    """What a tool finds of one kind of evidence."""

    SEEN = "seen"
    UNSEEN = "unseen"  # it is there, and the tool does not find it
    ABSENT = "absent"  # there is none to be found
    UNKNOWN = "unknown"
    NOT_READ = "not-read"  # the tool never reads that kind


class Sight(Struct, frozen=True):
    """What a tool finds, why it is so in a sentence, and what would make it find the evidence ("" where it does).

    `is_near` when the tool looks at that form of it.
    """

    state: SightState
    why: str = ""
    fix: str = ""
    code: UnknownReason | None = None
    is_near: bool = True


TYPE_MAX: Final = 100
"""Characters of a type that a sentence shows; real ones have up to 60."""

SIGN_WHOLE: Final = (
    "Sign the digest that the tag stands for: `cosign sign --recursive IMAGE@DIGEST` signs it and all below."
)
ATTACH_WHOLE: Final = "Attach it to the digest that the tag stands for; for most tools that is the index."
LIST_AGAIN: Final = "Sign or attach again: a registry with the API lists what is pushed to it with a subject."
REFUSE_AS_ASKED: Final = (
    "Let the registry, or the proxy before it, answer 404 to the referrers API, as the distribution specification asks"
    " of a registry without it."
)
FEWER: Final = "Delete those that nobody needs, such as signatures of old runs."
OTHER_LIST: Final = (
    "Copy the image with `oras copy -r` into a registry that has the referrers API, and writes the types itself, or"
    " verify with cosign 3, which opens every entry."
)
SIGN_AS_BUNDLE: Final = (
    "Sign with cosign 3's own defaults, so that this is a bundle, too; until then `--new-bundle-format=false` lets"
    " cosign 3 read the tag."
)
ANNOTATE: Final = (
    "Let BuildKit write it (`--provenance=mode=max --sbom=true`), which names the predicate type beside each statement."
)


def seen(one: EvidencePiece, row: ReaderRow, look: ReaderLook, places: ImagePlaces) -> Sight:
    """What the tool makes of that piece of evidence."""
    if one.form in look.undocumented:
        told = f"it is {one.form}, and the documentation does not say whether that is read"
        return Sight(SightState.UNKNOWN, told, code=UnknownReason.UNDOCUMENTED)
    if one.form not in look.forms:
        option = look.on_request.get(one.form, "")
        sought = f"looked for only {option}" if option else "not looked for"
        return Sight(SightState.UNSEEN, f"it is {one.form}, where it is {sought}", look.fix, is_near=bool(option))
    if problem := next(_problems(one, row, look, places), None):
        return problem
    return Sight(SightState.SEEN, _conditions(one, look, places))


def _problems(one: EvidencePiece, row: ReaderRow, look: ReaderLook, places: ImagePlaces) -> Iterator[Sight]:
    yield from _of_list(one, row, look, places)
    yield from _of_digest(one, look, places)
    if row.verifies and one.form in SIGNED and not places.is_verified(one):
        told = f"it is {one.form}, and its signature could not be verified here"
        yield Sight(SightState.UNKNOWN, told, code=UnknownReason.UNVERIFIABLE)
    if row.bundles_first and one.form in {EvidenceForm.SIG_TAG, EvidenceForm.ATT_TAG}:
        yield from _behind_bundles(one, row, places)
    if one.form is EvidenceForm.INDEX:
        yield from _of_index(one, look)


def _of_index(one: EvidencePiece, look: ReaderLook) -> Iterator[Sight]:
    """What is asked of a statement that BuildKit's index holds."""
    if look.annotations and not any(_fits(one.annotated, wanted) for wanted in look.annotations):
        yield _of_other_type(one, look)
    if look.full_provenance and one.mode is Mode.MIN:
        told = f"it is in min mode; {look.full_provenance}"
        yield Sight(SightState.UNKNOWN, told, code=UnknownReason.UNDOCUMENTED)
    if look.full_provenance and one.mode is not Mode.MAX:
        told = "another builder wrote it, and the documentation does not say whether that is enough"
        yield Sight(SightState.UNKNOWN, told, code=UnknownReason.UNDOCUMENTED)


def _of_list(one: EvidencePiece, row: ReaderRow, look: ReaderLook, places: ImagePlaces) -> Iterator[Sight]:
    """What a list of referrers hides: clients ask one list, and some of them only take what it calls right."""
    if one.form not in REFERRERS or not row.follows_lists:
        return
    listing = places.listing(one.about, one.manifest)
    if listing is None:
        told = "how the registry lists it is not known"
        yield Sight(SightState.UNKNOWN, told, code=UnknownReason.NOT_SEARCHED)
    elif listing.by is ListedBy.TAG_ALONE:
        told = "the registry has the referrers API, which does not list it: it is only under the fallback tag"
        yield Sight(SightState.UNSEEN, f"{told}, which is read where the API is not there", LIST_AGAIN)
    elif listing.by is ListedBy.TAG and listing.refusal not in row.falls_back:
        yield _of_refusal(listing)
    elif row.referrers_max and places.count(one.about) > row.referrers_max:
        told = f"{places.count(one.about)} manifests refer to that digest, and this tool opens none where more than"
        yield Sight(SightState.UNSEEN, f"{told} {row.referrers_max} do", FEWER)
    elif not listing.artifact_type.startswith(look.listed_as):
        called = f"calls it {_quoted(listing.artifact_type)}" if listing.artifact_type else "does not say what it is"
        told = f"the list of referrers {called}, and only {look.listed_as}… is opened"
        yield Sight(SightState.UNSEEN, told, OTHER_LIST)


def _of_refusal(listing: ReferrerListing) -> Sight:
    """It stands under the fallback tag, which the tool does not ask for after that answer."""
    if listing.refusal is None:
        told = "it is only under the fallback tag, and what the registry answers to the referrers API is not known"
        return Sight(SightState.UNKNOWN, told, code=UnknownReason.NOT_SEARCHED)
    told = f"it is only under the fallback tag, and the tool stops at the registry's answer {listing.refusal}"
    return Sight(SightState.UNSEEN, f"{told} to the referrers API", REFUSE_AS_ASKED)


def _of_digest(one: EvidencePiece, look: ReaderLook, places: ImagePlaces) -> Iterator[Sight]:
    """Tools resolve the tag, and ask about that digest."""
    if one.form is EvidenceForm.INDEX or one.about == places.evidence.digest:
        return
    names = [platform.platform for platform in places.evidence.platforms if platform.digest == one.about]
    if names and look.platform is None:
        told = f"it is about the digest of {names[0]}, and only the tag's own digest is asked about"
        yield Sight(SightState.UNSEEN, told, ATTACH_WHOLE if one.predicate_type else SIGN_WHOLE)
    elif not names and not _is_below_platform(one, look, places):
        told = "it is about an attestation manifest, and only the tag's own digest is asked about"
        yield Sight(SightState.UNSEEN, told, SIGN_WHOLE)


def _is_below_platform(one: EvidencePiece, look: ReaderLook, places: ImagePlaces) -> bool:
    """Whether the tool follows the lists down to it: from the platform to its attestations, and on from there."""
    if look.attestation is None:
        return False
    above = [places.listing(platform.digest, one.about) for platform in places.platforms_of(one.about)]
    return any(listing is not None and listing.by is not ListedBy.TAG_ALONE for listing in above)


def _behind_bundles(one: EvidencePiece, row: ReaderRow, places: ImagePlaces) -> Iterator[Sight]:
    """Once a bundle is found for the digest, the tags are not asked for."""
    if places.refusals(one.about) - row.falls_back:
        return  # the tool finds no bundle
    if one.about in places.bundled:
        told = f"it is {one.form}, and a bundle is there for the same digest: then no tag is read"
        yield Sight(SightState.UNSEEN, told, SIGN_AS_BUNDLE)
    elif one.about in places.doubtful:
        told = f"it is {one.form}, and what is there for the same digest may be a bundle: then no tag is read"
        yield Sight(SightState.UNKNOWN, told, code=UnknownReason.UNVERIFIABLE)
    elif places.evidence.signatures_unreadable:
        told = f"it is {one.form}, which is read only where no bundle is there, and not all places could be searched"
        yield Sight(SightState.UNKNOWN, told, code=UnknownReason.UNSEARCHED)


def _of_other_type(one: EvidencePiece, look: ReaderLook) -> Sight:
    """The type that stands beside the statement is not one that the tool takes."""
    beside = (
        f"the predicate type beside it is {_quoted(one.annotated)}"
        if one.annotated
        else "no predicate type is beside it"
    )
    if look.undocumented_predicates:
        told = f"{beside}, and the documentation does not say whether that is read"
        return Sight(SightState.UNKNOWN, told, code=UnknownReason.UNDOCUMENTED)
    wanted = " or ".join(f"{text}…" if text.endswith("/") else text for text in look.annotations)
    return Sight(SightState.UNSEEN, f"{beside}, and only {wanted} is read", ANNOTATE)


def _conditions(one: EvidencePiece, look: ReaderLook, places: ImagePlaces) -> str:
    """The options that finding it takes."""
    options = [look.forms[one.form]]
    if one.form is not EvidenceForm.INDEX and one.about != places.evidence.digest:
        options.append(look.platform or look.attestation or ALWAYS)
    if look.predicate and one.predicate_type != look.predicate:
        options.append(look.predicate_option)
    told = " and ".join(dict.fromkeys(option for option in options if option))
    return f"only {told}" if told else ""


def _quoted(text: str) -> str:
    """Whoever pushes writes it, as long as they like."""
    return repr(text if len(text) <= TYPE_MAX else f"{text[:TYPE_MAX]}…")


def _fits(text: str, wanted: str) -> bool:
    return text.startswith(wanted) if wanted.endswith("/") else text == wanted


def never(kind: EvidenceKind, row: ReaderRow) -> Sight:
    """The tool reads other kinds alone."""
    others = " and ".join(other.value for other in EvidenceKind if other in row.looks)
    return Sight(SightState.NOT_READ, f"it does not read a {kind}, only {others}")


def never_asked(kind: EvidenceKind) -> Sight:
    """The policy names other kinds for that tool."""
    return Sight(SightState.NOT_READ, f"the policy does not say that anybody reads a {kind.value} with it")
