"""Medium or worse only where it is certain that people use what a step publishes; every doubt is said."""

from pathlib import Path

import pytest

from bot.rules import Severity
from bot.workflows.doubts import SAID, Doubt, lowered
from bot.workflows.project import Project
from bot.workflows.rules import LintFinding
from tests.workflows.looking import build, job, run
from tests.workflows.test_project import put

BUILDX = "docker buildx build --push -t {} ."
CI = ".github/workflows/ci.yml"
MAKEFILE = "push:\n\tdocker buildx build --push -t quay.io/acme/app:1 .\n"


def findings(root: Path, files: dict[str, str], path: str = ".") -> list[LintFinding]:
    return [one for file in Project(put(root, files)).lint([root / path]) for one in file.findings]


def doubts(found: list[LintFinding]) -> set[tuple[Doubt, ...]]:
    assert found
    assert all(one.severity is Severity.LOW for one in found if one.doubts)
    assert all(SAID[doubt] in one.message for one in found for doubt in one.doubts)
    return {one.doubts for one in found}


def test_every_doubt_has_words_and_lowers() -> None:
    assert {*SAID} == {*Doubt}
    for doubt in Doubt:
        assert lowered(Severity.CRITICAL, (doubt,)) is Severity.LOW
        assert lowered(Severity.INFO, (doubt,)) is Severity.INFO
    assert lowered(Severity.HIGH, ()) is Severity.HIGH


@pytest.mark.parametrize(
    "tag",
    [
        *("quay.io/acme/app:dev", "quay.io/acme/app:dev-1.2", "quay.io/acme/app:1-debug", "quay.io/acme/app:pr-7"),
        *("quay.io/acme/app-demo:1", "quay.io/acme/devel:1", "quay.io/acme/app:testing-${{ github.sha }}"),
        "quay.io/acme/app:v${{ github.event.pull_request.number }}",
    ],
)
def test_images_for_trying_things_out(tmp_path: Path, tag: str) -> None:
    assert doubts(findings(tmp_path, {CI: job(build("push: true", f"tags: {tag}"))})) == {(Doubt.TRIAL,)}


@pytest.mark.parametrize(
    "tag", ["quay.io/acme/app-builder:1", "quay.io/acme/ci:1", "ghcr.io/acme/continuous-integration-php:1"]
)
def test_tools_for_builds(tmp_path: Path, tag: str) -> None:
    assert doubts(findings(tmp_path, {CI: job(build("push: true", f"tags: {tag}"))})) == {(Doubt.TOOLING,)}


def test_a_registry_for_staging(tmp_path: Path) -> None:
    text = job(build("push: true", "tags: gcr.io/k8s-staging-acme/app:1"))
    assert doubts(findings(tmp_path, {CI: text})) == {(Doubt.STAGING,)}


@pytest.mark.parametrize(
    "tag", ["quay.io/acme/app:1", "quay.io/acme/app:latest", "quay.io/acme/app:$TAG", "a/devices:1"]
)
def test_images_for_use(tmp_path: Path, tag: str) -> None:
    text = job(build("push: true", f"tags: '{tag},quay.io/acme/app:dev'"))
    assert doubts(findings(tmp_path, {CI: text})) == {()}


def test_the_image_for_use_is_told_before_the_one_for_trials(tmp_path: Path) -> None:
    builds = (build("push: true", f"tags: quay.io/acme/app:{tag}") for tag in ("dev", "1"))
    found = findings(tmp_path, {CI: job("".join(builds))})
    assert [one.severity for one in found if one.rule == "workflow-image-never-signed"] == [Severity.MEDIUM]


@pytest.mark.parametrize(
    ("name", "text"),
    [("Makefile", MAKEFILE), ("hack/push.sh", BUILDX.format("quay.io/acme/app:1") + "\n")],
)
def test_what_no_ci_file_runs(tmp_path: Path, name: str, text: str) -> None:
    idle = {CI: job(run("make test")), name: text}
    assert doubts(findings(tmp_path, idle)) == {(Doubt.NOT_RUN,)}
    assert doubts(findings(tmp_path, idle, name)) == {()}  # whoever names a file means it
    runs = job(run("make push" if name == "Makefile" else f"./{name} 1"))
    assert doubts(findings(tmp_path, {CI: runs})) == {()}
    asked = runs.replace("on: push", "on: pull_request")
    assert doubts(findings(tmp_path, {CI: asked})) == {(Doubt.NOT_RUN,)}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (CI, job(run("make -C deploy VERSION=1 \\", "  push"))),
        (CI, job(run("make ${{ matrix.target }}")) + "    strategy: { matrix: { target: [push, lint] } }\n"),
        (CI, job(run("make release")).replace("on: push", "on: workflow_dispatch")),
        (CI, job(run("./hack/all.sh"))),
        (".gitlab-ci.yml", "image:\n  script: [make release]\n"),
        ("cloudbuild.yaml", "steps:\n- name: golang\n  entrypoint: make\n  args: [push]\n"),
        (".circleci/config.yml", "jobs:\n  a:\n    steps:\n    - run: make release\n"),
    ],
)
def test_how_ci_runs_a_target(tmp_path: Path, name: str, text: str) -> None:
    rest = MAKEFILE + "release: lint $(STEPS)\nSTEPS = push\nlint:\n\ttrue\n"
    script = "set -e\nmake release\n"
    files = {"Makefile": rest, "hack/all.sh": script, CI: job(run("true")), name: text}
    assert doubts(findings(tmp_path, files)) == {()}


def test_targets_for_development(tmp_path: Path) -> None:
    text = MAKEFILE.replace("push:", "push-dev:")
    assert doubts(findings(tmp_path, {CI: job(run("make push-dev")), "Makefile": text})) == {(Doubt.TRIAL,)}


