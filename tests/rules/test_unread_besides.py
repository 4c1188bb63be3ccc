"""Provenance that was read, while something else that is said about the same build could not be: it may contradict."""

from typing import Final

import pytest

from bot.attestations.provenance import Mode
from bot.attestations.statement import SLSA_V1, SPDX
from bot.context import Expected
from bot.evidence import Unreadable
from bot.policy import default_policy
from bot.report import Verdict
from bot.rules import Outcome, Rule
from bot.rules.provenance_builder_unexpected import rule as builder_unexpected
from bot.rules.provenance_inconsistent import rule as inconsistent
from bot.rules.provenance_lost import rule as provenance_lost
from bot.rules.provenance_missing import rule as provenance_missing
from bot.rules.provenance_mode_min import rule as mode_min
from bot.rules.provenance_source_unexpected import rule as source_unexpected
from bot.rules.sbom_lost import rule as sbom_lost
from bot.rules.sbom_missing import rule as sbom_missing
from bot.unreadable import UnknownReason
from tests.making import image, is_silent, platform, provenance, reported, says, statement

EXPECTED: Final = Expected(sources=(r"https://github\.com/acme/",), builders=(r"https://github\.com/acme/",))
RULES: Final = (inconsistent, mode_min, source_unexpected, builder_unexpected)
PLACE: Final = Unreadable("quay.io: 503", UnknownReason.UNSEARCHED)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_place_that_could_not_be_searched_may_hold_it(rule: Rule) -> None:
    evidence = image(platform(), signatures_unreadable=(PLACE,))
    says(rule, evidence, Outcome.UNKNOWN, "could not be looked at", "503", expected=EXPECTED)
    hidden = Unreadable("quay.io: 403", UnknownReason.ABSENCE_HIDDEN)
    is_silent(rule, image(platform(), signatures_unreadable=(hidden,)), expected=EXPECTED)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_statement_that_could_not_be_read_may_be_it(rule: Rule) -> None:
    def beside(kind: str) -> tuple[object, ...]:
        return (statement(SLSA_V1), statement(kind, subject_matches=None, unreadable=Unreadable("too large")))

    says(rule, image(platform(statements=beside(SLSA_V1))), Outcome.UNKNOWN, "too large", expected=EXPECTED)
    says(rule, image(platform(statements=beside(""))), Outcome.UNKNOWN, "too large", expected=EXPECTED)
    is_silent(rule, image(platform(statements=beside(SPDX))), expected=EXPECTED)


def test_what_fails_already_fails() -> None:
    weak = image(platform(provenance=provenance(Mode.MIN)), signatures_unreadable=(PLACE,))
    says(mode_min, weak, Outcome.FAIL, "mode=min")
    evil = image(platform(provenance=provenance(source="https://github.com/evil/app")), signatures_unreadable=(PLACE,))
    says(source_unexpected, evil, Outcome.FAIL, "evil", expected=EXPECTED)


def test_a_signed_image_does_not_pass_while_it_is_not_known_what_else_is_attached_to_it() -> None:
    """Whoever delays one answer would hide what fails it."""
    assert reported(image(), default_policy()).verdict is Verdict.PASS
    assert reported(image(signatures_unreadable=(PLACE,)), default_policy()).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("rule", [provenance_missing, sbom_missing], ids=lambda rule: rule.id)
def test_a_child_that_could_not_be_looked_at_may_hold_what_a_platform_lacks(rule: Rule) -> None:
    """An index within the index holds attestations, too."""
    bare = platform(provenance=None, sbom=None)
    says(rule, image(bare), Outcome.FAIL)
    says(rule, image(bare, unreadable=(Unreadable("nested too deep"),)), Outcome.UNKNOWN, "nested too deep")


@pytest.mark.parametrize("rule", [provenance_lost, sbom_lost], ids=lambda rule: rule.id)
def test_what_such_a_child_may_hold_is_not_lost(rule: Rule) -> None:
    bare = platform(provenance=None, sbom=None)
    says(rule, image(bare), Outcome.FAIL, baseline=image())
    unseen = image(bare, unreadable=(Unreadable("nested too deep"),))
    says(rule, unseen, Outcome.UNKNOWN, "nested too deep", baseline=image())
