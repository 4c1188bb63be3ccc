"""Layers that claim to be statements."""

from bot.evidence import Unreadable
from bot.rules import Outcome
from bot.rules.attestation_malformed import rule
from bot.unreadable import over_limit
from tests.making import image, is_silent, platform, says, statement


def test_statements() -> None:
    is_silent(rule, image())


def test_not_json() -> None:
    """The sentence names the layer; tests/evidence/test_statements.py says so of every kind."""
    broken = statement(problem="attestation sha256:1 is not JSON")
    says(rule, image(platform(statements=(broken,))), Outcome.FAIL, "sha256:1 is not JSON")


def test_too_large_is_unknown_and_says_the_size() -> None:
    large = statement(unreadable=over_limit("50 MB, more than STATEMENT_MAX = 16 MB"), subject_matches=None)
    says(rule, image(platform(statements=(large,))), Outcome.UNKNOWN, "50 MB")


def test_a_part_of_the_index_that_could_not_be_read() -> None:
    says(rule, image(unreadable=(Unreadable("nested too deep"),)), Outcome.UNKNOWN, about="image")
