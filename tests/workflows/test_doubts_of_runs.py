"""Which make targets, scripts and jobs CI files run."""

from pathlib import Path

import pytest

from bot.workflows.doubts import Doubt
from tests.workflows.doubting import BUILDX, CI, MAKEFILE, NOT_EXPLICIT, SBOM, doubts, findings
from tests.workflows.looking import build, job, run


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


@pytest.mark.parametrize(
    "rules",
    [
        "$(IMAGES): push-%:\n{}build: $(MAIN)\n$(MAIN): push-$(MAIN)\n",
        "$(IMAGES): push-%: lint\n{}lint:\n\ttrue\n$(MAIN): push-$(MAIN)\nbuild: image\n",
        "$(MAIN):\n{}build: image\n",
    ],
)
def test_targets_whose_names_variables_or_patterns_tell(tmp_path: Path, rules: str) -> None:
    variables = "MAIN := image\nIMAGES := $(patsubst %,push-%,$(MAIN))\n"
    text = variables + rules.format(MAKEFILE.partition("\n")[2])
    assert doubts(findings(tmp_path, {CI: job(run("make build")), "Makefile": text})) == {()}
    assert doubts(findings(tmp_path, {CI: job(run("make test")), "Makefile": text})) == {(Doubt.NOT_RUN,)}


def test_a_pattern_that_takes_every_name_does_not_say_which_targets_are_made(tmp_path: Path) -> None:
    text = MAKEFILE.replace("push:", "$(IMAGES): %:")
    assert doubts(findings(tmp_path, {CI: job(run("make test")), "Makefile": text})) == {(Doubt.NOT_RUN,)}


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
