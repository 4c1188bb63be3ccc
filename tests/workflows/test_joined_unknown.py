"""`docker manifest create` with images that only the run names, and builders too old for attestations."""

import pytest

from bot.workflows.doubts import Doubt
from tests.workflows.looking import build, found, job, run

EXPLICIT, SBOM = "workflow-provenance-not-explicit", "workflow-sbom-not-requested"
MAKE = """\
VERSIONS := amd64 arm64
push-%:
\tdocker buildx build --push --platform linux/$* -t {built} .
all:
\tdocker manifest create --amend $(IMAGE):$(TAG) {taken}
\tdocker manifest push --purge $(IMAGE):$(TAG)
"""


@pytest.mark.parametrize(
    "taken",
    [
        "$(foreach one,$(VERSIONS),$(IMAGE):$(TAG)-$(one))",
        "$(shell echo $(VERSIONS) | sed -e 's/x/y/g')",
        "$(IMAGES)",
        "$$images",
    ],
)
@pytest.mark.parametrize("built", ["$(IMAGE):$(TAG)-$*", "$(IMAGE)-$*:$(TAG)"])
def test_what_it_may_take_is_low_and_stays_without(taken: str, built: str) -> None:
    for rule in (EXPLICIT, SBOM):
        (one,) = found(rule, MAKE.format(built=built, taken=taken), "Makefile")
        assert (one.severity.value, Doubt.JOINED in one.doubts, one.fixable) == ("low", True, False)


def test_an_image_of_another_repository_is_not_among_them() -> None:
    for built in ("quay.io/acme/other:1", "$(IMAGE)-tools:1"):
        (one,) = found(SBOM, MAKE.format(built=built, taken="$(IMAGES)"), "Makefile")
        assert (one.severity.value, one.fixable) == ("medium", True)


def test_what_imagetools_can_take_instead_is_fixed() -> None:
    create = ("docker manifest create q.io/a/b:1 q.io/a/b:1-amd64 q.io/a/b:1-arm64", "docker manifest push q.io/a/b:1")
    text = job(build("push: true", "tags: q.io/a/b:1-amd64") + run(*create))
    assert all(one.fixable for one in found(SBOM, text))


CREATE = "docker buildx create --use --driver-opt image=moby/buildkit:{}"
BUILD = "docker buildx build --push -t quay.io/acme/app:1 ."


@pytest.mark.parametrize("version", ["v0.10.6", "v0.9.3", "v0.10.6-rootless"])
def test_a_builder_that_makes_no_attestations(version: str) -> None:
    setup = f"- uses: docker/setup-buildx-action@v4\n  with: {{ driver-opts: image=moby/buildkit:{version} }}\n"
    for text in (job(run(CREATE.format(version), BUILD)), job(setup + run(BUILD))):
        for rule in (EXPLICIT, SBOM):
            (one,) = found(rule, text)
            assert (one.doubts, one.fixable) == ((Doubt.OLD_BUILDKIT,), False)


def test_its_version_in_a_variable() -> None:
    text = f"BUILDKIT_VERSION ?= 0.10.6\npush:\n\t{CREATE.format('$(BUILDKIT_VERSION)')}\n\t{BUILD}\n"
    (one,) = found(SBOM, text, "Makefile")
    assert (one.doubts, one.fixable) == ((Doubt.OLD_BUILDKIT,), False)


@pytest.mark.parametrize("version", ["v0.11.0", "v0.21.1", "v1.0.9", "latest", "buildx-stable-1", "v0.100.0"])
def test_newer_builders_make_them(version: str) -> None:
    (one,) = found(SBOM, job(run(CREATE.format(version), BUILD)))
    assert (one.doubts, one.fixable) == ((), True)
