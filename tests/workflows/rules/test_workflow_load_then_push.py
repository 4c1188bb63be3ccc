import pytest

from bot.workflows.doubts import Doubt
from tests.workflows.looking import build, found, job, places, run

RULE = "workflow-load-then-push"
SETUP = "- uses: docker/setup-buildx-action@v4\n"
"""A builder of its own, which loads images as archives without attestations."""

LOADED = "docker buildx build --load -t quay.io/acme/app:1 ."


@pytest.mark.parametrize(
    "lines",
    [
        (LOADED, "docker push quay.io/acme/app:1"),
        ("docker buildx build --load -t quay.io/acme/app:$TAG .", "docker push quay.io/acme/app:$TAG"),
        ("docker buildx build --load -t app .", "docker tag app quay.io/acme/app:1", "docker push quay.io/acme/app:1"),
        ("I=quay.io/acme/app:1", "docker buildx build --load -t $I .", "docker image push $I"),
    ],
)
def test_loaded_by_a_builder_of_its_own_and_pushed_from_the_store(lines: tuple[str, ...]) -> None:
    assert [severity for _, severity in places(RULE, job(SETUP + run(*lines)))] == ["high"]


def test_from_an_action_to_a_script() -> None:
    text = job(SETUP + build("load: true", "tags: quay.io/acme/app:1") + run("docker push quay.io/acme/app:1"))
    assert places(RULE, text) == [(7, "high")]


def test_a_builder_that_a_script_creates() -> None:
    assert found(RULE, job(run("docker buildx create --use", LOADED, "docker push quay.io/acme/app:1")))
    assert not found(
        RULE, job(run("docker buildx create --use --driver docker", LOADED, "docker push quay.io/acme/app:1"))
    )


@pytest.mark.parametrize(
    "lines",
    [
        ("docker buildx build --load -t quay.io/acme/app:1 .", "docker push quay.io/acme/other:1"),
        ("docker buildx build --load -t app:test .", "docker run app:test"),
        ("docker buildx build --push -t quay.io/acme/app:1 .",),
        ("docker buildx build --load -t localhost:5000/app .", "docker push localhost:5000/app"),
        ("docker push quay.io/acme/app:1", "docker buildx build --load -t quay.io/acme/app:1 ."),
    ],
)
def test_other_images_and_other_ways(lines: tuple[str, ...]) -> None:
    assert not found(RULE, job(SETUP + run(*lines)))


PLAIN = job(run("docker build -t quay.io/acme/app:1 .", "docker push quay.io/acme/app:1"))


def test_the_containerd_store_of_hosted_runners_keeps_attestations_and_the_build_is_judged_as_a_pushed_one() -> None:
    assert not found(RULE, PLAIN)
    assert places("workflow-provenance-not-explicit", PLAIN) == [(7, "high")]
    assert places("workflow-sbom-not-requested", PLAIN) == [(7, "medium")]


@pytest.mark.parametrize("runner", ["self-hosted", "[self-hosted, linux]", "${{ matrix.os }}", "macos-14"])
def test_where_the_store_is_not_known_it_is_only_said_that_there_is_no_more_than_min(runner: str) -> None:
    text = PLAIN.replace("ubuntu-latest", runner)
    assert not found(RULE, text)
    (one,) = found("workflow-provenance-not-explicit", text)
    assert one.message == "docker build says nothing about provenance: it is min at most"
    assert (one.line, one.severity, one.fixable) == (7, "high", False)  # that store may refuse attestations
    (one,) = found("workflow-sbom-not-requested", text)
    assert (one.line, one.severity, one.fixable) == (7, "medium", False)
    assert not found("workflow-provenance-not-explicit", text.replace("docker push", "docker inspect"))


@pytest.mark.parametrize(
    ("engine", "lost"), [("docker:24-dind", True), ("docker:29.1.0-dind", False), ("docker:dind", False)]
)
def test_gitlab_by_the_engine_that_runs_beside_the_job(engine: str, lost: bool) -> None:  # noqa: FBT001 - a parameter
    text = f"""\
        image:
          services: [{engine}]
          script:
            - docker build -t quay.io/acme/app:1 .
            - docker push quay.io/acme/app:1
        """
    assert bool(found(RULE, text, ".gitlab-ci.yml")) is lost
    assert bool(found("workflow-provenance-not-explicit", text, ".gitlab-ci.yml")) is not lost


def test_a_makefile_runs_on_any_engine() -> None:
    text = "IMAGE := quay.io/acme/app\npush: build\n\tdocker push $(IMAGE):1\nbuild:\n\t@docker build -t $(IMAGE):1 .\n"
    assert not found(RULE, text, "Makefile")
    (one,) = found("workflow-provenance-not-explicit", text, "Makefile")
    assert (one.line, one.message) == (5, "docker build says nothing about provenance: it is min at most")


LOGIN = (
    "- uses: docker/login-action@v4\n  with: {{ registry: {}, username: acme, password: '${{{{ secrets.KEY }}}}' }}\n"
)


@pytest.mark.parametrize(("registry", "severity"), [("quay.io", "high"), ("ghcr.io", "low")])
def test_the_job_has_to_log_in_to_the_registry_of_the_push_and_not_of_the_local_name(
    registry: str, severity: str
) -> None:
    tagged = run("docker tag app quay.io/acme/app:1", "docker push quay.io/acme/app:1")
    text = job(SETUP + build("load: true", "tags: app") + LOGIN.format(registry) + tagged)
    assert places(RULE, text) == [(7, severity)]


@pytest.mark.parametrize(("kind", "severities"), [("docker", ["high"]), ("oci", [])])
def test_dockers_archive_has_no_room_for_attestations_whatever_the_store_has(kind: str, severities: list[str]) -> None:
    built = f"docker buildx build -o type={kind},dest=app.tar -t quay.io/acme/app:1 ."
    text = job(run(built, "docker load -i app.tar", "docker push quay.io/acme/app:1"))
    assert [severity for _, severity in places(RULE, text)] == severities
    assert not found("workflow-provenance-not-explicit", text)
    made = build(f"outputs: type={kind},dest=app.tar", "tags: quay.io/acme/app:1")
    text = job(made + run("docker load -i app.tar", "docker push quay.io/acme/app:1"))
    assert [severity for _, severity in places(RULE, text)] == severities


def test_docker_manifest_create_would_refuse_an_image_with_attestations() -> None:
    text = "docker manifest create quay.io/acme/app:2 quay.io/acme/app:1"
    (one,) = found(RULE, job(SETUP + run(LOADED, "docker push quay.io/acme/app:1", text)))
    assert (one.severity.value, one.doubts) == ("low", (Doubt.JOINED,))
