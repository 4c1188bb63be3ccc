"""Rules that fail by absence alone wait while the push settles; all others do not mind it."""

import pytest

from bot.context import Context, Expected, ExpectedIdentity, Phase, SameTag
from bot.oci.reference import Reference
from bot.oci.referrer_list import ListedBy
from bot.rules import Finding, Outcome, Rule, catalogue
from bot.signatures.discovery import ReferrerListing
from bot.unreadable import UnknownReason
from bot.values import replace
from tests.making import ISSUER, WORKFLOW, digest, image, platform, signature

EXPECTED = Expected(identities=(ExpectedIdentity(ISSUER, WORKFLOW),), is_release=True)
BARE = platform(provenance=None, sbom=None, statements=(), attestation_manifests=())
ATTACHED = platform(where="referrer", sbom_where="referrer")
ELSEWHERE = Reference.parse("docker.io/acme/app:1.2.3")
CONTEXTS = {
    "unsigned": Context(image(signatures=()), EXPECTED),
    "the index alone is signed": Context(image(), EXPECTED),
    "signed by others": Context(image(signatures=(signature(identity="somebody@example.org"),)), EXPECTED),
    "unsigned, and the release before was signed": Context(image(signatures=()), EXPECTED, baseline=image()),
    "nothing is attached, and to the release before it was": Context(image(BARE), EXPECTED, baseline=image(ATTACHED)),
    "not listed by the registry's own API": Context(
        image(listed=(ReferrerListing(digest("index"), digest("referrer"), by=ListedBy.TAG_ALONE),)), EXPECTED
    ),
    "signed where a tool does not look": Context(image(), Expected(readers=("notation",))),
    "not in the other registry": Context(image(), EXPECTED, same_tag=(SameTag(ELSEWHERE, None),)),
}
EVERY = pytest.mark.parametrize("rule", catalogue(), ids=lambda rule: rule.id)


@EVERY
@pytest.mark.parametrize("name", CONTEXTS)
def test_it_waits_or_does_not_mind(rule: Rule, name: str) -> None:
    settling, settled = (list(rule.findings(replace(CONTEXTS[name], phase=phase))) for phase in Phase)
    if not rule.absence:
        assert settling == settled
    elif asked(settled):
        assert {finding.outcome for finding in settled} == {Outcome.FAIL}
        assert {finding.reason for finding in settling} == {UnknownReason.AWAITING_SIGNATURE}


def test_each_of_them_waits_for_some_image() -> None:
    waiting = {
        rule.id
        for rule in catalogue()
        for context in CONTEXTS.values()
        if any(finding.reason for finding in rule.findings(replace(context, phase=Phase.SETTLING)))
    }
    assert waiting == {rule.id for rule in catalogue() if rule.absence}


def asked(findings: list[Finding]) -> list[Finding]:
    """What was found; a rule without anything to compare with only says so."""
    return [finding for finding in findings if finding.outcome is not Outcome.SKIPPED]
