"""An attestation is in one store and not in the other: GitHub and the registry, its referrers API and fallback tag."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bot.attestations.head import is_provenance_type, is_sbom_type
from bot.attestations.secrets import shown
from bot.context import Context
from bot.evidence import Evidence
from bot.remedies import signing
from bot.rules.coverage import Attested, attested, is_unverifiable, made_at_github, subject
from bot.rules.rule import IMAGE, CodeHostPart, Finding, Remediation, Rule, Severity, SkippedReason
from bot.signatures.signature import Layout, Signature
from bot.unreadable import UnknownReason, Unreadable

rule = Rule(
    __name__,
    title="Two places do not hold the same attestations",
    severity=Severity.MEDIUM,
    reads=CodeHostPart.ATTESTATIONS,
    absence=True,
    rationale=(
        "`gh attestation verify` and admission controllers look in one place: GitHub's attestations API, or the"
        " registry. An attestation that is in only one of them is absent for half of those who verify. actions/attest"
        " writes to GitHub alone unless it is asked to push, and what is in the registry alone was deleted at GitHub,"
        " or comes from somebody who could push to the registry and not sign there."
    ),
    remediation=Remediation(
        "Let the step that attests push to the registry, too, and log in to the registry before it. Where GitHub lacks"
        " what the registry holds, find out who deleted it, and attest again. What only the fallback tag lists is found"
        " by old tools alone: push those manifests again, so that the registry's referrers API lists them.",
        signing.ATTEST_TO_REGISTRY,
        "yaml",
        signing.SEE_AT_GITHUB,
    ),
    references=(
        "https://github.com/actions/attest-build-provenance#container-image",
        "https://docs.github.com/en/rest/repos/attestations",
    ),
)

KINDS: Final = ((is_provenance_type, "provenance"), (is_sbom_type, "an SBOM"))


@rule
def check(context: Context) -> Iterator[Finding]:
    """By digest and predicate type; what does not hold is told by signature-invalid."""
    evidence = context.evidence
    store = evidence.code_host
    yield from _only_tagged(context)
    if store is None and evidence.only_tagged:
        return
    if store is None:
        yield rule.not_asked(IMAGE, "no code host was asked for attestations", SkippedReason.NO_CODE_HOST)
        return
    if not evidence.signatures_searched:
        yield rule.unknown(IMAGE, UnknownReason.NOT_SEARCHED, "attestations were not looked for in the registry")
        return
    at_github, made = attested(evidence, at_github=True), tuple(made_at_github(evidence))
    unread = (*evidence.code_host_unreadable, *store.hidden)
    if not at_github and not made and not unread:
        yield rule.not_asked(IMAGE, "neither GitHub nor the registry shows an attestation of GitHub's action")
        return
    yield from _lacking_in_registry(context, at_github)
    yield from _lacking_at_github(evidence, [one for one in made if _key(one) not in at_github], unread)


def _lacking_in_registry(context: Context, at_github: Mapping[Attested, Signature]) -> Iterator[Finding]:
    evidence = context.evidence
    in_registry = attested(evidence, at_github=False)
    unread = next(iter(evidence.signatures_unreadable), None)
    unclear = {one.digest for one in evidence.signatures if _may_be_any(one)}
    for one in (one for key, one in at_github.items() if key not in in_registry):
        about, told = subject(evidence, one) or IMAGE, f"GitHub holds {_kind(one)}"
        if unread:
            yield rule.unread(about, unread, f"{told}; whether the registry does is not known: {unread.reason}")
        elif one.digest in unclear:
            why = f"{told}; whether the registry does is not known: it holds a bundle whose content was not read"
            yield rule.unknown(about, UnknownReason.UNVERIFIABLE, why)
        elif not context.is_settled:
            why = f"{told} and the registry not yet; it was checked within the policy's settle time"
            yield rule.unknown(about, UnknownReason.AWAITING_SIGNATURE, why)
        else:
            yield rule.fail(about, f"{told} that {evidence.image.registry} does not hold")


def _lacking_at_github(
    evidence: Evidence, lacking: Sequence[Signature], unread: Sequence[Unreadable]
) -> Iterator[Finding]:
    """Where GitHub did not answer, or does not show the repository, nobody knows what it lacks."""
    for one in {_key(one): one for one in lacking}.values():
        about, told = subject(evidence, one) or IMAGE, f"the registry holds {_kind(one)} of GitHub's action"
        if unread:
            why = f"{told}; whether GitHub does is not known: {unread[0].reason}"
            yield rule.unknown(about, UnknownReason.CODE_HOST, why)
        else:
            yield rule.fail(about, f"{told} that GitHub does not hold")
    if unread and not lacking:
        yield rule.unknown(IMAGE, UnknownReason.CODE_HOST, unread[0].reason)


def _only_tagged(context: Context) -> Iterator[Finding]:
    """Right after a push, a registry's API may not list it yet. One that is gone has a rule of its own."""
    evidence = context.evidence
    gone = {one.digest for one in evidence.missing}
    names = {evidence.digest: IMAGE} | {one.digest: one.platform for one in evidence.platforms}
    listed: dict[str, list[str]] = {}
    for about, manifest in evidence.only_tagged:
        if manifest not in gone:
            listed.setdefault(names.get(about, IMAGE), []).append(f"{manifest[:19]}…")
    for about, manifests in listed.items():
        more = f" and {len(manifests) - 1} more" if len(manifests) > 1 else ""
        api = f"the referrers API of {evidence.image.registry} does not"
        told = f"the fallback tag lists {manifests[0]}{more}, and {api}"
        if context.is_settled:
            yield rule.fail(about, told)
        else:
            why = f"{told} yet; it was checked within the policy's settle time"
            yield rule.unknown(about, UnknownReason.AWAITING_SIGNATURE, why)


def _may_be_any(signature: Signature) -> bool:
    """A bundle whose statement could not be read."""
    is_unread = is_unverifiable(signature) and not signature.predicate_type
    return is_unread and signature.layout is Layout.BUNDLE


def _key(signature: Signature) -> Attested:
    return signature.digest, signature.predicate_type


def _kind(signature: Signature) -> str:
    known = next((word for fits, word in KINDS if fits(signature.predicate_type)), "")
    return known or f"an attestation of type {shown(signature.predicate_type)[:100]}"
