"""Rules that fail by absence alone wait while the push settles; all others do not mind it."""

import pytest

from bot.context import Context, Expected, ExpectedIdentity, Phase
from bot.rules import Outcome, Rule, catalogue
from bot.unreadable import UnknownReason
from tests.making import ISSUER, WORKFLOW, image, signature

EXPECTED = Expected(identities=(ExpectedIdentity(ISSUER, WORKFLOW),), is_release=True)
IMAGES = {
    "unsigned": image(signatures=()),
    "the index alone is signed": image(),
    "signed by others": image(signatures=(signature(identity="somebody@example.org"),)),
}
EVERY = pytest.mark.parametrize("rule", catalogue(), ids=lambda rule: rule.id)


@EVERY
@pytest.mark.parametrize("name", IMAGES)
def test_it_waits_or_does_not_mind(rule: Rule, name: str) -> None:
    settling, settled = (list(rule.findings(Context(IMAGES[name], EXPECTED, phase))) for phase in Phase)
    if not rule.absence:
        assert settling == settled
    elif settled:
        assert {finding.outcome for finding in settled} == {Outcome.FAIL}
        assert {finding.reason for finding in settling} == {UnknownReason.AWAITING_SIGNATURE}


def test_each_of_them_waits_for_some_image() -> None:
    waiting = {
        rule.id
        for rule in catalogue()
        for evidence in IMAGES.values()
        if any(finding.reason for finding in rule.findings(Context(evidence, EXPECTED, Phase.SETTLING)))
    }
    assert waiting == {rule.id for rule in catalogue() if rule.absence}
