"""Bake files beside the commands that build what they say: which of their targets are pushed, by what, and where to."""

from pathlib import Path

import pytest

from bot.rules import Severity
from bot.workflows.doubts import Doubt
from tests.workflows.doubting import CI, NOT_EXPLICIT, SBOM, findings
from tests.workflows.looking import build, job, run

BAKE = """
group "linux" {
  targets = ["debian"]
}
target "debian" {
  tags = ["quay.io/acme/app:1"]
}
target "windows" {
  tags = ["quay.io/acme/app:1-windows"]
}
"""
TARGETS = {"debian": 5, "windows": 8}


def unpushed(root: Path, command: str) -> set[str]:
    """The targets of which it is said that nothing pushes them."""
    workflow = job(run(command, "docker buildx bake windows --load", "docker buildx bake $OTHERS"))
    found = [one for one in findings(root, {CI: workflow, "docker-bake.hcl": BAKE}) if one.rule == SBOM]
    lines = {one.line for one in found if Doubt.NOT_PUSHED in one.doubts}
    return {name for name, line in TARGETS.items() if line in lines}


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("docker buildx bake linux --push", {"windows"}),
        ("docker buildx bake debian --push", {"windows"}),
        ("docker buildx bake windows linux --push", set()),
        ("docker buildx bake --push linux $MORE", set()),
        ("docker buildx bake linux-$ARCH --push", {"debian"}),  # no word names it
        ("docker buildx bake --push linux-arm", {"debian"}),  # of another file, perhaps
    ],
)
def test_a_target_that_only_commands_name_which_do_not_push(tmp_path: Path, command: str, names: set[str]) -> None:
    assert unpushed(tmp_path, command) == names


ONE = 'target "default" {\n  tags = ["quay.io/acme/app:1"]\n}\n'


def test_what_depot_bakes_has_the_default_of_depot(tmp_path: Path) -> None:
    for step in (build("push: true", uses="depot/bake-action@v1"), run("depot bake --push")):
        found = findings(tmp_path, {CI: job(step), "docker-bake.hcl": ONE})
        (one,) = [one for one in found if one.rule == NOT_EXPLICIT]
        assert (one.severity, one.message) == (
            Severity.LOW,
            "nothing is said about provenance: Depot's default decides",
        )
        assert one.fixable


def test_what_buildx_pushes_beside_depot_has_the_default_of_buildx(tmp_path: Path) -> None:
    steps = build("push: true", uses="depot/bake-action@v1") + run("docker buildx bake --push")
    found = findings(tmp_path, {CI: job(steps), "docker-bake.hcl": ONE})
    (one,) = [one for one in found if one.rule == NOT_EXPLICIT]
    assert one.severity is Severity.HIGH


def test_an_output_that_the_command_sets_pushes(tmp_path: Path) -> None:
    for output, severity in (("registry", Severity.MEDIUM), ("docker", Severity.LOW)):
        workflow = job(run(f'docker buildx bake --set "*.output=type={output}"'))
        found = findings(tmp_path, {CI: workflow, "docker-bake.hcl": ONE})
        assert [one.severity for one in found if one.rule == SBOM] == [severity]


@pytest.mark.parametrize(
    ("output", "is_pushed"),
    [("type=image", True), ("type=image,push=false", True), ("type=docker", False), ("type=local,dest=out", False)],
)
def test_an_image_that_push_pushes(tmp_path: Path, output: str, is_pushed: bool) -> None:  # noqa: FBT001 - of a table
    """`--push`, and `push` of the action, turn on the push of an image output."""
    bake = ONE.replace("tags =", f'output = ["{output}"]\n  tags =')
    for step in (run("docker buildx bake --push"), build("push: true", uses="docker/bake-action@v6")):
        found = findings(tmp_path, {CI: job(step), "docker-bake.hcl": bake})
        assert [one.severity for one in found if one.rule == SBOM] == ([Severity.MEDIUM] if is_pushed else [])


def test_depot_does_not_build_with_the_buildx_of_the_runner(tmp_path: Path) -> None:
    step = build("push: true", "tags: quay.io/acme/app:1", uses="depot/build-push-action@v1")
    found = findings(tmp_path, {CI: job(step).replace("ubuntu-latest", "depot-ubuntu-24.04")})
    (one,) = [one for one in found if one.rule == NOT_EXPLICIT]
    assert one.doubts == ()


VARIABLES = """
variable "ATTEST" { default = ["type=provenance,mode=max", "type=sbom"] }
target "default" {
  tags = ["quay.io/acme/app:1"]
  attest = ATTEST
}
"""


def test_what_a_variable_of_the_bake_file_asks_for_is_not_known(tmp_path: Path) -> None:
    workflow = job(run("docker buildx bake --push"))
    assert not findings(tmp_path / "variable", {CI: workflow, "docker-bake.hcl": VARIABLES})
    written = VARIABLES.replace("= ATTEST", '= ["type=provenance,mode=max"]')
    (one,) = findings(tmp_path / "text", {CI: workflow, "docker-bake.hcl": written})
    assert (one.rule, one.fixable) == (SBOM, True)


