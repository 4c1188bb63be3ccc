"""What a workflow attaches to an image that a Makefile, a script or a bake file of the repository builds."""

from pathlib import Path

import pytest

from bot.workflows.doubts import Doubt
from tests.workflows.doubting import BUILDX, CI, MAKEFILE, NOT_EXPLICIT, SBOM, findings
from tests.workflows.looking import build, found, job, run

ATTEST = "- uses: actions/attest@v4\n  with: { subject-name: quay.io/acme/app, push-to-registry: true }\n"
KO = "push:\n\tKO_DOCKER_REPO=quay.io/acme ko build ./cmd/app\n"
OFF = MAKEFILE.replace("--push", "--push --provenance=false")
BAKE = 'target "default" {\n  tags = ["quay.io/acme/app:1"]\n}\n'


@pytest.mark.parametrize(
    ("name", "text", "command", "rule"),
    [
        ("Makefile", KO, "make push", "workflow-other-builder"),
        ("Makefile", OFF, "make push", "workflow-provenance-disabled"),
        ("push.sh", BUILDX.format("quay.io/acme/app:1"), "./push.sh", NOT_EXPLICIT),
        ("docker-bake.hcl", BAKE, "docker buildx bake --push", SBOM),
    ],
)
def test_what_the_file_that_runs_it_attaches(tmp_path: Path, name: str, text: str, command: str, rule: str) -> None:
    attest = ATTEST.replace("push-to", "sbom-path: a, push-to") if rule == SBOM else ATTEST

    def told(files: dict[str, str]) -> list[tuple[Doubt, ...]]:
        return [one.doubts for one in findings(tmp_path, {name: text, **files}) if one.rule == rule]

    assert told({CI: job(run(command))}) == [()]
    assert told({CI: job(run(command) + attest)}) == [(Doubt.ATTACHED_LATER,)]
    assert told({CI: job(run(command)), ".github/workflows/other.yml": job(attest)}) == [()]  # of something else


@pytest.mark.parametrize(
    ("command", "is_mild"),
    [
        ("oras attach quay.io/acme/app@$DIGEST sbom.json --artifact-type example/sbom", True),
        ("oras attach --artifact-type application/spdx+json quay.io/acme/app:1 app.json", True),
        ("oras attach quay.io/acme/app:1 readme.md --artifact-type example/doc", False),
        ("oras pull quay.io/acme/app:sbom", False),
    ],
)
def test_an_sbom_that_oras_attaches(command: str, is_mild: bool) -> None:  # noqa: FBT001 - a table
    text = job(build("push: true", "tags: quay.io/acme/app:1", "provenance: mode=max") + run(command))
    assert [Doubt.ATTACHED_LATER in one.doubts for one in found(SBOM, text)] == [is_mild]


INNER = ".github/actions/attest/action.yml"
NESTED = {
    ".github/actions/outer/action.yml": "runs:\n  using: composite\n  steps:\n  - uses: ./.github/actions/attest\n",
    INNER: "runs:\n  using: composite\n  steps:\n  - uses: actions/attest@v4\n    with: { subject-name: a/b }\n",
}


def test_an_action_that_another_action_uses_attaches_it(tmp_path: Path) -> None:
    push = build("push: true", "tags: quay.io/acme/app:1", "provenance: false")
    used = job(push + "- uses: ./.github/actions/outer\n")
    told = [one for one in findings(tmp_path, {**NESTED, CI: used}) if one.rule == "workflow-provenance-disabled"]
    assert [one.doubts for one in told] == [(Doubt.ATTACHED_LATER,)]
    text = NESTED[INNER].replace("actions/attest@v4", "actions/checkout@v6")
    told = [one for one in findings(tmp_path, {INNER: text, CI: used}) if one.rule == "workflow-provenance-disabled"]
    assert [one.doubts for one in told] == [()]


def test_it_attaches_to_what_the_workflow_runs_too(tmp_path: Path) -> None:
    used = job("- uses: ./.github/actions/outer\n" + run("make push"))
    told = [
        one for one in findings(tmp_path, {**NESTED, CI: used, "Makefile": KO}) if one.rule == "workflow-other-builder"
    ]
    assert [one.doubts for one in told] == [(Doubt.ATTACHED_LATER,)]


def test_actions_that_use_each_other(tmp_path: Path) -> None:
    ring = {INNER: NESTED[".github/actions/outer/action.yml"].replace("actions/attest", "actions/outer")}
    used = job("- uses: ./.github/actions/outer\n" + build("push: true", "tags: a/b:1", "provenance: false"))
    told = [
        one for one in findings(tmp_path, {**NESTED, **ring, CI: used}) if one.rule == "workflow-provenance-disabled"
    ]
    assert [one.doubts for one in told] == [()]
