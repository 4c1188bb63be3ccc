"""A signature of one platform, or of a stranger, is not told as that of the image."""

import pytest

from bot.render import evidence_words
from bot.render.html import pages
from bot.render.signed import how_signed
from bot.render.slack.signers import signers
from bot.report import SignatureSummary
from bot.rules import Outcome
from tests.render.slack_parts import report, result


@pytest.mark.parametrize(
    ("missing", "unexpected", "said"),
    [
        (Outcome.PASS, Outcome.PASS, "signed by"),
        (Outcome.SKIPPED, Outcome.SKIPPED, "signed by"),
        (Outcome.FAIL, Outcome.SKIPPED, "only partly signed, by"),
        (Outcome.UNKNOWN, Outcome.SKIPPED, "only partly signed, by"),
        (Outcome.PASS, Outcome.FAIL, "signed, but not by an identity that the policy accepts: by"),
    ],
)
def test_how_far_signatures_reach(missing: Outcome, unexpected: Outcome, said: str) -> None:
    results = (result("signature-missing", missing), result("signature-identity-unexpected", unexpected))
    assert how_signed(report(*results)) == said


@pytest.mark.parametrize("state", ["valid", "unverifiable"])
def test_a_signed_statement_of_another_kind_does_not_make_the_image_signed(state: str) -> None:
    """Seen: "signed, but the signature could not be verified" above "The image is not signed"."""
    sbom = SignatureSummary(layout="cosign-tag", digest="", state=state, predicate_type="https://spdx.dev/Document")
    about = report(result("signature-missing", Outcome.FAIL), signatures=(sbom,))
    assert {evidence_words.signers(about), pages.signers(about), signers(about).lower()} == {"not signed"}
