"""A signature is there, and verification says no."""

from collections.abc import Iterator

from bot.context import Context
from bot.evidence import Evidence
from bot.remedies import signing
from bot.rules.coverage import (
    about_image,
    about_platform,
    covers_all,
    image_signatures,
    is_invalid,
    is_unverifiable,
    is_valid,
    reasons,
    uncovered,
)
from bot.rules.rule import Finding, Remediation, Rule, Severity
from bot.rules.unknowns import unjudged, unsearched_signatures

rule = Rule(
    __name__,
    title="A signature is there, but it is not valid",
    severity=Severity.CRITICAL,
    of_artifacts=True,
    needs=frozenset({"signature-missing"}),
    rationale=(
        "The image carries a signature that was checked and refused: another key, changed content, another digest, a"
        " certificate of an untrusted authority, or one that had expired when it signed. A forged image looks like"
        " that; so does a signing step that signs the wrong digest."
    ),
    remediation=Remediation(
        "Do not use the image until it is known why. Compare the digest with what the build printed; if it is the"
        " right one, sign it again in the job that built it. One valid signature of the expected identity is enough;"
        " invalid ones do no harm.",
        signing.SIGN,
        "yaml",
        signing.SEE,
    ),
    references=(signing.COSIGN_VERIFY, "https://github.com/sigstore/cosign/security/advisories/GHSA-8gw7-4j42-w388"),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """One good signature is enough; a place that could not be searched may hold it.

    One that is there and could not be verified may be bad: anybody can make such a signature, of anything. So may one
    in a place of the registry that could not be searched: else whoever delays an answer lets a bad one pass.
    """
    evidence = context.evidence
    if covers_all(evidence, is_valid):
        return
    found = list(_refused(evidence, {platform.digest for platform in uncovered(evidence, is_valid)}))
    blank = list(unsearched_signatures(rule, evidence)) if found else []
    yield from blank or found or _unseen(evidence)


def _unseen(evidence: Evidence) -> Iterator[Finding]:
    """What may be bad: nobody could verify it, or look whether it is there."""
    yield from unjudged(rule, image_signatures(evidence, is_unverifiable))
    for place in evidence.signatures_unreadable:
        yield rule.unread("image", place, f"could not be looked at: {place.reason}")


def _refused(evidence: Evidence, lacking: set[str]) -> Iterator[Finding]:
    on_index = about_image(evidence, is_invalid)
    if on_index and (lacking or not evidence.platforms):
        yield rule.fail("image", reasons(on_index))
    for platform in evidence.platforms:
        refused = about_platform(evidence, platform, is_invalid)
        if refused and platform.digest in lacking:
            yield rule.fail(platform, reasons(refused))
