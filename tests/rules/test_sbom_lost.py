"""An SBOM that the release before had; the law of losses itself is tested with provenance-lost."""

from bot.context import Phase
from bot.rules import Outcome, SkippedReason
from bot.rules.sbom_lost import rule
from bot.unreadable import UnknownReason
from tests.making import image, is_silent, platform, says, sbom
from tests.rules.earlier import REFUSED, TWOFOLD, earlier

BARE = platform(sbom=None)


def test_it_was_there() -> None:
    says(rule, image(BARE), Outcome.FAIL, "no SBOM; it was there (spdx) in 1.2.2", baseline=earlier(platform()))


def test_for_some_platform() -> None:
    before = earlier(platform(), platform("linux/arm64", sbom=None))
    says(rule, image(BARE, platform("linux/arm64", sbom=None)), Outcome.FAIL, baseline=before)


def test_nothing_was_lost() -> None:
    is_silent(rule, image(BARE), baseline=earlier(BARE))
    is_silent(rule, image(), baseline=earlier(BARE))
    is_silent(rule, image(platform(sbom=sbom(format="cyclonedx", packages=0))), baseline=earlier(platform()))


def test_without_a_baseline_it_is_not_asked() -> None:
    assert says(rule, image(BARE), Outcome.SKIPPED, about="image").skipped is SkippedReason.NO_BASELINE


def test_what_could_not_be_read_was_not_lost() -> None:
    says(rule, image(platform(sbom=REFUSED)), Outcome.UNKNOWN, "401", baseline=earlier(platform()))
    says(rule, image(BARE), Outcome.UNKNOWN, "earlier release could not be looked at", baseline=REFUSED)
    says(rule, image(BARE), Outcome.UNKNOWN, baseline=earlier(platform(sbom=REFUSED)))
    ambiguous = says(rule, image(BARE), Outcome.UNKNOWN, "in two ways", baseline=earlier(BARE, ambiguous=TWOFOLD))
    assert ambiguous.reason is UnknownReason.AMBIGUOUS


def test_where_the_sbom_stood_decides_whether_it_may_still_come() -> None:
    """The provenance stood in the index, the SBOM beside it."""
    attached = earlier(platform(sbom_where="referrer"))
    says(rule, image(BARE), Outcome.UNKNOWN, phase=Phase.SETTLING, baseline=attached)
    says(rule, image(BARE), Outcome.FAIL, phase=Phase.SETTLING, baseline=earlier(platform(where="referrer")))
