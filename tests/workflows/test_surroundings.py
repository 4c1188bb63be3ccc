"""What the files of one repository tell about each other."""

import subprocess
from pathlib import Path

import pytest

from bot.workflows.project import Project
from tests.workflows.looking import build, job, run
from tests.workflows.test_project import put

CI = ".github/workflows/ci.yml"
CALLED = ".github/workflows/build.yml"
ACTION = ".github/actions/image/action.yml"
CALLER = "on: push\njobs:\n  a:\n    uses: ./.github/workflows/build.yml\n"
BUILD = build("push: true", "tags: quay.io/acme/app:1")


def rules(root: Path, *, everything: bool = False) -> list[tuple[str, str, str]]:
    """File, rule and severity of all that is found."""
    found = Project(root, everything).lint([root])
    return [
        (file.name, one.rule.removeprefix("workflow-"), one.severity.value) for file in found for one in file.findings
    ]


def sbom_severities(root: Path) -> list[tuple[str, int, str]]:
    """File, line and severity of each build that asks for no SBOM."""
    found = (one for file in Project(root).lint([root]) for one in file.findings)
    return [(one.file, one.line, one.severity.value) for one in found if one.rule == "workflow-sbom-not-requested"]


def action(steps: str, default: str = "'false'") -> str:
    text = f"inputs:\n  sign:\n    default: {default}\nruns:\n  using: composite\n  steps:\n"
    return text + "".join(f"    {line}\n" for line in steps.splitlines())


def test_a_finding_in_a_called_file_is_told_once_and_git_applies_the_diff(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = job(BUILD).replace("on: push", "on: workflow_call")
    put(tmp_path, {CI: CALLER + CALLER.replace("on: push\njobs:\n  a", "  b"), CALLED: called})
    monkeypatch.chdir(tmp_path)
    found = list(Project(Path.cwd()).lint([Path()]))  # a relative path, as a person types it
    told = [(one.rule, one.line) for file in found for one in file.findings]
    assert len(told) == len(set(told))
    assert sorted(file.name for file in found) == sorted([CI, CALLED])
    patch = "".join(file.patch for file in found)
    assert patch.count(f"--- a/{CALLED}") == 1
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=patch.encode(), check=True)  # noqa: S607 - git


def test_a_step_whose_condition_no_caller_fulfils_does_nothing(tmp_path: Path) -> None:
    sign = "- if: inputs.sign == 'true'\n  shell: bash\n  run: cosign sign --yes quay.io/acme/app@$D\n"
    text = job("- uses: ./.github/actions/image\n")
    put(tmp_path, {CI: text, ACTION: action(sign)})
    assert not rules(tmp_path)
    put(tmp_path, {CI: text + "        with: { sign: 'true' }\n"})
    assert ("id-token-missing") in {rule for _, rule, _ in rules(tmp_path)}


def test_an_action_that_others_may_use_may_be_given_anything(tmp_path: Path) -> None:
    sign = "- if: inputs.sign == 'true'\n  shell: bash\n  run: cosign sign --yes quay.io/acme/app:1\n"
    put(tmp_path, {CI: job("- uses: ./\n"), "action.yml": action(sign)})
    assert "sign-tag" in {rule for _, rule, _ in rules(tmp_path)}


def test_what_all_callers_pass_decides_whether_a_called_workflow_pushes(tmp_path: Path) -> None:
    head = "on:\n  workflow_call:\n    inputs:\n      push: { type: boolean, default: false }\n"
    called = job(BUILD.replace("push: true", "push: '${{ inputs.push }}'")).replace("on: push\n", head)
    put(tmp_path, {CI: CALLER, CALLED: called})
    assert not rules(tmp_path)
    put(tmp_path, {CI: CALLER + "    with: { push: true }\n"})
    assert "sbom-not-requested" in {rule for _, rule, _ in rules(tmp_path)}
    put(tmp_path, {CI: CALLER, CALLED: called.replace("on:\n", "on:\n  push: {}\n")})
    assert "sbom-not-requested" in {rule for _, rule, _ in rules(tmp_path)}


