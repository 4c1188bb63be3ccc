from textwrap import indent

import pytest

from bot.workflows.readers import read_file
from bot.workflows.text import SourceText
from tests.workflows.looking import build, found, job, places, run

RULE = "workflow-registry-without-login"
GHCR = "- uses: docker/login-action@v3\n  with: { registry: ghcr.io, username: a, password: '${{ secrets.P }}' }\n"
HUB = "- uses: docker/login-action@v3\n  with: { username: a, password: '${{ secrets.P }}' }\n"
PUSH = build("push: true", "tags: |", "  ghcr.io/acme/app:1", "  acme/app:1")


def test_one_registry_is_logged_in_to_and_two_are_pushed_to() -> None:
    (one,) = found(RULE, job(GHCR + PUSH))
    assert one.message == "docker.io is pushed to, and no step of this job logs in to it"
    assert not found(RULE, job(GHCR + HUB + PUSH))


def test_charts_and_joined_images_are_pushed_too() -> None:
    assert found(RULE, job(HUB + run("helm push app.tgz oci://quay.io/acme")))
    assert found(RULE, job(HUB + run("docker buildx imagetools create -t quay.io/acme/app:1 acme/app:1")))


@pytest.mark.parametrize(
    "step",
    [
        "- uses: ./.github/actions/login\n",
        "- uses: acme/prepare@v1\n",
        run("echo $P | crane auth login quay.io -u a --password-stdin"),
        run("./prepare.sh"),
        "- uses: docker/login-action@v3\n  with: { registry: '${{ matrix.registry }}' }\n",
    ],
)
def test_a_step_that_may_log_in_anywhere(step: str) -> None:
    assert not found(RULE, job(GHCR + step + PUSH))


def test_the_name_of_a_registry_on_a_line_of_its_own() -> None:
    login = GHCR + "- uses: docker/login-action@v3\n  with:\n    registry: |\n      quay.io\n"
    assert not found(RULE, job(login + build("push: true", "tags: quay.io/acme/app:1")))
    assert found(RULE, job(GHCR + build("push: true", "tags: quay.io/acme/app:1")))


def test_nothing_is_said_of_other_runners_and_of_jobs_without_any_login() -> None:
    assert not found(RULE, job(GHCR + PUSH).replace("ubuntu-latest", "self-hosted"))
    assert not found(RULE, job(PUSH))
    assert not found(RULE, job(GHCR + build("push: true", "tags: localhost:5000/app:1")))


def test_a_base_image_that_only_users_of_the_registry_get() -> None:
    dockerfile = read_file(
        SourceText("Dockerfile.distroless", "FROM golang AS b\nFROM dhi.io/static:1\nCOPY --from=b /a /a\n")
    )
    text = job(GHCR + build("file: Dockerfile.distroless", "tags: ghcr.io/acme/app:1", "push: true"))
    follow = {"./Dockerfile.distroless": dockerfile}.get
    assert places(RULE, text, follow=follow) == [(8, "high")]
    dhi = GHCR.replace("ghcr.io", "dhi.io")
    assert not found(RULE, text.replace("    steps:\n", "    steps:\n" + indent(dhi, " " * 6)), follow=follow)
    assert found(RULE, job(run("docker pull dhi.io/static:1")))