def test_a_bare_word_fills_an_argument_from_the_environment(tmp_path: Path) -> None:
    body = 'args = { NPM_TOKEN = NPM_TOKEN }\n  attest = ["type=provenance,mode=max", "type=sbom"]'
    files = {
        CI: job(run("docker buildx bake --push")),
        "docker-bake.hcl": VARIABLES.replace("attest = ATTEST", body),
        "Dockerfile": "FROM alpine\nARG NPM_TOKEN\nRUN npm ci\n",
    }
    (one,) = findings(tmp_path, files)
    assert (one.rule, one.severity) == ("workflow-secret-in-build-arg", Severity.HIGH)


LOADED = (Doubt.LOADED,)


@pytest.mark.parametrize(
    ("step", "runner", "makefile", "wanted"),
    [
        (build("load: true", uses="docker/bake-action@v6"), "self-hosted", "", LOADED),
        (build("load: ${{ inputs.load }}", uses="docker/bake-action@v6"), "self-hosted", "", LOADED),
        (build("load: true", uses="docker/bake-action@v6"), "ubuntu-latest", "", ()),
        (build("load: false", uses="docker/bake-action@v6"), "self-hosted", "", ()),
        (run("docker buildx bake debian --load"), "self-hosted", "", LOADED),
        (run("docker buildx bake linux --load"), "self-hosted", "", LOADED),
        (run("docker buildx bake windows --load"), "self-hosted", "", ()),
        (run("make build"), "ubuntu-latest", "build:\n\tdocker buildx bake debian --load\n", LOADED),
        (run("make other"), "ubuntu-latest", "build:\n\tdocker buildx bake debian --load\n", ()),
    ],
)
def test_a_target_that_ci_also_loads(
    tmp_path: Path, step: str, runner: str, makefile: str, wanted: tuple[Doubt, ...]
) -> None:
    """The store of an engine that is not known may have no room for the attestations of its bake file."""
    trial = job(step).replace("ubuntu-latest", runner)
    files = {CI: job(run("docker buildx bake debian --push")), ".github/workflows/trial.yml": trial}
    found = findings(tmp_path, {**files, "docker-bake.hcl": BAKE, "Makefile": makefile or "x:\n"})
    (one,) = [one for one in found if one.rule == SBOM and one.line == TARGETS["debian"]]
    assert (one.doubts, one.fixable) == (wanted, not wanted)


STOOD_IN = """
target "docker-metadata-action" {
  tags = ["app:local"]
}
target "image" {
  inherits = ["docker-metadata-action"]
}
target "image-local" {
  inherits = ["image"]
  output = ["type=docker"]
}
target "image-all" {
  inherits = ["image"]
  platforms = ["linux/amd64", "linux/arm64"]
}
"""
META = "- uses: docker/metadata-action@v6\n  id: meta\n  with: { images: quay.io/acme/app }\n"
BAKES = "files: |\n      ./docker-bake.hcl\n      ${{ steps.meta.outputs.bake-file }}"


def test_tags_that_stand_in_for_those_of_the_metadata_action(tmp_path: Path) -> None:
    for push in ("push: true", "push: ${{ github.event_name != 'pull_request' }}", "push: ${{ inputs.push }}"):
        step = build(push, "targets: image-all", BAKES, uses="docker/bake-action@v7")
        found = findings(tmp_path, {CI: job(META + "- run: echo image\n" + step), "docker-bake.hcl": STOOD_IN})
        above, one = [one for one in found if one.rule == SBOM]
        assert (above.line, above.severity, Doubt.NOT_PUSHED in above.doubts) == (5, Severity.LOW, True)
        assert (one.line, one.severity, one.doubts, one.fixable) == (12, Severity.MEDIUM, (), True)


def test_a_target_above_that_can_be_fixed_tells_for_those_below(tmp_path: Path) -> None:
    step = build("push: true", "targets: image-all", BAKES, uses="docker/bake-action@v7")
    alone = STOOD_IN.replace('output = ["type=docker"]', "")
    found = findings(tmp_path, {CI: job(META + step), "docker-bake.hcl": alone})
    assert [one.line for one in found if one.rule == SBOM] == [5]


UNNAMED = """
target "web" {
  platforms = ["linux/amd64"]
}
target "api" {
  context = "api"
}
target "files" {
  output = ["./out"]
}
"""


@pytest.mark.parametrize(
    ("command", "lines"),
    [
        ("docker buildx bake web api --push --set web.tags=quay.io/acme/web:1", [2]),
        ("depot bake web api --push --set=web.tags=$TAGS --set=api.tags=$TAGS", [2, 5]),
        ("docker buildx bake web api files --push --set *.tags=quay.io/acme/app:1", [2, 5]),
        ("docker buildx bake web --set web.tags=quay.io/acme/web:1", []),
        ("docker buildx bake web --push --set *.tags=", []),
    ],
)
def test_targets_that_get_their_tags_from_the_command(tmp_path: Path, command: str, lines: list[int]) -> None:
    found = findings(tmp_path, {CI: job(run(command)), "docker-bake.hcl": UNNAMED})
    assert [one.line for one in found if one.rule == SBOM] == lines
    assert all(one.severity is Severity.MEDIUM and one.fixable for one in found if one.rule == SBOM)


def test_the_same_of_an_action(tmp_path: Path) -> None:
    step = build(
        "push: true", "targets: web", "set: |\n      web.tags=quay.io/acme/web:1", uses="docker/bake-action@v7"
    )
    found = findings(tmp_path, {CI: job(step), "docker-bake.hcl": UNNAMED})
    assert [(one.line, one.severity) for one in found if one.rule == SBOM] == [(2, Severity.MEDIUM)]