def test_provenance_that_a_caller_attaches_makes_it_mild(tmp_path: Path) -> None:
    called = job(BUILD.replace("push: true", "push: true\n    provenance: false")).replace("push", "workflow_call", 1)
    put(tmp_path, {CI: CALLER, CALLED: called})
    assert (CALLED, "provenance-disabled", "high") in rules(tmp_path)
    generator = "slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml@v2.1.0"
    put(tmp_path, {CI: CALLER + f"  provenance:\n    needs: a\n    uses: {generator}\n"})
    assert (CALLED, "provenance-disabled", "low") in rules(tmp_path)


def test_an_image_that_another_workflow_may_sign_is_left_alone(tmp_path: Path) -> None:
    put(tmp_path, {CI: job(BUILD)})
    assert "image-never-signed" in {rule for _, rule, _ in rules(tmp_path)}
    put(tmp_path, {".github/workflows/sign.yml": job(run("./sign.sh"))})
    assert "image-never-signed" not in {rule for _, rule, _ in rules(tmp_path)}


def test_an_image_that_several_files_push_is_told_once(tmp_path: Path) -> None:
    put(tmp_path, {CI: job(BUILD), ".github/workflows/nightly.yml": job(BUILD)})
    assert [rule for _, rule, _ in rules(tmp_path)].count("image-never-signed") == 1


def test_bake_files_that_an_expression_may_push_are_not_mild(tmp_path: Path) -> None:
    put(tmp_path, {"docker-bake.hcl": 'target "default" {\n  tags = ["quay.io/acme/app"]\n}\n'})
    output = "format('*.output=type=image,name={0},push-by-digest=true,push=true', env.IMAGE)"
    line = 'set: "${{ inputs.push && ' + output + " || '' }}\""
    put(tmp_path, {CI: job(build(line, uses="docker/bake-action@v7"))})
    assert ("docker-bake.hcl", "sbom-not-requested", "medium") in rules(tmp_path)
    put(tmp_path, {CI: job(build("set: '*.output=type=docker'", uses="docker/bake-action@v7"))})
    assert ("docker-bake.hcl", "sbom-not-requested", "low") in rules(tmp_path)


def test_bake_files_whose_command_line_is_known_only_when_it_runs_are_mild(tmp_path: Path) -> None:
    """Arguments that another file fills in may push, or not; a target that says itself that it is pushed, is."""
    own = '  output = ["type=registry"]\n'
    bake = 'target "app" {\n  tags = ["quay.io/acme/app"]\n}\ntarget "push" {\n%s%s}\n'
    put(tmp_path, {CI: job(run("docker buildx bake ${{ inputs.args }} app push"))})
    put(tmp_path, {"docker-bake.hcl": bake % ('  tags = ["quay.io/acme/push"]\n', own)})
    assert [one for one in sbom_severities(tmp_path) if one[0] == "docker-bake.hcl"] == [
        ("docker-bake.hcl", 1, "low"),
        ("docker-bake.hcl", 4, "medium"),
    ]
    put(tmp_path, {"docker-bake.hcl": bake % ("", own)})  # the name that it is pushed by is said elsewhere
    assert {severity for _, _, severity in sbom_severities(tmp_path)} == {"low"}


def test_bake_files_that_nothing_pushes_are_mild(tmp_path: Path) -> None:
    put(tmp_path, {"docker-bake.hcl": 'target "default" {\n  tags = ["quay.io/acme/app"]\n}\n'})
    assert {severity for _, _, severity in rules(tmp_path)} == {"low"}
    put(tmp_path, {CI: job(build("push: true", uses="docker/bake-action@v7"))})
    told = {(rule, severity) for name, rule, severity in rules(tmp_path) if name == "docker-bake.hcl"}
    assert told == {("provenance-not-explicit", "low"), ("sbom-not-requested", "medium")}
    put(tmp_path, {"Makefile": "push:\n\tdocker buildx bake --push\n"})  # which nobody runs but people
    assert "high" not in {severity for _, _, severity in rules(tmp_path)}
    put(tmp_path, {".github/workflows/release.yml": job(run("make push"))})
    assert "high" in {severity for _, _, severity in rules(tmp_path)}


