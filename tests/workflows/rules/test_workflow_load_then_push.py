import pytest

from tests.workflows.looking import build, found, job, places, run

RULE = "workflow-load-then-push"


@pytest.mark.parametrize(
    "lines",
    [
        ("docker build -t quay.io/acme/app:1 .", "docker push quay.io/acme/app:1"),
        ("docker buildx build --load -t quay.io/acme/app:$TAG .", "docker push quay.io/acme/app:$TAG"),
        ("docker build -t app .", "docker tag app quay.io/acme/app:1", "docker push quay.io/acme/app:1"),
        ("I=quay.io/acme/app:1", "docker build -t $I .", "docker image push $I"),
    ],
)
def test_built_into_the_store_and_pushed_from_there(lines: tuple[str, ...]) -> None:
    assert [severity for _, severity in places(RULE, job(run(*lines)))] == ["high"]


def test_from_an_action_to_a_script() -> None:
    text = job(build("load: true", "tags: quay.io/acme/app:1") + run("docker push quay.io/acme/app:1"))
    assert places(RULE, text) == [(6, "high")]


@pytest.mark.parametrize(
    "lines",
    [
        ("docker build -t quay.io/acme/app:1 .", "docker push quay.io/acme/other:1"),
        ("docker build -t app:test .", "docker run app:test"),
        ("docker buildx build --push -t quay.io/acme/app:1 .",),
        ("docker build -t localhost:5000/app .", "docker push localhost:5000/app"),
        ("docker push quay.io/acme/app:1", "docker build -t quay.io/acme/app:1 ."),
    ],
)
def test_other_images_and_other_ways(lines: tuple[str, ...]) -> None:
    assert not found(RULE, job(run(*lines)))


def test_targets_of_a_makefile_belong_together() -> None:
    text = "IMAGE := quay.io/acme/app\npush: build\n\tdocker push $(IMAGE):1\nbuild:\n\t@docker build -t $(IMAGE):1 .\n"
    assert places(RULE, text, "Makefile") == [(5, "high")]
