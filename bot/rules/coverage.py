"""Which signatures speak about which part of an image: the index and all below it, one platform, one statement."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from bot.attestations.head import is_provenance_type
from bot.attestations.provenance import Provenance
from bot.attestations.reading import StatementEvidence
from bot.context import Expected
from bot.evidence import Evidence, PlatformEvidence
from bot.rules.patterns import fits, is_listed
from bot.signatures.signature import SOURCE, Layout, Signature, SignatureState

GITHUBS_BUILDS: Final = "https://actions.github.io/buildtypes/"
GITHUBS_ISSUER: Final = "https://token.actions.githubusercontent.com"

Wanted = Callable[[Signature], bool]


def is_valid(signature: Signature) -> bool:
    """Verified."""
    return signature.state is SignatureState.VALID


def is_invalid(signature: Signature) -> bool:
    """Verification said no."""
    return signature.state is SignatureState.INVALID


def is_unverifiable(signature: Signature) -> bool:
    """Nobody here can tell."""
    return signature.state is SignatureState.UNVERIFIABLE


def is_expected(signature: Signature, expected: Expected) -> bool:
    """Verified, and by somebody whom the policy names: issuer exactly, subject by a pattern for all of it.

    A workflow that others may call signs for whoever calls it, so the caller must be one of the policy's sources. Of
    Notation's signers, an authority of the policy names them, unless identities of the policy do.
    """
    if not is_valid(signature):
        return False
    if signature.key_name:
        return signature.key_name in expected.key_names
    named = [identity for identity in expected.identities if identity.issuer == signature.issuer]
    if signature.layout is Layout.NOTATION and expected.has_certificates and not _restricts_notation(expected):
        return True  # it leads to one of the policy's own certificates
    is_named = any(fits(identity.subject, signature.identity) for identity in named)
    return is_named and not strange_caller(signature, expected)


def _restricts_notation(expected: Expected) -> bool:
    """Whether an identity is about an authority of Notation's, whose name is not an address as those of Sigstore's are.

    One that names none of the policy's certificates, by a slip or because the store holds the authority below it, too,
    must not leave it open who may sign.
    """
    return any("=" in one.issuer.partition("://")[0] or "://" not in one.issuer for one in expected.identities)


def strange_caller(signature: Signature, expected: Expected) -> str:
    """The repository that let another one's workflow sign, when the policy's sources do not list it; else ""."""
    caller = dict(signature.claims).get(SOURCE, "")
    if not caller or not expected.sources or signature.identity.startswith(f"{caller}/"):
        return ""
    return "" if is_listed(caller, expected.sources) else caller


def image_signatures(evidence: Evidence, wanted: Wanted) -> tuple[Signature, ...]:
    """Those that sign the image: plain signatures, and signed provenance, by which a builder says that it made it.

    A signed statement of another kind only says something about an image that may be anybody's: a test result, a scan,
    a list of its packages, a summary of somebody else's verification.
    """
    return tuple(
        one
        for one in evidence.signatures
        if (not one.predicate_type or is_provenance_type(one.predicate_type)) and wanted(one)
    )


def about_image(evidence: Evidence, wanted: Wanted) -> tuple[Signature, ...]:
    """Those that sign the index, or the only manifest, and so everything that it names by digest."""
    return tuple(one for one in image_signatures(evidence, wanted) if one.digest == evidence.digest)


def about_platform(evidence: Evidence, platform: PlatformEvidence, wanted: Wanted) -> tuple[Signature, ...]:
    """Those that sign this platform alone: its manifest, or the manifest of its attestations.

    docker/github-builder signs nothing but attestation manifests; the statements in them name the platform.
    """
    digests = {platform.digest, *speaking(platform)} - {evidence.digest}
    return tuple(one for one in image_signatures(evidence, wanted) if one.digest in digests)


def subject(evidence: Evidence, signature: Signature) -> str:
    """What the signature is about: "image", a platform's name, or "" for something else that is in the index."""
    if signature.digest == evidence.digest:
        return "image"
    told = (one.platform for one in evidence.platforms if signature.digest in {one.digest, *speaking(one)})
    return next(told, "")


Attested = tuple[str, str]
"""A digest, and the type of what is attested about it."""


def attested(evidence: Evidence, *, at_github: bool) -> dict[Attested, Signature]:
    """The attestations that GitHub holds, or the registry in the same form, as bundles; one that is refused is none."""
    layout = Layout.GITHUB_API if at_github else Layout.BUNDLE
    return {
        (one.digest, one.predicate_type): one
        for one in evidence.signatures
        if one.layout is layout and one.predicate_type and not is_invalid(one)
    }