@pytest.mark.parametrize(
    "name",
    [
        "tests/e2e/docker-bake.hcl",
        "integration_tests/a/docker-bake.hcl",
        "examples/a/Makefile",
        "docker-compose.dev.yml",
        "docs/push.sh",
        "vendor/acme/lib/Makefile",
    ],
)
def test_what_publishes_nothing_is_read_when_it_is_named_or_all_is_wanted(tmp_path: Path, name: str) -> None:
    text = {
        "hcl": 'target "default" {\n  tags = ["quay.io/acme/app"]\n}\n',
        "yml": "services:\n  a: { image: quay.io/acme/app, build: . }\n",
    }.get(name.rpartition(".")[2], "all:\n\tdocker buildx build --push -t quay.io/acme/app .\n")
    put(tmp_path, {name: text, CI: job(run("true"))})
    assert not rules(tmp_path)
    assert rules(tmp_path, everything=True)
    assert any(file.findings for file in Project(tmp_path).lint([tmp_path / name]))


def test_a_caller_that_says_no_permissions_does_not_take_those_of_the_called_job(tmp_path: Path) -> None:
    sign = run("cosign sign --yes quay.io/acme/app@$D")
    called = (
        job(sign)
        .replace("on: push", "on: workflow_call")
        .replace("    steps:", "    permissions: { id-token: write }\n    steps:")
    )
    put(tmp_path, {CI: CALLER, CALLED: called})
    assert not rules(tmp_path)
    put(tmp_path, {CI: CALLER.replace("jobs:", "permissions: { contents: read }\njobs:")})
    assert [rule for _, rule, _ in rules(tmp_path)] == ["id-token-missing"]


def test_an_older_bake_action_overrides_only_what_a_bake_file_says(tmp_path: Path) -> None:
    step = "- uses: docker/setup-buildx-action@v4\n" + build("push: true", uses="docker/bake-action@v5")
    bake = 'target "default" {\n  tags = ["quay.io/acme/app"]\n%s}\n'
    put(tmp_path, {CI: job(step), "docker-bake.hcl": bake % ""})
    told = {(rule, severity) for name, rule, severity in rules(tmp_path) if name == CI}
    assert told == {("provenance-not-explicit", "low")}
    put(tmp_path, {"docker-bake.hcl": bake % '  attest = ["type=provenance,mode=max"]\n'})
    told = {(rule, severity) for name, rule, severity in rules(tmp_path) if name == CI}
    assert told == {("provenance-not-explicit", "high"), ("action-too-old", "medium")}


@pytest.mark.parametrize("version", ["v2.3.0", "v3.0.0", "v4.2.0"])
def test_a_bake_action_that_passes_nothing_leaves_it_to_the_bake_file(tmp_path: Path, version: str) -> None:
    """Version 2 has no inputs for it, and those before 4.3 cannot read the version of BuildKit."""
    step = "- uses: docker/setup-buildx-action@v4\n" + build("push: true", uses=f"docker/bake-action@{version}")
    bake = 'target "default" {\n  tags = ["quay.io/acme/app"]\n%s}\n'
    attest = '  attest = ["type=provenance,mode=max", "type=sbom"]\n'
    put(tmp_path, {CI: job(step), "docker-bake.hcl": bake % attest})
    assert {(rule, severity) for name, rule, severity in rules(tmp_path) if name == CI} == {("action-too-old", "info")}
    put(tmp_path, {"docker-bake.hcl": bake % ""})
    assert ("provenance-not-explicit", "high") in {(rule, severity) for _, rule, severity in rules(tmp_path)}


def test_an_older_buildx_is_read_by_an_older_bake_action(tmp_path: Path) -> None:
    buildx = "- uses: docker/setup-buildx-action@v3\n  with: { version: v0.12.1 }\n"
    bake = 'target "default" {\n  tags = ["quay.io/acme/app"]\n  attest = ["type=provenance,mode=max"]\n}\n'
    put(tmp_path, {CI: job(buildx + build("push: true", uses="docker/bake-action@v4.2.0")), "docker-bake.hcl": bake})
    assert ("provenance-not-explicit", "high") in {(rule, severity) for _, rule, severity in rules(tmp_path)}
