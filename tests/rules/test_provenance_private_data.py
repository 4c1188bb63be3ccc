"""What the CI's event says about people."""

from bot.evidence import Unreadable
from bot.rules import Outcome
from bot.rules.provenance_private_data import rule
from tests.making import image, is_silent, platform, provenance, says


def test_nothing_private() -> None:
    is_silent(rule, image())


def test_the_event_payload() -> None:
    payload = provenance(private_data=("github_event_payload",))
    says(rule, image(platform(provenance=payload)), Outcome.FAIL, "github_event_payload")


def test_no_provenance_publishes_nothing() -> None:
    is_silent(rule, image(platform(provenance=None)))


def test_unreadable() -> None:
    says(rule, image(platform(provenance=Unreadable("timed out"))), Outcome.UNKNOWN)
