"""Min is BuildKit's: another builder's provenance is not asked."""

import pytest

from bot.attestations.provenance import Mode
from bot.evidence import Unreadable
from bot.rules import Outcome
from bot.rules.provenance_mode_min import rule
from tests.making import image, is_silent, platform, provenance, says


def test_max_on_every_platform() -> None:
    is_silent(rule, image())


def test_min_and_who_built_it() -> None:
    says(rule, image(platform(provenance=provenance(Mode.MIN))), Outcome.FAIL, "mode=min", "actions/runs/1")


def test_min_with_an_empty_builder_says_so() -> None:
    says(rule, image(platform(provenance=provenance(Mode.MIN, builder_id=""))), Outcome.FAIL, "the builder is empty")


def test_a_builder_that_looks_like_a_secret_is_withheld() -> None:
    url = "https://bot:hunter2hunter2@ci.example/runs/1"
    finding = says(rule, image(platform(provenance=provenance(Mode.MIN, builder_id=url))), Outcome.FAIL, "withheld")
    assert "hunter2" not in finding.message


def test_min_on_one_platform_only() -> None:
    evidence = image(platform(), platform("linux/arm64", provenance=provenance(Mode.MIN)))
    says(rule, evidence, Outcome.FAIL, about="linux/arm64")


def test_another_builder() -> None:
    foreign = provenance(Mode.FOREIGN, build_type="https://actions.github.io/buildtypes/workflow/v1")
    says(rule, image(platform(provenance=foreign)), Outcome.SKIPPED, "actions.github.io")


@pytest.mark.parametrize("unclear", [provenance(None), Unreadable("429, come back later")])
def test_nobody_can_know(unclear: object) -> None:
    says(rule, image(platform(provenance=unclear)), Outcome.UNKNOWN)
