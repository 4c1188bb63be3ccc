"""Placeholders that nobody filled in, and texts that only look like them."""

import pytest

from bot.evidence import NotAsked, Unreadable
from bot.rules import Outcome
from bot.rules.image_label_unexpanded import rule
from tests.making import config, image, is_silent, platform, provenance, says

REVISION = "org.opencontainers.image.revision"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("${GITHUB_SHA}", "GITHUB_SHA"),
        ("${{ github.sha }}", "github.sha"),
        ("{{ .Version }}", ".Version"),
        ("{{.Version}}-SNAPSHOT", ".Version"),
        ("$(git rev-parse HEAD)", "git"),
        ("$VERSION", "VERSION"),
        ("v${VERSION:-dev}", "VERSION"),
        ("@project.version@", "project.version"),
    ],
)
def test_placeholders(value: str, name: str) -> None:
    evidence = image(platform(config=config(labels=((REVISION, value),))))
    says(rule, evidence, Outcome.FAIL, REVISION, name)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (REVISION, "0123456789abcdef"),
        ("org.opencontainers.image.description", "Costs $5, or {nothing}"),
        ("io.buildpacks.lifecycle.metadata", '{"app":[{"sha":"x"}]}'),
        ("org.label-schema.docker.cmd", "docker run -v $(pwd):/data ${IMAGE}"),
        ("run", "podman run -it ${IMAGE}"),
        ("maintainer", "someone@example.org"),
    ],
)
def test_texts_that_only_look_like_it(key: str, value: str) -> None:
    is_silent(rule, image(platform(config=config(labels=((key, value),)))))


def test_a_default_is_not_repeated() -> None:
    evidence = image(platform(config=config(labels=(("token", "${TOKEN:-hunter2hunter2}"),))))
    assert "hunter2" not in says(rule, evidence, Outcome.FAIL, "TOKEN").message


def test_the_labels_that_the_provenance_records() -> None:
    asked = provenance(labels=((REVISION, "${GITHUB_SHA}"),))
    says(rule, image(platform(provenance=asked, config=NotAsked("switched off"))), Outcome.FAIL, "GITHUB_SHA")


def test_a_configuration_that_could_not_be_read() -> None:
    says(rule, image(platform(config=Unreadable("timed out"))), Outcome.UNKNOWN, "timed out")


def test_nobody_looked() -> None:
    says(rule, image(platform(provenance=None, config=NotAsked("switched off"))), Outcome.UNKNOWN, "switched off")
