"""Sources against the policy's list."""

import pytest

from bot.context import Expected
from bot.evidence import Unreadable
from bot.rules import Outcome
from bot.rules.provenance_source_unexpected import rule
from tests.making import image, is_silent, platform, provenance, says

LISTED = Expected(sources=(r"^https://github\.com/acme/", r"https://gitlab\.com/acme/app(\.git)?"))


def test_only_asked_when_the_policy_names_sources() -> None:
    assert not rule.asked(Expected())
    assert rule.asked(LISTED)


@pytest.mark.parametrize("source", ["https://github.com/acme/app", "https://gitlab.com/acme/app.git"])
def test_listed(source: str) -> None:
    is_silent(rule, image(platform(provenance=provenance(source=source))), expected=LISTED)


@pytest.mark.parametrize(
    "source",
    [
        "https://github.com/acme-evil/app",
        "https://evil.example/https://github.com/acme/app",
        "https://gitlab.com/acme/app2",
        "https://githubXcom/acme/app",
        "https://github.com/acme/../evil/app",  # git builds from github.com/evil/app
    ],
)
def test_another(source: str) -> None:
    says(rule, image(platform(provenance=provenance(source=source))), Outcome.FAIL, source, expected=LISTED)


def test_a_second_statement_from_elsewhere() -> None:
    other = provenance(source="https://github.com/fork/app")
    says(rule, image(platform(provenances=(provenance(), other))), Outcome.FAIL, "fork", expected=LISTED)


def test_unreadable() -> None:
    says(rule, image(platform(provenance=Unreadable("timed out"))), Outcome.UNKNOWN, expected=LISTED)
