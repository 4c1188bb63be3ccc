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
NOT_EXPLICIT = "workflow-provenance-not-explicit"
SBOM = "workflow-sbom-not-requested"
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
        *("quay.io/acme/app:preview-7", "quay.io/acme/app:branch-a", "quay.io/acme/app:1-feature", "a/app-loadtest:1"),
        *("quay.io/acme/app:canary", "quay.io/acme/app:deprecated", "quay.io/acme-testing/app:1"),
        *("quay.io/acmetest/app:1", "quay.io/acmetests/app:1"),
        "quay.io/acme/app:v${{ github.event.pull_request.number }}",
    ],
)
def test_images_for_trying_things_out(tmp_path: Path, tag: str) -> None:
    assert doubts(findings(tmp_path, {CI: job(build("push: true", f"tags: {tag}"))})) == {(Doubt.TRIAL,)}


@pytest.mark.parametrize(
    "tag",
    [
        "quay.io/acme/app-builder:1",
        "quay.io/acme/ci:1",
        "quay.io/acme/app-devkit:1",
        "ghcr.io/acme/continuous-integration-php:1",
        "a/app:1-build",
    ],
)
def test_tools_for_builds(tmp_path: Path, tag: str) -> None:
    assert doubts(findings(tmp_path, {CI: job(build("push: true", f"tags: {tag}"))})) == {(Doubt.TOOLING,)}


def test_a_registry_for_staging(tmp_path: Path) -> None:
    text = job(build("push: true", "tags: gcr.io/k8s-staging-acme/app:1"))
    assert doubts(findings(tmp_path, {CI: text})) == {(Doubt.STAGING,)}


