"""The minimum elements of an SBOM."""

import pytest

from bot.evidence import Unreadable
from bot.rules import Outcome
from bot.rules.sbom_incomplete import rule
from tests.making import image, is_silent, platform, says, sbom


def test_all_elements() -> None:
    is_silent(rule, image())


@pytest.mark.parametrize(
    ("lacking", "word"),
    [
        ({"has_author": False}, "an author"),
        ({"has_timestamp": False}, "a timestamp"),
        ({"nameless": 4}, "a name for 4 of 30"),
        ({"versionless": 4}, "a version for 4 of 30"),
        ({"unidentified": 4}, "a purl or CPE for 4 of 30"),
    ],
)
def test_one_lacks(lacking: dict[str, object], word: str) -> None:
    says(rule, image(platform(sbom=sbom(**lacking))), Outcome.FAIL, word)


def test_a_tenth_of_the_packages_may_lack_something() -> None:
    is_silent(rule, image(platform(sbom=sbom(packages=30, nameless=3, versionless=3, unidentified=3))))


def test_everything_that_lacks_stands_in_one_finding() -> None:
    says(rule, image(platform(sbom=sbom(has_author=False, unidentified=30))), Outcome.FAIL, "author", "purl")


def test_unreadable() -> None:
    says(rule, image(platform(sbom=Unreadable("timed out"))), Outcome.UNKNOWN)
