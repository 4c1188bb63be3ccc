"""What pushes an image in a pipeline of another CI system, and is not a script: told, and not read."""

import pytest

from tests.workflows.looking import found

RULE = "workflow-built-elsewhere"
WOODPECKER = "steps:\n  image:\n    image: {}\n    settings:\n      repo: quay.io/acme/app\n      {}\n"
AZURE = "steps:\n- task: {}\n  inputs: {{ {} }}\n"
CLOUD_BUILD = "steps:\n- name: gcr.io/{}\n  args: [{}]\n"


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        (".woodpecker/a.yaml", WOODPECKER.format("woodpeckerci/plugin-docker-buildx:6", "tags: latest"), 3),
        (".woodpecker.yml", WOODPECKER.format("docker.io/woodpeckerci/plugin-kaniko", "dry_run: false"), 3),
        (".woodpecker.yml", WOODPECKER.format("quay.io/thegeeklab/wp-docker-buildx@sha256:a", "tags: latest"), 3),
        (".drone.yml", "kind: pipeline\nsteps:\n- name: image\n  image: plugins/docker\n", 4),
        (".drone.yml", "kind: pipeline\nsteps:\n- name: image\n  image: plugins/ecr:21\n", 4),
        ("azure-pipelines.yml", AZURE.format("Docker@2", "repository: app"), 2),
        ("azure-pipelines.yml", AZURE.format("Docker@2", "command: buildAndPush"), 2),
        ("azure-pipelines.yml", AZURE.format("Docker@1", "command: Push an image"), 2),
        (".circleci/config.yml", "jobs:\n a:\n  steps:\n  - docker/push: { image: acme/app }\n", 4),
        (".circleci/config.yml", "workflows:\n a:\n  jobs:\n  - aws-ecr/build_and_push_image\n", 4),
        ("cloudbuild.yaml", CLOUD_BUILD.format("cloud-builders/docker", "push, quay.io/acme/app"), 2),
        ("cloudbuild.yaml", CLOUD_BUILD.format("cloud-builders/docker", "buildx, build, --push, ."), 2),
        ("cloudbuild.yaml", CLOUD_BUILD.format("kaniko-project/executor:latest", "--destination=a"), 2),
    ],
)
def test_it_pushes_an_image_and_how_is_not_known(path: str, text: str, line: int) -> None:
    (one,) = found(RULE, text, path)
    assert (one.line, one.severity.value) == (line, "info")
    assert one.message.endswith(" may push an image, and what it does was not read")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".woodpecker/a.yaml", WOODPECKER.format("woodpeckerci/plugin-docker-buildx:6", "dry_run: true")),
        (".woodpecker/a.yaml", WOODPECKER.format("woodpeckerci/plugin-git", "tags: latest")),
        (".drone.yml", "steps:\n- name: image\n  image: plugins/docker\n  commands: [docker build .]\n"),
        (".drone.yml", "steps:\n- name: image\n  image: docker:dind\n"),
        ("azure-pipelines.yml", AZURE.format("Docker@2", "command: build")),
        ("azure-pipelines.yml", AZURE.format("Docker@2", "command: login")),
        ("azure-pipelines.yml", AZURE.format("PublishTestResults@2", "command: push")),
        (".circleci/config.yml", "orbs:\n  docker: circleci/docker@2\njobs:\n a:\n  steps: [docker/build]\n"),
        ("cloudbuild.yaml", CLOUD_BUILD.format("cloud-builders/docker", "build, -t, push, .")),
        ("cloudbuild.yaml", CLOUD_BUILD.format("kaniko-project/executor:latest", "--no-push")),
    ],
)
def test_it_pushes_none(path: str, text: str) -> None:
    assert not found(RULE, text, path)
