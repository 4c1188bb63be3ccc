"""An SBOM that names nothing besides itself."""

from bot.evidence import Unreadable
from bot.rules import Outcome
from bot.rules.sbom_empty import rule
from tests.making import image, is_silent, platform, says, sbom


def test_packages() -> None:
    is_silent(rule, image(platform(sbom=sbom(packages=1))))


def test_no_package() -> None:
    says(rule, image(platform(sbom=sbom(packages=0))), Outcome.FAIL, "spdx", "no package")


def test_no_sbom_is_another_rule() -> None:
    is_silent(rule, image(platform(sbom=None)))


def test_unreadable() -> None:
    says(rule, image(platform(sbom=Unreadable("cut off"))), Outcome.UNKNOWN, "cut off")