def test_a_pattern_and_the_first_target(tmp_path: Path) -> None:
    pattern = MAKEFILE.replace("push:", "push-%:")
    assert doubts(findings(tmp_path, {CI: job(run("make push-app")), "Makefile": pattern})) == {()}
    assert doubts(findings(tmp_path, {CI: job(run("make")), "Makefile": MAKEFILE})) == {()}
    later = "all:\n\ttrue\n" + MAKEFILE
    assert doubts(findings(tmp_path, {CI: job(run("make")), "Makefile": later})) == {(Doubt.NOT_RUN,)}


def test_a_target_or_script_of_the_same_name_in_another_folder(tmp_path: Path) -> None:
    script = BUILDX.format("quay.io/acme/app:1") + "\n"
    files = {"lib/copied/Makefile": MAKEFILE, "lib/copied/push.sh": script}
    for command, reasons in (
        ("make push; ./push.sh", (Doubt.NOT_RUN,)),
        ("make -C lib/copied push; lib/copied/push.sh", ()),
        ("cd lib/copied && make push && ./push.sh", ()),
    ):
        assert doubts(findings(tmp_path, {CI: job(run(command)), **files})) == {reasons}


def test_a_makefile_that_the_root_includes(tmp_path: Path) -> None:
    files = {CI: job(run("make push")), "Makefile": "include scripts/*.mk\n", "scripts/docker.mk": MAKEFILE}
    assert doubts(findings(tmp_path, files)) == {()}
    assert doubts(findings(tmp_path, {**files, "Makefile": "-include scripts/docker.mk\n"})) == {()}
    assert doubts(findings(tmp_path, {**files, "Makefile": "all:\n"})) == {(Doubt.NOT_RUN,)}


@pytest.mark.parametrize(
    ("workflow", "name", "is_trial"),
    [
        ("test.yaml", "image", True),
        ("call-integration-image-build.yaml", "image", True),
        ("ci.yml", "e2e-test", True),
        ("deploy-development.yml", "image", True),
        ("test-build.yml", "image", True),
        ("app-benchmark.yml", "image", True),
        ("test-and-build.yml", "image", False),
        ("build-and-test.yml", "image", False),
        ("continuous-integration.yml", "image", False),
        ("latest.yml", "attest", False),
    ],
)
def test_workflows_and_jobs_for_tests(tmp_path: Path, workflow: str, name: str, *, is_trial: bool) -> None:
    text = job(build("push: true", "tags: quay.io/acme/app:1")).replace("  image:", f"  {name}:")
    found = findings(tmp_path, {f".github/workflows/{workflow}": text})
    assert doubts(found) == {(Doubt.TRIAL,) if is_trial else ()}


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("bash hack/push.sh 1", True),
        ("time ./hack/push.sh", True),
        ('"${ROOT}/hack/push.sh"', True),
        ("x=$(hack/push.sh)", True),
        ("# see hack/push.sh", False),
        ("menu 'Push|hack/push.sh|x'", False),
        ("cat hack/push.sh.md", False),
    ],
)
def test_how_a_script_is_run(tmp_path: Path, text: str, *, runs: bool) -> None:
    files = {"hack/push.sh": BUILDX.format("quay.io/acme/app:1") + "\n", CI: job(run(text))}
    assert doubts(findings(tmp_path, files)) == {() if runs else (Doubt.NOT_RUN,)}


def test_a_staging_registry_that_a_variable_names(tmp_path: Path) -> None:
    text = "REGISTRY ?= gcr.io/k8s-staging-acme\n" + MAKEFILE.replace("quay.io/acme", "$(REGISTRY)")
    assert doubts(findings(tmp_path, {CI: job(run("make push")), "Makefile": text})) == {(Doubt.STAGING,)}
    other = text.replace("gcr.io/k8s-staging-acme", "gcr.io/acme")
    assert doubts(findings(tmp_path, {CI: job(run("make push")), "Makefile": other})) == {()}


def test_a_command_that_may_push_and_may_not(tmp_path: Path) -> None:
    text = MAKEFILE.replace("--push", "--output=type=$(OUTPUT)")
    assert doubts(findings(tmp_path, {CI: job(run("make push")), "Makefile": text})) == {(Doubt.NOT_PUSHED,)}


@pytest.mark.parametrize(
    ("uses", "inputs"),
    [("acme/seal-action@v1", "private-key: a"), ("crashappsec/setup-chalk-action@main", "password: a")],
)
def test_an_action_that_has_a_key_may_sign(tmp_path: Path, uses: str, inputs: str) -> None:
    steps = f"- uses: {uses}\n  with: {{ {inputs} }}\n" + build("push: true", "provenance: false", "tags: a/b:1")
    found = findings(tmp_path, {CI: job(steps)})
    assert "workflow-image-never-signed" not in {one.rule for one in found}
    off = next(one for one in found if one.rule == "workflow-provenance-disabled")
    assert off.doubts == ((Doubt.ATTACHED_LATER,) if "chalk" in uses else ())


def test_what_is_loaded_and_pushed_and_attested_afterwards(tmp_path: Path) -> None:
    setup = "- uses: docker/setup-buildx-action@v4\n"
    text = setup + build("load: true", "tags: quay.io/acme/app:1") + run("docker push quay.io/acme/app:1")
    attest = "- uses: actions/attest@v4\n  with: { subject-name: quay.io/acme/app, push-to-registry: true }\n"
    for steps, reasons in ((text, ()), (text + attest, (Doubt.ATTACHED_LATER,))):
        found = findings(tmp_path, {CI: job(steps)})
        assert [one.doubts for one in found if one.rule == "workflow-load-then-push"] == [reasons]
