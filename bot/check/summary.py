"""The evidence as the report tells it: states as words, nothing that could hold a secret's value."""

from datetime import UTC, datetime
from typing import Final, Literal

from msgspec.structs import asdict

from bot.attestations.provenance import Provenance
from bot.attestations.sbom import Sbom
from bot.attestations.secrets import shown
from bot.context import Context
from bot.evidence import Evidence, PlatformEvidence, Unreadable
from bot.report import (
    ArtifactSummary,
    BaselineSummary,
    MemberSummary,
    PlatformSummary,
    ProvenanceSummary,
    ReaderSummary,
    ReleaseSummary,
    RequestCounts,
    RequestShare,
    SbomSummary,
    SearchSummary,
    SignatureSummary,
    State,
    StoreSummary,
    TrustSummary,
)
from bot.rules.coverage import attested, speaking, subject
from bot.rules.level import LIMITS, estimate
from bot.rules.unknowns import unsearched

NAMES_MAX: Final = 200
"""Build arguments, base images or secrets of one platform that a report names; real builds have a few dozen."""

NAME_MAX: Final = 300
"""Characters of one of them; a purl with a digest has about 200."""


def artifact(evidence: Evidence) -> ArtifactSummary | None:
    """What it is, when it is not an image."""
    found = evidence.artifact
    return (
        ArtifactSummary(
            kind=found.kind,
            media_type=_cut(shown(found.media_type)),
            name=found.name,
            about=found.about,
            is_evidence=found.is_evidence,
        )
        if found
        else None
    )


def platforms(evidence: Evidence) -> tuple[PlatformSummary, ...]:
    """One entry for each runnable platform, in the index's order.

    What it lacks is absent only where all places were searched, as for the rules: badges, the board, audits and
    comparisons read it here.
    """
    elsewhere = next(iter(unsearched(evidence)), None)
    return tuple(
        PlatformSummary(
            platform=platform.platform,
            digest=platform.digest,
            provenance=_provenance(platform, elsewhere),
            sbom=_sbom(platform, elsewhere),
            attestation_manifests=tuple(sorted(speaking(platform)))[:NAMES_MAX],
        )
        for platform in evidence.platforms
    )


def signatures(evidence: Evidence) -> tuple[SignatureSummary, ...]:
    """Every signature that was found, whatever verification said."""
    return tuple(
        SignatureSummary(
            layout=signature.layout,
            digest=signature.digest,
            state=signature.state,
            identity=shown(signature.identity or signature.key_name),
            issuer=shown(signature.issuer),
            reason=shown(signature.reason),
            code=signature.code or "",
            predicate_type=shown(signature.predicate_type),
            signed_at=signature.signed_at,
            subject=subject(evidence, signature),
        )
        for signature in evidence.signatures
    )


def search(evidence: Evidence) -> SearchSummary:
    """Whether all places were searched for signatures."""
    if not evidence.signatures_searched:
        return SearchSummary(state="none", reason="nobody looked for signatures")
    unread = (*evidence.signatures_unreadable, *evidence.code_host_unreadable)
    if not unread:
        return SearchSummary(state="complete")
    more = f" (and {len(unread) - 1} more)" if len(unread) > 1 else ""
    return SearchSummary(state="incomplete", reason=_cut(shown(unread[0].reason)) + more)


def stores(evidence: Evidence) -> tuple[StoreSummary, ...]:
    """How many attestations each place holds that was looked at."""
    held = {at_github: len(attested(evidence, at_github=at_github)) for at_github in (False, True)}
    found: list[StoreSummary] = []
    if evidence.signatures_searched:
        found.append(StoreSummary(store="registry", found=None if evidence.signatures_unreadable else held[False]))
    if evidence.code_host is not None:
        store = evidence.code_host
        is_whole = not (evidence.code_host_unreadable or store.hidden or store.denied)
        found.append(StoreSummary(store="github", found=held[True] if is_whole else None))
    return tuple(found)


def unread(evidence: Evidence) -> tuple[str, ...]:
    """Why parts of the index could not be looked at."""
    return _listed(tuple(part.reason for part in (*evidence.unreadable, *evidence.unconfirmed)))


