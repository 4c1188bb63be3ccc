"""Provenance, or its mode, that the release before had: a loss is told when both were seen, and else it is unknown."""

import pytest

from bot.attestations.provenance import Mode, Provenance
from bot.context import Context, Phase
from bot.evidence import Evidence, MissingBlob, PlatformEvidence, Unreadable
from bot.oci.reference import Reference
from bot.rules import Outcome, SkippedReason
from bot.rules.provenance_lost import rule
from bot.unreadable import MissingKind, UnknownReason
from tests.making import digest, image, is_silent, platform, provenance, says
from tests.rules.earlier import REFUSED, TWOFOLD, earlier

MIN = provenance(Mode.MIN)
FOREIGN = provenance(Mode.FOREIGN, build_type="https://actions.github.io/buildtypes/workflow/v1")
UNCLEAR = provenance(None, slsa="")


def with_(found: Provenance | Unreadable | None, name: str = "linux/amd64") -> PlatformEvidence:
    return platform(name, provenance=found)


def test_without_a_baseline_it_is_not_asked() -> None:
    assert says(rule, image(), Outcome.SKIPPED, about="image").skipped is SkippedReason.NO_BASELINE


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (provenance(), None, ("no provenance", "in max mode in 1.2.2")),
        (MIN, None, ("no provenance", "in min mode in 1.2.2")),
        (FOREIGN, None, ("no provenance; it was there in 1.2.2",)),
        (UNCLEAR, None, ("no provenance",)),
        (provenance(), MIN, ("mode=min", "it was max in 1.2.2")),
    ],
)
def test_what_was_there_is_not_or_says_less(before: Provenance, now: Provenance | None, words: tuple[str, ...]) -> None:
    says(rule, image(with_(now)), Outcome.FAIL, *words, baseline=earlier(with_(before)))


def test_a_rolling_tag_has_lost_what_it_stood_for_before() -> None:
    """Seen: "mode=min; it was max in nightly", of nightly."""
    name = Reference.parse("quay.io/acme/app:nightly")
    before = image(with_(provenance()), image=name, digest=digest("before"))
    told = says(rule, image(with_(MIN), image=name), Outcome.FAIL, "it was max in the image before", baseline=before)
    assert before.digest[:19] in told.message
    assert "nightly" not in told.message


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (None, None),
        (None, MIN),
        (MIN, MIN),
        (MIN, provenance()),
        (provenance(), provenance()),
        (provenance(), FOREIGN),  # provenance-builder-changed tells that
        (FOREIGN, MIN),
    ],
)
def test_nothing_was_lost(before: Provenance | None, now: Provenance | None) -> None:
    is_silent(rule, image(with_(now)), baseline=earlier(with_(before)))


def test_it_is_asked_for_each_platform() -> None:
    before = earlier(with_(provenance()), with_(None, "linux/arm64"))
    now = image(with_(None), with_(None, "linux/arm64"))
    assert [one.subject for one in rule.findings(Context(now, baseline=before))] == ["linux/amd64"]


def test_a_platform_that_is_new_has_lost_nothing() -> None:
    is_silent(rule, image(platform(), with_(None, "linux/s390x")), baseline=earlier(platform()))


@pytest.mark.parametrize(("before", "now"), [("linux/arm64/v8", "linux/arm64"), ("linux/arm64", "linux/arm64/v8")])
def test_another_spelling_of_the_platform_hides_no_loss(before: str, now: str) -> None:
    lost = image(platform(), with_(None, now))
    says(rule, lost, Outcome.FAIL, about=now, baseline=earlier(platform(), platform(before)))


def test_one_of_two_children_of_a_platform_without_provenance_hides_no_loss() -> None:
    """Anybody who can push can put a second, empty child into an index."""
    says(rule, image(with_(None)), Outcome.FAIL, baseline=earlier(with_(None), with_(provenance())))


