"""Scripts in the pipelines of other CI systems: low at most, since when they run is not read."""

from pathlib import Path

import pytest

from bot.rules import Severity
from bot.workflows.doubts import Doubt
from bot.workflows.find import fixed_text, lint_text
from bot.workflows.project import Project
from bot.workflows.yaml_reader import WEIGHT_MAX
from tests.workflows.doubting import BUILDX, NOT_EXPLICIT, SBOM, findings
from tests.workflows.looking import found
from tests.workflows.test_project import put

PUSH = BUILDX.format("quay.io/acme/app:1")
CIRCLE = """\
version: 2.1
jobs:
  image:
    docker: [{{ image: cimg/base:2026.01 }}]
    steps:
      - checkout
      - run: {}
      - run:
          name: docker buildx build --push -t quay.io/acme/name:1 .
          command: |
            true
"""
PIPELINES = {
    ".circleci/config.yml": CIRCLE,
    ".circleci/a/image.yml": "commands:\n a:\n  steps:\n  - run:\n      command: |\n        true\n        {}\n",
    ".travis.yml": "language: go\nscript:\n  - make\nafter_success:\n  - {}\n",
    "azure-pipelines.yml": "stages:\n- stage: a\n  jobs:\n  - job: b\n    steps:\n    - script: |\n        {}\n",
    ".azure-pipelines/image.yaml": "steps:\n- bash: {}\n",
    ".drone.yml": "kind: pipeline\nsteps:\n- name: image\n  image: docker\n  commands:\n  - {}\n",
    ".woodpecker/image.yaml": "steps:\n  image:\n    image: docker\n    commands:\n      - {}\n",
    "bitbucket-pipelines.yml": "pipelines:\n  default:\n    - step:\n        script:\n          - {}\n",
    ".buildkite/pipeline.yml": "steps:\n  - label: image\n    command: {}\n",
    ".semaphore/semaphore.yml": "blocks:\n  - task:\n      jobs:\n        - commands:\n            - {}\n",
    ".cirrus.yml": "image_task:\n  script: {}\n",
    "appveyor.yml": "build_script:\n  - {}\n",
    "cloudbuild.yaml": "steps:\n- name: docker\n  entrypoint: bash\n  args:\n  - -ceu\n  - |\n    true\n    {}\n",
    ".tekton/push.yaml": "kind: Task\nspec:\n  steps:\n    - name: a\n      script: |\n        #!/bin/sh\n        {}\n",
}


@pytest.mark.parametrize("path", PIPELINES)
def test_what_their_scripts_push_is_told_and_low(tmp_path: Path, path: str) -> None:
    told = findings(tmp_path, {path: PIPELINES[path].format(PUSH)})
    assert {one.rule for one in told} >= {SBOM, NOT_EXPLICIT}
    assert {one.severity for one in told} <= {Severity.LOW, Severity.INFO}
    assert all(Doubt.WHEN_UNKNOWN in one.doubts for one in told)
    (line,) = {one.line for one in told if one.rule == SBOM}
    assert PUSH in (tmp_path / path).read_text().splitlines()[line - 1]


@pytest.mark.parametrize("path", PIPELINES)
def test_what_asks_for_all_is_not_told(tmp_path: Path, path: str) -> None:
    asking = PUSH.replace("--push", "--push --provenance=mode=max --sbom=true")
    assert not [
        one for one in findings(tmp_path, {path: PIPELINES[path].format(asking)}) if one.rule in {SBOM, NOT_EXPLICIT}
    ]


def test_a_fix_is_written_into_the_script() -> None:
    text = CIRCLE.format(PUSH)
    after = fixed_text(".circleci/config.yml", text, lint_text(".circleci/config.yml", text))
    assert after == text.replace(PUSH, PUSH.replace(" build ", " build --provenance=mode=max --sbom=true "))


@pytest.mark.parametrize(("pushed", "is_told"), [("tag", True), ("too", False)])
def test_parameters_of_circleci_are_no_redirections(pushed: str, is_told: bool) -> None:  # noqa: FBT001 - a table
    built = "docker build -t quay.io/acme/app:<< parameters.tag >> ."
    text = CIRCLE.format(f"{built} && docker push quay.io/acme/app:<< parameters.{pushed} >>")
    assert bool(found(SBOM, text, ".circleci/config.yml")) is is_told


def test_what_is_named_twice_by_an_anchor_is_told_once(tmp_path: Path) -> None:
    text = (
        f"x: &run\n  command: {PUSH}\njobs:\n  a: {{ steps: [{{ run: *run }}] }}\n  b: {{ steps: [{{ run: *run }}] }}\n"
    )
    assert len([one for one in findings(tmp_path, {".circleci/config.yml": text}) if one.rule == SBOM]) == 1


def test_one_that_does_not_parse_is_left_out_of_a_folder(tmp_path: Path) -> None:
    files = {".buildkite/template.yml": "steps:\n{{ range .Steps }}\n  - {{ .Name }}: [\n", "Makefile": "a:\n\ttrue\n"}
    (file,) = Project(put(tmp_path, files)).lint([tmp_path])
    assert (file.name, file.trouble) == ("Makefile", "")
    (named,) = Project(tmp_path).lint([tmp_path / ".buildkite/template.yml"])
    assert "template.yml" in named.trouble


def test_a_pipeline_that_grows_by_aliases_is_refused(tmp_path: Path) -> None:
    anchors = "a0: &a0 [true]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9))
    (file,) = Project(put(tmp_path, {".travis.yml": anchors})).lint([tmp_path / ".travis.yml"])
    assert str(WEIGHT_MAX) in file.trouble


@pytest.mark.parametrize(
    ("entrypoint", "args", "count"),
    [
        ("bash", "[-c, '{}']", 1),
        ("/bin/sh", "['-euc', '{}', 'name']", 1),
        ("bash", "['{}']", 0),
        ("docker", "[-c, '{}']", 0),
        ("bash", "[-c]", 0),
    ],
)
def test_what_cloud_build_gives_to_a_shell(entrypoint: str, args: str, count: int) -> None:
    written = args.format("docker buildx build --push -t quay.io/acme/app:$$TAG-$${ARCH} .")
    text = f"steps:\n- name: gcr.io/cloud-builders/docker\n  entrypoint: {entrypoint}\n  args: {written}\n"
    assert len(found(SBOM, text, "cloudbuild.yaml")) == count