def baseline(context: Context, now: datetime) -> BaselineSummary | None:
    """What it was compared with."""
    earlier = context.earlier
    if earlier is None:
        return None
    checked_at = (earlier.looked_at or now).astimezone(UTC).replace(microsecond=0)
    return BaselineSummary(image=str(earlier.image), digest=earlier.digest, checked_at=checked_at)


def release(context: Context) -> ReleaseSummary | None:
    """The release that it belongs to, where one is known."""
    known = context.release
    if known is None or not known.version:
        return None
    members = tuple(MemberSummary(image=image, state=state) for image, state in known.members)
    return ReleaseSummary(group=known.group, version=known.version, members=members)


def trust(context: Context) -> TrustSummary:
    """How far the provenance can be believed, and what that estimate cannot know."""
    found = estimate(context)
    return TrustSummary(
        level=found.level,
        slsa_build_level=found.build_level,
        reason=found.reason,
        code=found.code,
        limits=LIMITS,
    )


def requests(evidence: Evidence) -> RequestCounts:
    """What looking cost."""
    return RequestCounts(
        **asdict(evidence.requests),
        attestations=RequestShare(**asdict(evidence.attestation_requests)),
        signatures=RequestShare(**asdict(evidence.signature_requests)),
    )


def _provenance(platform: PlatformEvidence, elsewhere: Unreadable | None) -> ProvenanceSummary:
    match platform.provenance or elsewhere:
        case None:
            return ProvenanceSummary(state=State.ABSENT)
        case Unreadable(reason, code):
            return ProvenanceSummary(state=State.UNREADABLE, reason=reason, code=code)
        case Provenance() as provenance:
            return _present(provenance, platform.where)


def _present(provenance: Provenance, where: str) -> ProvenanceSummary:
    """`builder_id` may be "": BuildKit writes an empty one, and that says something."""
    mode: Literal["max", "min", "foreign"] | None = provenance.mode.value if provenance.mode else None
    return ProvenanceSummary(
        state=State.PRESENT,
        mode=mode,
        slsa=provenance.slsa or None,
        build_type=shown(provenance.build_type) or None,
        builder_id=shown(provenance.builder_id),
        source=shown(provenance.source) or None,
        revision=shown(provenance.revision) or None,
        ref=shown(provenance.ref) or None,
        workflow=shown(provenance.workflow) or None,
        run=shown(provenance.run) or None,
        build_args=_listed(provenance.build_args),
        base_images=_listed(provenance.base_images),
        secret_ids=_listed(provenance.secret_ids),
        started_on=shown(provenance.started_on) or None,
        finished_on=shown(provenance.finished_on) or None,
        where=where,
        source_from=provenance.source_from or None,
    )


def _listed(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names from outside, as many and as long as people read."""
    kept = tuple(_cut(shown(name)) for name in names[:NAMES_MAX])
    return kept if len(names) <= NAMES_MAX else (*kept, f"(and {len(names) - NAMES_MAX} more)")


def _cut(name: str) -> str:
    return name if len(name) <= NAME_MAX else f"{name[:NAME_MAX]}…"


def _sbom(platform: PlatformEvidence, elsewhere: Unreadable | None) -> SbomSummary:
    match platform.sbom or elsewhere:
        case None:
            return SbomSummary(state=State.ABSENT)
        case Unreadable(reason, code):
            return SbomSummary(state=State.UNREADABLE, reason=reason, code=code)
        case Sbom() as sbom:
            formats = dict.fromkeys(each.format for each in platform.sboms or (sbom,))
            return SbomSummary(
                state=State.PRESENT,
                formats=tuple(formats),
                packages=sbom.packages,
                where=platform.sbom_where,
            )


def readers(context: Context) -> tuple[ReaderSummary, ...]:
    """One entry for each of them, whether or not a rule asks about them; none of what is not an image."""
    if not context.expected.readers or context.evidence.artifact is not None:
        return ()
    from bot.rules.sights import sentences, sights  # noqa: PLC0415 - only where a policy names readers

    found = []
    for one in sights(context):
        signature, provenance, sbom = (sight.state.value for _, sight in one.sights)
        why = shown("; ".join(sentences(one)))
        found.append(
            ReaderSummary(
                reader=one.reader.value,
                version=one.version,
                signature=signature,
                provenance=provenance,
                sbom=sbom,
                why=why,
            )
        )
    return tuple(found)
