"""No source repository or revision in any place."""

from typing import Any

from bot.evidence import Unreadable
from bot.rules import Outcome
from bot.rules.provenance_source_missing import rule
from tests.making import image, is_silent, platform, provenance, says


def test_both_are_named() -> None:
    is_silent(rule, image())


def test_neither_or_one_of_them() -> None:
    said: dict[str, dict[str, Any]] = {
        "neither": {"source": "", "revision": ""},
        "no source": {"source": ""},
        "no revision": {"revision": ""},
    }
    for word, changes in said.items():
        says(rule, image(platform(provenance=provenance(**changes))), Outcome.FAIL, word)


def test_unreadable() -> None:
    says(rule, image(platform(provenance=Unreadable("timed out"))), Outcome.UNKNOWN, "timed out")
