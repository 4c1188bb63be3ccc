"""An empty builder.id."""

from bot.evidence import Unreadable
from bot.rules import Outcome
from bot.rules.provenance_builder_unknown import rule
from tests.making import image, is_silent, platform, provenance, says


def test_a_builder() -> None:
    is_silent(rule, image())


def test_none() -> None:
    says(rule, image(platform(provenance=provenance(builder_id=""))), Outcome.FAIL, "empty")


def test_unreadable() -> None:
    says(rule, image(platform(provenance=Unreadable("timed out"))), Outcome.UNKNOWN, "timed out")
