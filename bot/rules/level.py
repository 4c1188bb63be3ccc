"""How far an image's provenance can be trusted, in one word, and an estimate of its SLSA build level.

An estimate, never a claim: LIMITS says what it cannot know. https://slsa.dev/spec/v1.1/levels
"""

from enum import StrEnum
from itertools import chain
from typing import Final

from msgspec import Struct

from bot.attestations.head import is_provenance_type
from bot.attestations.provenance import Provenance
from bot.attestations.secrets import shown
from bot.context import Context, Expected
from bot.evidence import PlatformEvidence, Unreadable
from bot.rules.coverage import by, is_expected, is_unverifiable, is_valid, on_provenance
from bot.rules.patterns import is_listed
from bot.rules.unknowns import unsearched
from bot.signatures.signature import Signature
from bot.unreadable import UnknownReason

HOSTED: Final = "github-hosted"

LIMITS: Final = (
    "Anyone with push access can write an unsigned BuildKit statement.",
    "Only a certificate says whether a runner is hosted or self-hosted.",
    "Level 3 needs an audit of the builder, which is not in a registry; here it means that the policy lists it.",
)
"""What the estimate cannot know."""


class Level(StrEnum):
    """The weakest platform is the image's."""

    ABSENT = "absent"  # no provenance in any layout
    UNSIGNED = "present, unsigned"
    UNVERIFIABLE = "unverifiable"  # a signature is there, nobody here can judge it
    SIGNED = "signed"  # by somebody whom the policy does not name
    EXPECTED = "signed by the expected identity"
    UNKNOWN = "unknown"  # it could not be looked at


class Estimate(Struct, frozen=True):
    """`build_level` is None when nobody can tell; `reason` is a sentence, `code` says why the level is unknown."""

    level: Level
    build_level: int | None
    reason: str
    code: UnknownReason | None = None


def estimate(context: Context) -> Estimate:
    """Look at every platform; the weakest decides."""
    evidence = context.evidence
    if evidence.artifact is not None:
        return Estimate(Level.UNKNOWN, None, f"{evidence.artifact.name} is not an image", UnknownReason.NOT_ASKED)
    told = [platform.provenance for platform in evidence.platforms]
    if evidence.ambiguous:
        why = "a document can be read in two ways, so the provenance may be about something else"
        return Estimate(Level.UNKNOWN, None, why, UnknownReason.AMBIGUOUS)
    parts = (*told, *evidence.unreadable, *evidence.unconfirmed)
    unread = [part.code for part in parts if isinstance(part, Unreadable)]
    if unread or not evidence.platforms:
        why = "the provenance, or a part of the image, could not be read, or the image has no platform"
        return Estimate(Level.UNKNOWN, None, why, next(iter(unread), UnknownReason.NOTHING_RUNS))
    lacking = [platform.platform for platform in evidence.platforms if platform.provenance is None]
    if lacking and (elsewhere := unsearched(evidence)):
        return Estimate(Level.UNKNOWN, None, elsewhere[0].reason, elsewhere[0].code)
    if lacking:
        return Estimate(Level.ABSENT, 0, f"no provenance for {', '.join(lacking)}")
    build_level, reason = _build_level(context)
    level = _level(context)
    return Estimate(level, build_level, reason, _open(context) if level is Level.UNKNOWN else None)


def _level(context: Context) -> Level:
    """What is attached to a signed image is not signed by that: the same holds here as for `attestation-unsigned`."""
    evidence = context.evidence

    def wanted(signature: Signature) -> bool:
        return is_expected(signature, context.expected)

    if all(on_provenance(evidence, platform, wanted) for platform in evidence.platforms):
        return Level.EXPECTED
    if all(on_provenance(evidence, platform, is_valid) for platform in evidence.platforms):
        return Level.SIGNED
    if _open(context):
        return Level.UNKNOWN
    return Level.UNVERIFIABLE if any(map(is_unverifiable, evidence.signatures)) else Level.UNSIGNED


def _open(context: Context) -> UnknownReason | None:
    """Why there may be signatures that we have not seen; None when everything was searched."""
    evidence = context.evidence
    if not evidence.signatures_searched:
        return UnknownReason.NOT_SEARCHED
    for place in (*evidence.signatures_unreadable, *evidence.code_host_unreadable):
        return place.code
    return None if context.is_settled else UnknownReason.AWAITING_SIGNATURE


def _build_level(context: Context) -> tuple[int, str]:
    if isolated := _every(context, level=3):
        return 3, f"a candidate: the provenance is signed by {isolated}, which the policy lists as isolated"
    if hosted := _every(context, level=2):
        return 2, f"a candidate: the provenance is signed on a hosted runner, by {hosted}"
    return 1, f"provenance for every platform{_vouched(context)}"


def _vouched(context: Context) -> str:
    """Who signed provenance that its builder did not sign; "nobody" only where that is known."""
    evidence = context.evidence
    signed = [on_provenance(evidence, platform, is_valid) for platform in evidence.platforms]
    if all(signed):
        each = zip(evidence.platforms, signed, strict=True)
        itself = all(any(_speaks(one, platform) for one in found) for platform, found in each)
        return f", {'' if itself else 'on an index '}signed by {shown(by(chain.from_iterable(signed)))}"
    if _open(context):
        return "; it is not known whether it is signed"
    if any(on_provenance(evidence, platform, is_unverifiable) for platform in evidence.platforms):
        return "; it is signed, but the signature could not be verified"
    return "; it may be incomplete, and nobody signed it"


def _every(context: Context, *, level: int) -> str:
    """Who signed the provenance of every platform in such a way; "" when some platform lacks it."""
    evidence = context.evidence
    signers: list[Signature] = []
    for platform in evidence.platforms:
        found = [one for one in on_provenance(evidence, platform, is_valid) if _speaks(one, platform)]
        fit = [one for one in found if (_is_isolated(one, context.expected) if level == 3 else _is_hosted(one))]  # noqa: PLR2004
        if not fit or not isinstance(platform.provenance, Provenance):
            return ""
        signers += fit
    return shown(by(signers))


def _speaks(signature: Signature, platform: PlatformEvidence) -> bool:
    """Whether it speaks about the provenance itself: a signed statement, or the manifest that holds it."""
    return signature.digest in platform.attestation_manifests or is_provenance_type(signature.predicate_type)


def _is_hosted(signature: Signature) -> bool:
    """A statement that the platform's own tools signed; whose workflow it was, the identity tells."""
    return is_provenance_type(signature.predicate_type) and dict(signature.claims).get("runner-environment") == HOSTED


def _is_isolated(signature: Signature, expected: Expected) -> bool:
    """A reusable workflow that its caller cannot alter; GitHub names the called workflow in the certificate."""
    hosted = dict(signature.claims).get("runner-environment") == HOSTED
    return hosted and is_listed(signature.identity, expected.isolated_builders)
