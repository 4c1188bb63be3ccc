"""Where ko pushes an image, and whether anything signs it."""

import pytest

from tests.workflows.looking import found, job, run

BUILDER, SIGNED = "workflow-other-builder", "workflow-image-never-signed"
SETUP = "- uses: ko-build/setup-ko@v0.9\n"


@pytest.mark.parametrize(
    "lines",
    [
        ("KO_DOCKER_REPO=localhost:5001/app ko build ./cmd/app", "docker push quay.io/acme/other:1"),
        ("export KO_DOCKER_REPO=localhost:5001", "ko build ./cmd/app"),
        ("export KO_DOCKER_REPO=kind.local", "ko build ./cmd/app"),
        ("ko build --push=false ./cmd/app", "docker push quay.io/acme/other:1"),
    ],
)
def test_what_stays_here_is_no_push_of_ko_whatever_is_pushed_later(lines: tuple[str, ...]) -> None:
    assert not found(BUILDER, job(SETUP + run(*lines)))
    assert not [one for one in found(SIGNED, job(SETUP + run(*lines))) if "app" in one.message]


def test_what_it_loads_may_be_pushed_later() -> None:
    lines = (
        "ko build --local -B ./cmd/app",
        "docker tag ko.local/app quay.io/acme/app:1",
        "docker push quay.io/acme/app:1",
    )
    assert found(BUILDER, job(run(*lines)))


@pytest.mark.parametrize(
    ("head", "lines", "name"),
    [
        ("", ("export KO_DOCKER_REPO=quay.io/acme/app", "ko build --bare ./cmd/app"), "quay.io/acme/app"),
        ("", ("KO_DOCKER_REPO=quay.io/acme ko build ./cmd/app",), "quay.io/acme/${IMPORT_PATH}"),
        (SETUP, ("ko build --bare ./cmd/app",), "ghcr.io/${{ github.repository }}"),
        (SETUP, ("KO_DOCKER_REPO=quay.io/acme/app ko build --bare ./cmd/app",), "quay.io/acme/app"),
    ],
)
def test_it_is_never_signed(head: str, lines: tuple[str, ...], name: str) -> None:
    (one,) = found(SIGNED, job(head + run(*lines)))
    assert (one.message, one.severity.value) == (f"{name} is pushed here, and nothing signs it", "medium")


@pytest.mark.parametrize(
    "lines",
    [
        ("ko build --bare ./cmd/app | xargs cosign sign --yes",),
        ("cosign sign --yes $(ko build --bare ./cmd/app)",),
        ("I=$(ko build ./cmd/app)", "cosign sign --yes $I"),
        ("ko build --bare ./cmd/app", "cosign sign --yes ghcr.io/${{ github.repository }}@$DIGEST"),
    ],
)
def test_it_is_signed(lines: tuple[str, ...]) -> None:
    assert not found(SIGNED, job(SETUP + run(*lines)))


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("push:\n\tko build ./cmd/app\n", ["low"]),
        ("push:\n\tko build ./cmd/app\nother:\n\tKO_DOCKER_REPO=quay.io/acme true\n", ["low"]),
        ("push:\n\tKO_DOCKER_REPO=$(REPO) ko build ./cmd/app\n", ["medium"]),
        ("push:\n\tKO_DOCKER_REPO=quay.io/acme ko build --push=$(PUSH) ./cmd/app\n", ["low"]),
        ("export KO_DOCKER_REPO ?= quay.io/acme\npush:\n\tko build ./cmd/app\n", ["medium"]),
        ("export KO_DOCKER_REPO := kind.local\npush:\n\tko build ./cmd/app\n", []),
    ],
)
def test_a_makefile_that_names_no_registry_may_be_run_for_tests(text: str, severity: list[str]) -> None:
    assert [one.severity.value for one in found(BUILDER, text, "Makefile")] == severity


@pytest.mark.parametrize("program", ["go tool ko", "go run github.com/google/ko@latest", "go run github.com/google/ko"])
def test_ko_of_the_go_command(program: str) -> None:
    text = job(run(f"KO_DOCKER_REPO=quay.io/acme/app {program} build --bare ./cmd/app"))
    (one,) = found(BUILDER, text)
    assert (one.severity.value, one.line) == ("medium", 7)
    assert not found(BUILDER, job(run(f"{program} build --push=false ./cmd/app", f"{program} version")))
