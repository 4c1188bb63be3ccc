"""A signature of one platform, or of a stranger, is not told as that of the image."""

import pytest

from bot.render.signed import how_signed
from bot.rules import Outcome
from tests.render.test_slack import report, result


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
