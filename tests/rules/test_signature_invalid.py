"""A signature that was refused, and no good one beside it."""

from bot.attestations.statement import SPDX
from bot.evidence import Unreadable
from bot.rules import Outcome
from bot.rules.signature_invalid import rule
from bot.signatures.signature import SignatureState
from bot.values import replace
from tests.making import digest, image, is_silent, says, signature

OPEN = signature(SignatureState.UNVERIFIABLE)
BAD = signature(SignatureState.INVALID, reason="the signed statement is about another digest")


def test_a_good_one() -> None:
    is_silent(rule, image())


def test_the_only_one_is_bad() -> None:
    says(rule, image(signatures=(BAD,)), Outcome.FAIL, "about another digest", "cosign-tag", about="image")


def test_a_bad_one_beside_a_good_one_does_no_harm() -> None:
    is_silent(rule, image(signatures=(BAD, signature())))


def test_good_ones_on_every_platform_are_enough() -> None:
    both = tuple(signature(digest=digest(name)) for name in ("linux/amd64", "linux/arm64"))
    is_silent(rule, image(signatures=(BAD, *both)))


def test_a_bad_one_on_one_platform() -> None:
    bad = replace(BAD, digest=digest("linux/arm64"))
    good = signature(digest=digest("linux/amd64"))
    says(rule, image(signatures=(bad, good)), Outcome.FAIL, about="linux/arm64")
    is_silent(rule, image(signatures=(bad, signature())))


def test_one_that_could_not_be_judged_is_unknown() -> None:
    says(rule, image(signatures=(OPEN,)), Outcome.UNKNOWN, "not verified", about="image")


def test_one_that_could_not_be_judged_beside_others() -> None:
    is_silent(rule, image(signatures=(OPEN, signature())))
    says(rule, image(signatures=(OPEN, BAD)), Outcome.FAIL, about="image")
    arm64 = signature(digest=digest("linux/arm64"))
    says(rule, image(signatures=(OPEN, arm64)), Outcome.UNKNOWN, about="image")


def test_a_signed_statement_of_another_kind_that_could_not_be_judged() -> None:
    """It says something about the image, and does not sign it."""
    is_silent(rule, image(signatures=(replace(OPEN, predicate_type=SPDX),)))


def test_a_good_one_may_be_where_we_could_not_look() -> None:
    partly = image(signatures=(BAD,), signatures_unreadable=(Unreadable("timed out"),))
    says(rule, partly, Outcome.UNKNOWN, "timed out", about="image")


def test_a_bad_one_may_be_where_we_could_not_look() -> None:
    hung = Unreadable("timed out")
    says(rule, image(signatures=(), signatures_unreadable=(hung,)), Outcome.UNKNOWN, "timed out", about="image")
    is_silent(rule, image(signatures_unreadable=(hung,)))


def test_of_a_single_manifest() -> None:
    single = replace(image(is_index=False, signatures=(BAD,)), platforms=())
    says(rule, single, Outcome.FAIL, about="image")
