"""What CI surely runs of the other files of a repository, and what only may be run."""

from pathlib import Path

import pytest

from bot.workflows.doubts import Doubt
from tests.workflows.doubting import CI, MAKEFILE, SBOM, doubts, findings
from tests.workflows.looking import build, job, run
from tests.workflows.test_surroundings import ACTION, action

BUILD = build("push: true", "tags: quay.io/acme/app:1")
BAKE = build("push: true", "files: docker-bake.hcl", uses="docker/bake-action@v7")
TARGET = 'target "{0}" {{\n  tags = ["quay.io/acme/{0}:1"]\n}}\n'


def sbom(root: Path, files: dict[str, str]) -> set[tuple[Doubt, ...]]:
    return doubts([one for one in findings(root, files) if one.rule == SBOM])


@pytest.mark.parametrize(
    ("script", "rest", "is_run"),
    [
        ("make ${{ matrix.goal }}", "    strategy: { matrix: { goal: [push, lint] } }\n", True),
        ("make pu${{ matrix.end }}", "    strategy: { matrix: { end: [sh] } }\n", True),
        ("make $GOAL", "    env: { GOAL: push }\n", True),
        (
            "make ${{ matrix.goal }}",
            "    strategy: { matrix: { goal: '${{ f(env.A) }}' } }\n    # push\n",
            False,
        ),
        ("make $(cat goals)", "    # push\n", False),
    ],
)
def test_goals_that_only_the_run_knows_are_not_taken_for_every_word(
    tmp_path: Path,
    script: str,
    rest: str,
    is_run: bool,  # noqa: FBT001 - a table
) -> None:
    told = sbom(tmp_path, {CI: job(run(script)) + rest, "Makefile": "lint:\n\ttrue\n" + MAKEFILE})
    assert told == {() if is_run else (Doubt.NOT_RUN,)}


@pytest.mark.parametrize(
    ("script", "is_run"),
    [
        ("hack/release", True),
        ("bash ./hack/release", True),
        ("cd hack && ./release", True),
        ("hack/other && echo release", False),
        ("make release -C hack", False),
        ("tools/release", False),
    ],
)
def test_a_script_without_an_ending_is_named_with_its_folder(
    tmp_path: Path,
    script: str,
    is_run: bool,  # noqa: FBT001 - a table
) -> None:
    text = "#!/bin/sh\ndocker buildx build --push --provenance=mode=max -t quay.io/acme/app:1 .\n"
    assert sbom(tmp_path, {CI: job(run(script)), "hack/release": text}) == {() if is_run else (Doubt.NOT_RUN,)}


@pytest.mark.parametrize(
    ("script", "is_pushed"),
    [("docker buildx bake --push app", True), ("docker buildx bake $FLAGS app", False)],
)
def test_a_bake_target_that_only_the_run_may_push(
    tmp_path: Path,
    script: str,
    is_pushed: bool,  # noqa: FBT001 - a table
) -> None:
    files = {CI: job(run(script)), "docker-bake.hcl": TARGET.format("app")}
    assert sbom(tmp_path, files) == {() if is_pushed else (Doubt.NOT_PUSHED,)}


def test_what_only_workflows_for_tests_run_is_a_trial(tmp_path: Path) -> None:
    text = job(run("make push"))
    assert sbom(tmp_path, {".github/workflows/e2e.yml": text, "Makefile": MAKEFILE}) == {(Doubt.TRIAL,)}
    assert sbom(tmp_path, {CI: text}) == {()}


def test_an_action_that_nobody_here_uses(tmp_path: Path) -> None:
    files = {ACTION: action(BUILD), CI: job("- run: 'true'\n")}
    assert sbom(tmp_path, files) == {(Doubt.NOT_RUN,)}
    assert doubts([one for one in findings(tmp_path, {}, ACTION) if one.rule == SBOM]) == {()}  # named by a person
    assert sbom(tmp_path, {CI: job("- uses: acme/app/.github/actions/image@main\n")}) == {()}
    uses = job("- uses: ./.github/actions/image\n")
    assert sbom(tmp_path, {CI: uses.replace("ubuntu-latest", "ubuntu-20.04")}) == {(Doubt.NOT_RUN,)}
    assert sbom(tmp_path, {CI: uses}) == {()}