def test_what_could_not_be_read_here_was_not_lost() -> None:
    unread = says(rule, image(with_(REFUSED)), Outcome.UNKNOWN, "401", baseline=earlier(platform()))
    assert unread.reason is UnknownReason.UNREADABLE
    elsewhere = image(with_(None), signatures_unreadable=(REFUSED,))
    says(rule, elsewhere, Outcome.UNKNOWN, "elsewhere we could not look", baseline=earlier(platform()))
    at_the_code_host = image(with_(None), code_host_unreadable=(REFUSED,))
    says(rule, at_the_code_host, Outcome.UNKNOWN, "401", baseline=earlier(platform()))
    says(rule, image(with_(UNCLEAR)), Outcome.UNKNOWN, "cannot be read: its version", baseline=earlier(platform()))
    partly = image(platform(), unreadable=(REFUSED,))
    says(rule, partly, Outcome.UNKNOWN, "401", about="image", baseline=earlier(platform()))


def test_what_the_registry_no_longer_has_was_lost() -> None:
    gone = Unreadable("the attestation is gone", UnknownReason.GONE, digest("statement"))
    missing = (MissingBlob(digest("statement"), digest("attestation manifest"), MissingKind.ATTESTATION),)
    says(rule, image(with_(gone), missing=missing), Outcome.FAIL, "no provenance", baseline=earlier(platform()))


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (REFUSED, MIN),
        (earlier(with_(REFUSED)), MIN),
        (earlier(with_(None), signatures_unreadable=(REFUSED,)), None),
        (earlier(platform("linux/s390x"), unreadable=(REFUSED,)), None),
        (earlier(with_(None), ambiguous=TWOFOLD), None),
        (earlier(with_(UNCLEAR)), MIN),
    ],
)
def test_a_baseline_that_was_not_seen_whole_is_neither_a_loss_nor_a_pass(
    before: Evidence | Unreadable, now: Provenance | None
) -> None:
    says(rule, image(with_(now)), Outcome.UNKNOWN, baseline=before)


@pytest.mark.parametrize("before", [REFUSED, earlier(with_(REFUSED)), earlier(with_(None), ambiguous=TWOFOLD)])
def test_an_image_that_has_all_needs_no_baseline(before: Evidence | Unreadable) -> None:
    is_silent(rule, image(), baseline=before)


def test_an_ambiguous_baseline_does_not_silence_a_loss() -> None:
    says(rule, image(with_(None)), Outcome.FAIL, baseline=earlier(platform(), ambiguous=TWOFOLD))


def test_a_platform_without_a_name() -> None:
    nameless = image(with_(None, "platform not named"))
    says(
        rule, nameless, Outcome.FAIL, about="platform not named", baseline=earlier(platform(), platform("linux/arm64"))
    )
    unnamed = earlier(platform("platform not named"))
    says(rule, image(with_(None)), Outcome.FAIL, baseline=unnamed)  # the only one that it can be
    doubtful = earlier(platform("platform not named"), with_(None, "platform not named sha256:0123456789ab"))
    says(rule, image(with_(None)), Outcome.UNKNOWN, "not named which", baseline=doubtful)
    some = earlier(platform(), with_(None, "linux/arm64"))
    says(rule, nameless, Outcome.UNKNOWN, "not named which", about="platform not named", baseline=some)


def test_what_was_attached_afterwards_may_still_come() -> None:
    attached = earlier(platform(where="referrer"))
    late = says(rule, image(with_(None)), Outcome.UNKNOWN, phase=Phase.SETTLING, baseline=attached)
    assert late.reason is UnknownReason.AWAITING_SIGNATURE
    says(rule, image(with_(None)), Outcome.FAIL, baseline=attached)
    says(rule, image(with_(None)), Outcome.FAIL, phase=Phase.SETTLING, baseline=earlier(platform()))
    unsearched = image(with_(None), signatures_searched=False)
    assert says(rule, unsearched, Outcome.UNKNOWN, baseline=attached).reason is UnknownReason.NOT_SEARCHED


def test_a_baseline_without_a_tag_is_named_by_its_digest() -> None:
    by_digest = earlier(platform(), image=Reference.parse(f"quay.io/acme/app@{digest('index')}"))
    says(rule, image(with_(None)), Outcome.FAIL, f"in {digest('index')[:19]}…", baseline=by_digest)
