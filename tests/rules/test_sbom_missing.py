"""No SBOM in any layout that we read."""

from bot.evidence import Unreadable
from bot.rules import Outcome
from bot.rules.sbom_missing import rule
from tests.making import image, is_silent, platform, says


def test_an_sbom_on_every_platform() -> None:
    is_silent(rule, image())


def test_none_on_one_platform() -> None:
    says(rule, image(platform(), platform("linux/arm64", sbom=None)), Outcome.FAIL, "SPDX", about="linux/arm64")


def test_too_large_to_read_is_not_missing() -> None:
    says(rule, image(platform(sbom=Unreadable("40 MB, more than SBOM_MAX"))), Outcome.UNKNOWN, "40 MB")


def test_it_may_be_where_we_could_not_look() -> None:
    evidence = image(platform(sbom=None), signatures_unreadable=(Unreadable("the .att tag: 503"),))
    says(rule, evidence, Outcome.UNKNOWN, "503")


def test_a_part_of_the_index_that_could_not_be_read() -> None:
    says(rule, image(unreadable=(Unreadable("nested too deep"),)), Outcome.UNKNOWN, "nested", about="image")
