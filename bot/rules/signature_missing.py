"""Nobody signed the image."""

from collections.abc import Iterator
from typing import Final

from bot.attestations.secrets import shown
from bot.context import Context
from bot.evidence import Evidence
from bot.remedies import signing
from bot.rules.coverage import covers_all, image_signatures, is_unverifiable, uncovered
from bot.rules.rule import Finding, Question, Remediation, Rule, Severity
from bot.rules.unknowns import not_yet, unjudged, unread_rest, unsearched_signatures
from bot.signatures.signature import Signature

KINDS_MAX: Final = 3
"""Predicate types that a finding names."""

rule = Rule(
    __name__,
    title="The image is not signed",
    severity=Severity.HIGH,
    of_artifacts=True,
    absence=True,
    answers=Question.IS_SIGNED,
    goes_with={"signature-invalid": "an invalid signature would be enough"},
    rationale=(
        "Whoever can push to the repository can replace an image, and nobody who pulls it would notice. A signature"
        " ties the digest to the workflow or the person that published it, and it can be verified without trusting the"
        " registry. Signatures can seem to disappear when a tool's default changes: cosign 3 writes them in another"
        " place than cosign 2."
    ),
    remediation=Remediation(
        "Sign by digest in the job that pushes, as its last step; a tag that is created again afterwards is another"
        " image. If there is a signing step, check which digest it signs: a step that reads another step's output"
        " signs another image.",
        signing.SIGN,
        "yaml",
        signing.SEE,
    ),
    references=(signing.COSIGN, "https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md"),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """Any signature that was judged is one; whether it is a good one is asked by the other rules."""
    evidence = context.evidence
    if covers_all(evidence, _judged):
        return
    blank = [*unsearched_signatures(rule, evidence), *unread_rest(rule, evidence, _judged)]
    blank += unjudged(rule, image_signatures(evidence, is_unverifiable))
    yield from blank or list(not_yet(rule, context)) or _missing(evidence)


def _missing(evidence: Evidence) -> Iterator[Finding]:
    """Some platforms may be signed by themselves; who pulls another one has no signature."""
    lacking = uncovered(evidence, _judged)
    if not lacking or len(lacking) == len(evidence.platforms):
        yield rule.fail("image", f"no signature in any layout, on the index or on a platform{_others(evidence)}")
        return
    for platform in lacking:
        yield rule.fail(platform, "no signature on the index or on this platform; other platforms are signed")


def _others(evidence: Evidence) -> str:
    """The signed statements that say something else about the image; somebody may take them for its signature."""
    kinds = dict.fromkeys(shown(one.predicate_type) for one in evidence.signatures if one.predicate_type)
    return f", only signed statements of other kinds: {', '.join(list(kinds)[:KINDS_MAX])}" if kinds else ""


def _judged(signature: Signature) -> bool:
    return not is_unverifiable(signature)