def test_a_reusable_workflow_that_nobody_here_calls(tmp_path: Path) -> None:
    called = job(BUILD).replace("on: push", "on: workflow_call")
    assert sbom(tmp_path, {".github/workflows/build.yml": called}) == {(Doubt.NOT_RUN,)}
    assert sbom(tmp_path, {CI: "on: push\njobs:\n  a:\n    uses: ./.github/workflows/build.yml\n"}) == {()}
    (tmp_path / CI).unlink()
    by_hand = called.replace("workflow_call", "[workflow_call, workflow_dispatch]")
    assert sbom(tmp_path, {".github/workflows/build.yml": by_hand}) == {()}


def test_a_bake_file_that_nothing_names(tmp_path: Path) -> None:
    named = BAKE.replace("docker-bake.hcl", "tools/docker-bake.hcl")
    files = {CI: job(named), "services/docker-bake.hcl": TARGET.format("default")}
    assert sbom(tmp_path, files) == {(Doubt.NOT_PUSHED,)}
    (tmp_path / "services/docker-bake.hcl").rename(tmp_path / "tools-bake.hcl")
    assert sbom(tmp_path, {"tools/docker-bake.hcl": TARGET.format("default")}) == {()}
    beside = {CI: job(run("make -C images push")), "images/docker-bake.hcl": TARGET.format("default")}
    (tmp_path / "tools/docker-bake.hcl").unlink()
    assert sbom(tmp_path, beside | {"images/Makefile": "push:\n\tdocker buildx bake --push\n"}) == {()}


@pytest.mark.parametrize(
    ("targets", "group", "is_built"),
    [
        ("", "", False),
        ("    targets: app\n", "", True),
        ("    targets: all\n", 'group "all" {\n  targets = ["app"]\n}\n', True),
        ("", 'group "default" {\n  targets = ["all"]\n}\ngroup "all" {\n  targets = ["app"]\n}\n', True),
        ("", 'group "all" {\n  targets = ["app"]\n}\n', False),
    ],
)
def test_a_bake_target_that_nothing_names(tmp_path: Path, targets: str, group: str, is_built: bool) -> None:  # noqa: FBT001
    files = {".github/workflows/w.yml": job(BAKE + targets), "docker-bake.hcl": group + TARGET.format("app")}
    assert sbom(tmp_path, files) == {() if is_built else (Doubt.NOT_PUSHED,)}


def test_a_script_in_a_folder_of_a_common_name_is_run_only_where_the_folder_around_it_is_named(tmp_path: Path) -> None:
    files = {"games/town/docker/build.sh": "docker buildx build --push -t quay.io/acme/app:1 .\n"}
    here = job(run("cd games/town/docker", "./build.sh"))
    elsewhere = job(run("cd docker", "./build.sh"))
    assert sbom(tmp_path, files | {CI: here}) == {()}
    assert sbom(tmp_path, files | {CI: elsewhere}) == {(Doubt.NOT_RUN,)}


def test_a_reason_is_told_once(tmp_path: Path) -> None:
    files = {CI: job(run("docker buildx bake app")), "docker-bake.hcl": TARGET.format("app") + TARGET.format("web")}
    assert sbom(tmp_path, files) == {(Doubt.NOT_PUSHED,)}


def test_targets_that_a_variable_names_with_a_prefix(tmp_path: Path) -> None:
    makefile = "IMAGES = app web\nall: $(addprefix push-,$(IMAGES))\n"
    makefile += "push-app:\n\tdocker buildx build --push -t quay.io/acme/app:1 .\n"
    assert sbom(tmp_path, {CI: job(run("make all")), "Makefile": makefile}) == {()}
    assert sbom(tmp_path, {"Makefile": makefile.replace("app web", "web")}) == {(Doubt.NOT_RUN,)}


def test_what_one_target_builds_and_another_one_pushes(tmp_path: Path) -> None:
    makefile = "image:\n\tdocker build -t quay.io/acme/app:1 .\npush:\n\tdocker push quay.io/acme/app:1\n"
    assert sbom(tmp_path, {CI: job(run("make image push")), "Makefile": makefile}) == {()}
    assert sbom(tmp_path, {CI: job(run("make image"))}) == {(Doubt.NOT_PUSHED,)}
