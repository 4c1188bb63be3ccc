"""The index is signed, its platforms are not: told, since some consumers care."""

from bot.context import Phase
from bot.evidence import Unreadable
from bot.rules import Outcome, Severity
from bot.rules.signature_platform_uncovered import rule
from bot.signatures.signature import SignatureState
from tests.making import digest, image, is_silent, says, signature

EACH = tuple(signature(digest=digest(name)) for name in ("index", "linux/amd64", "linux/arm64"))


def test_it_is_no_more_than_information() -> None:
    assert rule.severity is Severity.INFO


def test_every_platform_is_signed_too() -> None:
    is_silent(rule, image(signatures=EACH))


def test_only_the_index() -> None:
    says(rule, image(), Outcome.FAIL, digest("linux/amd64"))


def test_one_platform_is_left_out() -> None:
    says(rule, image(signatures=EACH[:2]), Outcome.FAIL, about="linux/arm64")


def test_not_asked_of_single_manifests_nor_of_unsigned_indexes() -> None:
    is_silent(rule, image(is_index=False))
    is_silent(rule, image(signatures=()))


def test_what_could_not_be_looked_at_or_judged() -> None:
    says(rule, image(signatures_unreadable=(Unreadable("timed out"),)), Outcome.UNKNOWN, "timed out", about="image")
    unjudged = signature(SignatureState.UNVERIFIABLE, digest=digest("linux/amd64"))
    says(rule, image(signatures=(signature(), unjudged)), Outcome.UNKNOWN, about="linux/amd64")


def test_before_the_platforms_could_be_signed() -> None:
    """`cosign sign --recursive` signs the index first."""
    says(rule, image(), Outcome.UNKNOWN, "only the index yet", about="image", phase=Phase.SETTLING)
    is_silent(rule, image(signatures=EACH), phase=Phase.SETTLING)
