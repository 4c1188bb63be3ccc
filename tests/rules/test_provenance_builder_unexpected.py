"""Builders against the policy's list."""

from bot.context import Expected
from bot.evidence import Unreadable
from bot.rules import Outcome
from bot.rules.provenance_builder_unexpected import rule
from tests.making import image, is_silent, platform, provenance, says

LISTED = Expected(builders=(r"https://github\.com/acme/",))


def test_only_asked_when_the_policy_names_builders() -> None:
    assert not rule.asked(Expected())
    assert rule.asked(LISTED)


def test_listed() -> None:
    is_silent(rule, image(), expected=LISTED)


def test_another() -> None:
    other = provenance(builder_id="https://github.com/acme-evil/app/actions/runs/1")
    says(rule, image(platform(provenance=other)), Outcome.FAIL, "acme-evil", expected=LISTED)


def test_a_second_statement_by_another() -> None:
    other = provenance(builder_id="https://ci.example/1")
    says(rule, image(platform(provenances=(provenance(), other))), Outcome.FAIL, "ci.example", expected=LISTED)


def test_unreadable() -> None:
    says(rule, image(platform(provenance=Unreadable("timed out"))), Outcome.UNKNOWN, expected=LISTED)