def made_at_github(evidence: Evidence) -> Iterator[Signature]:
    """Signed provenance in the registry that GitHub's own action made in a repository that was asked.

    The action stores at GitHub whatever it makes. Others write the same kind of bundle, and to the registry alone.
    """
    if evidence.code_host is None:
        return
    told = ((one, one.provenance) for one in evidence.attached if isinstance(one.provenance, Provenance))
    made = {(one.digest, one.manifest) for one, said in told if said.build_type.startswith(GITHUBS_BUILDS)}
    sources = {source.lower() for source in evidence.code_host.sources}
    for one in evidence.signatures:
        is_theirs = one.layout is Layout.BUNDLE and is_valid(one) and one.issuer == GITHUBS_ISSUER
        is_theirs = is_theirs and (one.digest, one.manifest) in made
        if is_theirs and is_provenance_type(one.predicate_type) and dict(one.claims).get(SOURCE, "").lower() in sources:
            yield one


def speaking(platform: PlatformEvidence) -> set[str]:
    """The attestation manifests whose provenance is about the platform, by its own words.

    An index only says that they are, and anybody can put another image's signed manifest into an index of their own.
    One with other statements alone says something about an image that may be anybody's, as in `image_signatures`.
    """
    about = {one.manifest for one in platform.statements if one.subject_matches and _may_be_provenance(one)}
    strange = {one.manifest for one in platform.statements if one.subject_matches is False}
    return set(platform.attestation_manifests) & about - strange


def _may_be_provenance(statement: StatementEvidence) -> bool:
    """Whether it is provenance, also by a stored report, which does not name the types of its statements."""
    return not statement.predicate_type or is_provenance_type(statement.predicate_type)


def unread_signed(evidence: Evidence, platform: PlatformEvidence) -> tuple[Signature, ...]:
    """Valid ones on attestation manifests of which nobody could read whether their provenance is about the platform."""
    read = (one for one in platform.statements if one.subject_matches is not None)
    told = {one.manifest for one in read if _may_be_provenance(one) or one.subject_matches is False}
    unread = {one.manifest for one in platform.statements if one.unreadable} - told
    digests = set(platform.attestation_manifests) & unread
    return tuple(one for one in evidence.signatures if one.digest in digests and is_valid(one))


def uncovered(evidence: Evidence, wanted: Wanted) -> tuple[PlatformEvidence, ...]:
    """The platforms that no such signature speaks about, neither by themselves nor through the index."""
    if about_image(evidence, wanted):
        return ()
    return tuple(platform for platform in evidence.platforms if not about_platform(evidence, platform, wanted))


def covers_all(evidence: Evidence, wanted: Wanted) -> bool:
    """Whether such signatures speak about the whole image; platforms that could not be looked at may have none."""
    if about_image(evidence, wanted):
        return True
    return bool(evidence.platforms) and not evidence.unreadable and not uncovered(evidence, wanted)


def on_provenance(evidence: Evidence, platform: PlatformEvidence, wanted: Wanted) -> tuple[Signature, ...]:
    """Those that vouch for this platform's provenance: on the statement, on its manifest, on the index above it.

    An index names its contents by digest; what was attached to it later is signed separately or not at all. A signed
    statement about something else, a scan or an SBOM, says nothing of the build.
    """
    speak = {platform.digest, evidence.digest}
    signed = [one for one in evidence.signatures if wanted(one)]
    found = [one for one in signed if is_provenance_type(one.predicate_type) and one.digest in speak]
    if platform.where == "index":
        plain = [one for one in signed if not one.predicate_type]
        found += [one for one in plain if evidence.is_index and one.digest == evidence.digest]
        found += _on_manifests(platform, plain)
    return tuple(found)


def _on_manifests(platform: PlatformEvidence, signed: Iterable[Signature]) -> list[Signature]:
    """Those on the manifests that hold its provenance; none when one of these manifests lacks a signature."""
    counting = [one for one in platform.statements if one.subject_matches is not False]
    holding = {one.manifest for one in counting if is_provenance_type(one.predicate_type)}
    holding &= set(platform.attestation_manifests)
    found = [one for one in signed if one.digest in holding]
    return found if holding <= speaking(platform) & {one.digest for one in found} else []


def by(signatures: Iterable[Signature]) -> str:
    """Who signed, each once, for a sentence."""
    names = (one.key_name or one.identity + (f" ({one.issuer})" if one.issuer else "") for one in signatures)
    return ", ".join(dict.fromkeys(names))


def reasons(signatures: Iterable[Signature]) -> str:
    """Why these are not valid, each once, for a sentence."""
    told = (f"{one.layout} {one.manifest[:19]}…: {one.reason}" for one in signatures)
    return "; ".join(dict.fromkeys(told))
