"""The signature is valid, but the signer is not the expected one."""

from collections.abc import Iterator

from bot.attestations.secrets import shown
from bot.context import Context, Expected
from bot.evidence import Evidence
from bot.remedies import signing
from bot.rules.coverage import (
    about_image,
    about_platform,
    by,
    covers_all,
    image_signatures,
    is_expected,
    is_unverifiable,
    is_valid,
    strange_caller,
)
from bot.rules.rule import Finding, Question, Remediation, Rule, Severity
from bot.rules.unknowns import not_yet, unjudged, unread_rest, unsearched_signatures
from bot.signatures.signature import Signature

rule = Rule(
    __name__,
    title="Signed by an identity that the policy does not name",
    severity=Severity.CRITICAL,
    of_artifacts=True,
    needs=frozenset({"signature-invalid"}),
    absence=True,
    asked=lambda expected: bool(expected.identities or expected.key_names or expected.has_certificates),
    wants="identities or keys",
    compares=frozenset({"identities", "keys"}),
    answers=Question.IS_SIGNER_EXPECTED,
    rationale=(
        "Anybody can sign anything: a valid signature says who signed, not that it was the right signer. Only"
        " together with the workflow or the key that is expected does it say that the image is yours. A workflow"
        " file that was renamed, or a release built from a branch, also changes the identity. A workflow that"
        " everybody may call signs for everybody: then the repository that called it must be one of the `sources`."
    ),
    remediation=Remediation(
        "If the signer is right, add it to the policy: the issuer exactly, the subject as a pattern for all of it. If"
        " it is not, somebody else has pushed to the repository: remove the tag, and revoke the credentials.",
        signing.POLICY_IDENTITY,
        "yaml",
        signing.SEE,
    ),
    references=(signing.FULCIO, signing.COSIGN_VERIFY),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """The expected signature may be one that could not be judged, not be looked at, or is not there yet."""
    evidence = context.evidence

    def wanted(signature: Signature) -> bool:
        return is_expected(signature, context.expected)

    if covers_all(evidence, wanted):
        return
    blank = [*unsearched_signatures(rule, evidence), *unread_rest(rule, evidence, wanted)]
    blank += unjudged(rule, image_signatures(evidence, is_unverifiable))
    so_far = "only others yet" if image_signatures(evidence, is_valid) else "none yet"
    yield from blank or list(not_yet(rule, context, so_far)) or _strangers(evidence, context.expected)


def _strangers(evidence: Evidence, expected: Expected) -> Iterator[Finding]:
    on_index = about_image(evidence, is_valid)
    if on_index:
        yield rule.fail("image", _told(on_index, expected))
        return
    for platform in evidence.platforms:
        signed = about_platform(evidence, platform, is_valid)
        if signed and not any(is_expected(one, expected) for one in signed):
            yield rule.fail(platform, _told(signed, expected))


def _told(signatures: tuple[Signature, ...], expected: Expected) -> str:
    """Who signed; and for whom, where an expected workflow was called by a stranger."""
    callers = dict.fromkeys(filter(None, (strange_caller(one, expected) for one in signatures)))
    for_whom = f", called by {', '.join(callers)}, which the policy's sources do not list" if callers else ""
    return f"signed by {shown(by(signatures) + for_whom)}"
