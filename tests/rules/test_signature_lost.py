"""Signed before and not now: only verified signatures count, and only when everything was searched."""

import pytest

from bot.attestations.statement import SPDX
from bot.context import Expected, Phase
from bot.evidence import Evidence, Unreadable
from bot.rules import Outcome, SkippedReason
from bot.rules.signature_lost import rule
from bot.signatures.signature import Layout, SignatureState
from bot.unreadable import UnknownReason
from tests.making import digest, image, is_silent, platform, says, signature
from tests.rules.earlier import REFUSED, TWOFOLD, earlier

UNSIGNED = image(signatures=())
BUNDLE = image(signatures=(signature(layout=Layout.BUNDLE),))
TAGS = Expected(layouts=frozenset({"cosign-tag"}))
UNSURE = signature(SignatureState.UNVERIFIABLE)


def test_it_was_signed() -> None:
    says(rule, UNSIGNED, Outcome.FAIL, "not signed; 1.2.2 was signed", about="image", baseline=earlier())


def test_without_a_baseline_it_is_not_asked() -> None:
    assert says(rule, UNSIGNED, Outcome.SKIPPED, about="image").skipped is SkippedReason.NO_BASELINE


def test_nothing_was_lost() -> None:
    is_silent(rule, image(), baseline=earlier())
    is_silent(rule, image(), baseline=earlier(signatures=()))
    is_silent(rule, UNSIGNED, baseline=earlier(signatures=()))
    is_silent(rule, image(), baseline=REFUSED)  # signed, whatever the baseline was


def test_a_layout_that_nobody_reads_is_a_loss_only_for_a_policy_that_says_so() -> None:
    """Cosign 3 signs in another place than cosign 2."""
    is_silent(rule, BUNDLE, baseline=earlier())
    lost = says(rule, BUNDLE, Outcome.FAIL, "signed only as bundle", about="image", expected=TAGS, baseline=earlier())
    assert "name cosign-tag" in lost.message
    as_bundle = earlier(signatures=BUNDLE.signatures)
    says(rule, BUNDLE, Outcome.FAIL, about="image", expected=TAGS, baseline=as_bundle)  # as the catalogue says
    is_silent(rule, BUNDLE, expected=TAGS, baseline=earlier(signatures=()))
    is_silent(rule, image(), expected=TAGS, baseline=as_bundle)
    both = image(signatures=(*BUNDLE.signatures, signature()))
    is_silent(rule, both, expected=TAGS, baseline=earlier())


def test_one_platform_is_no_longer_signed() -> None:
    half = image(signatures=(signature(digest=digest("linux/amd64")),))
    says(rule, half, Outcome.FAIL, "was signed for it", about="linux/arm64", baseline=earlier())
    before = earlier(signatures=(signature(digest=digest("linux/amd64")),))
    is_silent(rule, half, baseline=before)
    says(rule, UNSIGNED, Outcome.FAIL, about="linux/amd64", baseline=before)


def test_another_spelling_of_the_platform_hides_no_loss() -> None:
    signed = signature(digest=digest("linux/arm64/v8"))
    before = earlier(platform(), platform("linux/arm64/v8"), signatures=(signed,))
    says(rule, UNSIGNED, Outcome.FAIL, about="linux/arm64", baseline=before)


def test_an_invalid_signature_counts_on_neither_side() -> None:
    refused = signature(SignatureState.INVALID)
    says(rule, image(signatures=(refused,)), Outcome.FAIL, "no signature is valid", about="image", baseline=earlier())
    is_silent(rule, UNSIGNED, baseline=earlier(signatures=(refused,)))


def test_a_signed_sbom_is_not_a_signature_of_the_image() -> None:
    listed = signature(predicate_type=SPDX)
    says(rule, image(signatures=(listed,)), Outcome.FAIL, "not signed", about="image", baseline=earlier())
    is_silent(rule, UNSIGNED, baseline=earlier(signatures=(listed,)))


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (image(signatures=(), signatures_unreadable=(REFUSED,)), UnknownReason.UNREADABLE),
        (image(signatures=(), code_host_unreadable=(REFUSED,)), UnknownReason.UNREADABLE),
        (image(signatures=(), signatures_searched=False), UnknownReason.NOT_SEARCHED),
        (image(signatures=(UNSURE,)), UnknownReason.UNVERIFIABLE),
        (image(signatures=tuple(signature(digest=digest(one)) for one in ("linux/amd64", "linux/arm64")),
               unreadable=(REFUSED,)), UnknownReason.UNREADABLE),
    ],
)  # fmt: skip
def test_what_could_not_be_looked_at_was_not_lost(now: Evidence, reason: UnknownReason) -> None:
    assert says(rule, now, Outcome.UNKNOWN, about="image", baseline=earlier()).reason is reason


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        (REFUSED, UnknownReason.UNREADABLE),
        (earlier(signatures=(), signatures_unreadable=(REFUSED,)), UnknownReason.UNREADABLE),
        (earlier(signatures=(), code_host_unreadable=(REFUSED,)), UnknownReason.UNREADABLE),
        (earlier(signatures=(), signatures_searched=False), UnknownReason.NOT_SEARCHED),
        (earlier(signatures=(UNSURE,)), UnknownReason.UNVERIFIABLE),
        (earlier(signatures=(), ambiguous=TWOFOLD), UnknownReason.AMBIGUOUS),
    ],
)
def test_a_baseline_that_may_have_been_signed(before: Evidence | Unreadable, reason: UnknownReason) -> None:
    assert says(rule, UNSIGNED, Outcome.UNKNOWN, about="image", baseline=before).reason is reason


def test_a_signature_may_still_come() -> None:
    late = says(rule, UNSIGNED, Outcome.UNKNOWN, about="image", phase=Phase.SETTLING, baseline=earlier())
    assert late.reason is UnknownReason.AWAITING_SIGNATURE


def test_an_image_in_which_nothing_runs() -> None:
    """A chart is signed, too."""
    nothing = {"platforms": (), "is_index": False}
    chart = image(signatures=(), **nothing)
    says(rule, chart, Outcome.FAIL, about="image", baseline=earlier(**nothing))
    is_silent(rule, image(**nothing), baseline=earlier(**nothing))
    is_silent(rule, chart, baseline=earlier(signatures=(), **nothing))
