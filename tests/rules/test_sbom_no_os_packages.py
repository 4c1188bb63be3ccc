"""A distribution without its packages; and images that have none for a good reason."""

import pytest

from bot.evidence import Unreadable
from bot.rules import Outcome
from bot.rules.sbom_no_os_packages import rule
from tests.making import image, is_silent, platform, provenance, says, sbom

BARE = sbom(os_packages=0, distribution="")


def test_a_distribution_with_its_packages() -> None:
    is_silent(rule, image())


def test_a_distribution_without_a_package() -> None:
    says(rule, image(platform(sbom=sbom(os_packages=0, distribution="rhel"))), Outcome.FAIL, "rhel", "rpm")


def test_another_document_holds_them() -> None:
    stages = (sbom(os_packages=0), sbom(packages=5, os_packages=5))
    is_silent(rule, image(platform(sbom=stages[0], sboms=stages)))


@pytest.mark.parametrize(
    "base",
    [
        "pkg:docker/alpine@3.20?digest=sha256:00&platform=linux%2Famd64",
        "pkg:docker/debian@bookworm-slim",
        "pkg:docker/registry.access.redhat.com/ubi9/ubi-minimal@9.4",
        "pkg:docker/127.0.0.1%3A5000/base/ubuntu@24.04",
        "pkg:oci/almalinux?tag=9",
        "pkg:docker/opensuse/leap@15.6",
    ],
)
def test_the_only_base_image_is_a_distribution(base: str) -> None:
    evidence = image(platform(sbom=BARE, provenance=provenance(base_images=(base,))))
    says(rule, evidence, Outcome.FAIL, "base image is")


@pytest.mark.parametrize(
    "bases",
    [
        (),
        ("pkg:docker/alpine@3.20", "pkg:docker/gcr.io/distroless/static@nonroot"),
        ("pkg:docker/golang@1.24-alpine",),
        ("pkg:docker/acme/my-alpine@1",),
        ("pkg:docker/alpine-tools@1",),
    ],
)
def test_the_last_stage_need_not_be_a_distribution(bases: tuple[str, ...]) -> None:
    is_silent(rule, image(platform(sbom=BARE, provenance=provenance(base_images=bases))))


def test_a_distribution_with_another_package_manager() -> None:
    is_silent(rule, image(platform(sbom=sbom(os_packages=0, distribution="arch"))))


def test_unreadable() -> None:
    says(rule, image(platform(sbom=Unreadable("timed out"))), Outcome.UNKNOWN)