@pytest.mark.parametrize(
    "tag", ["quay.io/acme/app:1", "quay.io/acme/app:latest", "quay.io/acme/app:$TAG", "a/devices:1", "speedtest/app:1"]
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
    assert doubts([one for one in findings(tmp_path, files) if one.rule == SBOM]) == {()}


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
        ("branch-deploy.yml", "image", True),
        ("docker-main-branch.yml", "image", False),
        ("docker-build-check.yml", "image", True),
        ("main.yml", "check", False),
        ("image-tests.yml", "image", True),
        ("pr-preview.yml", "image", True),
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


def test_the_names_that_people_read(tmp_path: Path) -> None:
    text = job(build("push: true", "tags: quay.io/acme/app:1"))
    for titled in (
        "name: 'Infra: feature testing'\n" + text,
        text.replace("  image:", "  image:\n    name: PR preview"),
    ):
        assert doubts(findings(tmp_path, {CI: titled})) == {(Doubt.TRIAL,)}
    filled_in = text.replace("  image:", "  image:\n    name: the ${{ inputs.branch }} branch")
    assert doubts(findings(tmp_path, {CI: filled_in})) == {()}


@pytest.mark.parametrize(
    ("head", "steps", "tag"),
    [
        ("env: { TAG: '${{ github.sha }}-ci' }\n", "", "quay.io/acme/app:${{ env.TAG }}"),
        (
            "",
            run("echo tag=pr-$N >> $GITHUB_OUTPUT") + "  id: name\n",
            "quay.io/acme/app:${{ steps.name.outputs.tag }}",
        ),
        ("", run("echo all=a/app-e2e:$N >> $GITHUB_OUTPUT") + "  id: name\n", "${{ steps.name.outputs.all }}"),
        ("", run("echo TAG=feature-$N >> $GITHUB_ENV"), "quay.io/acme/app:${{ env.TAG }}"),
        (
            "",
            "- uses: docker/metadata-action@v6\n  id: meta\n  with: { images: a/app, tags: preview }\n",
            "${{ steps.meta.outputs.tags }}",
        ),
        (
            "",
            "- uses: docker/metadata-action@v6\n  id: meta\n  with: { images: a/app, flavor: suffix=-dev }\n",
            "${{ steps.meta.outputs.tags }}",
        ),
    ],
)
def test_names_that_the_file_fills_in(tmp_path: Path, head: str, steps: str, tag: str) -> None:
    text = head + job(steps + build("push: true", f"tags: {tag}"))
    assert doubts(findings(tmp_path, {CI: text})) == {(Doubt.TRIAL,)}
    for old, new in (
        ("-ci", "-rc"),
        ("pr-", "v"),
        ("-e2e", ""),
        ("feature-", "v"),
        ("preview", "1"),
        ("-dev", "-arm64"),
    ):
        text = text.replace(old, new)
    assert doubts(findings(tmp_path, {CI: text})) == {()}


def test_names_that_callers_give(tmp_path: Path) -> None:
    action = (
        "inputs: { image: { required: true } }\nruns:\n  using: composite\n  steps:\n"
        "    - uses: docker/build-push-action@v7\n      with: { push: true, tags: 'a/${{ inputs.image }}:1' }\n"
    )
    uses = "- uses: ./.github/actions/build\n  with: {{ image: {} }}\n".format
    for images, reasons in ((("app-e2e", "app-mock"), (Doubt.TRIAL,)), (("app-e2e", "app"), ())):
        files = {".github/actions/build/action.yml": action, CI: job("".join(map(uses, images)))}
        assert doubts(findings(tmp_path, files)) == {reasons}


def test_a_step_for_other_branches_beside_one_for_the_main_branch(tmp_path: Path) -> None:
    def step(condition: str) -> str:
        return build("push: true", "tags: quay.io/acme/app:1").replace("  id: build", f"  if: {condition}")

    pair = step("github.ref != 'refs/heads/main'") + step("github.ref == 'refs/heads/main'")
    assert doubts(findings(tmp_path, {CI: job(pair)})) == {(Doubt.OFF_MAIN,), ()}
    alone = step("github.ref != 'refs/heads/main'")
    assert doubts(findings(tmp_path, {CI: job(alone)})) == {()}
    tags = step("${{ !startsWith(github.ref, 'refs/tags/') }}") + step("startsWith(github.ref, 'refs/tags/')")
    assert doubts(findings(tmp_path, {CI: job(tags)})) == {()}


@pytest.mark.parametrize(
    ("runner", "is_known"),
    [("ubuntu-latest", True), ("ubuntu-24.04-8core", True), ("[self-hosted, linux]", False), ("acme-arm64", False)],
)
def test_a_runner_whose_buildx_nobody_knows(tmp_path: Path, runner: str, *, is_known: bool) -> None:
    text = job(run(BUILDX.format("quay.io/acme/app:1"))).replace("ubuntu-latest", runner)
    found = findings(tmp_path, {CI: text})
    assert [one.doubts for one in found if one.rule == NOT_EXPLICIT] == [() if is_known else (Doubt.RUNNER,)]
    assert [one.doubts for one in found if one.rule == "workflow-sbom-not-requested"] == [()]


def test_an_image_that_docker_manifest_create_takes(tmp_path: Path) -> None:
    lines = [f"docker build -t a/app:{arch} . && docker push a/app:{arch}" for arch in ("amd64", "arm64")]
    text = job(run(*lines, "docker manifest create a/app:1 a/app:amd64 a/app:arm64", "docker manifest push a/app:1"))
    found = findings(tmp_path, {CI: text})
    assert {one.doubts for one in found if one.rule == NOT_EXPLICIT} == {(Doubt.JOINED,)}


@pytest.mark.parametrize(
    ("input_", "doubt"),
    [("file: docker/builder.Dockerfile", Doubt.TOOLING), ("target: e2e", Doubt.TRIAL), ("file: app.Dockerfile", None)],
)
def test_what_an_image_is_built_from(tmp_path: Path, input_: str, doubt: Doubt | None) -> None:
    text = job(build("push: true", "tags: quay.io/acme/app:1", input_))
    assert doubts(findings(tmp_path, {CI: text})) == {(doubt,) if doubt else ()}


def test_jobs_of_gitlab_that_publish_nothing(tmp_path: Path) -> None:
    steps = "script: ['docker buildx build --provenance=false --push -t quay.io/acme/app:1 .']\n"
    request = """if: '$CI_PIPELINE_SOURCE == "merge_request_event"'"""
    for rules in (
        f"rules: [{{ {request} }}]",
        f"rules: [{{ {request} }}, {{ when: never }}]",
        "only: [merge_requests]",
    ):
        assert not findings(tmp_path, {".gitlab-ci.yml": f"image:\n  {rules}\n  {steps}"})
    for rules in (f"rules: [{{ {request} }}, {{ if: $CI_COMMIT_TAG }}]", "only: [merge_requests, main]"):
        assert doubts(findings(tmp_path, {".gitlab-ci.yml": f"image:\n  {rules}\n  {steps}"})) == {()}
    template = f".image:\n  {steps}other: {{ script: [make] }}\n"
    assert doubts(findings(tmp_path, {".gitlab-ci.yml": template})) == {(Doubt.NOT_RUN,)}
    assert doubts(findings(tmp_path, {".gitlab-ci.yml": f"{template}real: {{ extends: .image }}\n"})) == {()}


def test_words_beside_make_are_not_its_targets(tmp_path: Path) -> None:
    files = {"Makefile": MAKEFILE, CI: job(run("true"))}
    other = ".circleci/config.yml"
    assert doubts(findings(tmp_path, {**files, other: "jobs:\n  push:\n    steps:\n    - run: make lint\n"})) == {
        (Doubt.NOT_RUN,)
    }
    assert doubts(
        [
            one
            for one in findings(tmp_path, {**files, other: 'steps:\n- command: ["make", "push"]\n'})
            if one.rule == SBOM
        ]
    ) == {()}
    assert doubts(
        [one for one in findings(tmp_path, {**files, other: "steps:\n- make\n- push\n"}) if one.rule == SBOM]
    ) == {()}
    again = MAKEFILE + "KUSTOMIZE = bin/kustomize\nlint:\n\t$(MAKE) $(KUSTOMIZE)\n"
    assert doubts(findings(tmp_path / "again", {"Makefile": again, CI: job(run("make lint"))})) == {(Doubt.NOT_RUN,)}


def test_an_action_beside_the_build_attaches_what_the_build_does_not(tmp_path: Path) -> None:
    inside = "runs:\n  using: composite\n  steps:\n    - uses: {}\n      with: {{ {} }}\n".format
    files = {
        ".github/actions/build/action.yml": inside(
            "docker/build-push-action@v7", "push: true, provenance: false, tags: 'a/app:1'"
        ),
        ".github/actions/attest/action.yml": inside("actions/attest@v4", "subject-name: a/app, push-to-registry: true"),
        CI: job("- uses: ./.github/actions/build\n- uses: ./.github/actions/attest\n"),
    }
    found = findings(tmp_path, files)
    assert [one.doubts for one in found if one.rule == "workflow-provenance-disabled"] == [(Doubt.ATTACHED_LATER,)]


@pytest.mark.parametrize(
    ("on", "is_trial"),
    [
        ("{ push: { branches: [feat/v2.9] }, workflow_dispatch: {} }", True),
        ("{ push: { branches: [develop, 'feature/**'] } }", True),
        ("{ push: { branches: [develop, main] } }", False),
        ("{ push: { branches: [develop], tags: ['v*'] } }", False),
        ("{ push: { branches: [develop] }, release: {} }", False),
    ],
)
def test_branches_whose_changes_are_not_released(tmp_path: Path, on: str, *, is_trial: bool) -> None:
    text = job(build("push: true", "tags: quay.io/acme/app:1")).replace("on: push", f"on: {on}")
    assert doubts(findings(tmp_path, {CI: text})) == {(Doubt.TRIAL,) if is_trial else ()}


def test_a_script_that_only_another_ci_system_runs(tmp_path: Path) -> None:
    script = {"push.sh": BUILDX.format("quay.io/acme/app:1") + "\n"}
    other = {".buildkite/pipeline.yml": "steps:\n- command: ./push.sh\n", CI: job(run("true"))}
    found = findings(tmp_path / "other", {**script, **other})
    assert {one.rule: one.doubts for one in found} == {NOT_EXPLICIT: (Doubt.RUNNER,), "workflow-sbom-not-requested": ()}
    both = findings(tmp_path / "both", {**script, **other, CI: job(run("./push.sh"))})
    assert doubts(both) == {()}


def test_a_workflow_in_a_copy_of_another_repository(tmp_path: Path) -> None:
    text = job(build("push: true", "tags: quay.io/acme/app:1"))
    (tmp_path / ".git").mkdir()
    assert doubts(findings(tmp_path, {f"packages/copied/{CI}": text})) == {(Doubt.NOT_RUN,)}
    assert doubts(findings(tmp_path, {}, f"packages/copied/{CI}")) == {()}


def test_a_command_that_a_script_repeats_until_it_works(tmp_path: Path) -> None:
    attest = "scripts/retry.sh cosign attest --yes --type spdxjson --predicate a.json quay.io/acme/app@$DIGEST"
    text = job(build("push: true", "tags: quay.io/acme/app:1") + run(attest))
    found = findings(tmp_path, {CI: text})
    assert [one.doubts for one in found if one.rule == SBOM] == [(Doubt.ATTACHED_LATER,)]
