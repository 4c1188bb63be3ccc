"""Scripts of a package.json: what they build and push, who runs them, and that their fixes stay JSON."""

import json
from pathlib import Path

import pytest

from bot.errors import MalformedError, UsageError
from bot.workflows.doubts import Doubt
from bot.workflows.find import fixed_text, lint_text
from bot.workflows.project import Project
from tests.workflows.doubting import BUILDX, CI, NOT_EXPLICIT, SBOM, doubts, findings
from tests.workflows.looking import found, job, places, run
from tests.workflows.test_project import put

PUSH = BUILDX.format("quay.io/acme/app:1")
NAME = "package.json"


def package(**scripts: str) -> str:
    return json.dumps(
        {"name": "app", "scripts": {name.replace("_", ":"): text for name, text in scripts.items()}}, indent=2
    )


def sbom(root: Path, files: dict[str, str]) -> set[tuple[Doubt, ...]]:
    return doubts([one for one in findings(root, files) if one.rule == SBOM])


def test_a_finding_stands_where_the_command_does() -> None:
    text = package(build="tsc", image=f"tsc && {PUSH}")
    (line, severity), *_ = places(SBOM, text, NAME)
    assert (line, severity) == (5, "medium")
    (finding,) = found(SBOM, text, NAME)
    assert text.splitlines()[4][finding.column - 1 :].startswith("docker buildx")


@pytest.mark.parametrize(
    "text",
    [
        package(image=PUSH),
        package(image=f'echo "one \\ two" && {PUSH}'),
        package(image=f"echo é {chr(0x1F600)} && {PUSH}"),
        json.dumps(json.loads(package(image=PUSH)), indent="\t"),
        package(image=PUSH).replace("\n", "\r\n"),
        json.dumps({"scripts": {"image": PUSH}, "files": [{"scripts": {"image": PUSH}}]}),
        package(image=PUSH).replace("docker", "\\u0020docker"),
    ],
    ids=["plain", "escapes", "emoji", "tabs", "CRLF", "another table of that name", "escape before it"],
)
def test_a_fix_changes_the_script_alone_and_leaves_json(text: str) -> None:
    after = fixed_text(NAME, text, lint_text(NAME, text))
    was, now = json.loads(text), json.loads(after)
    assert "--provenance=mode=max --sbom=true" in now["scripts"]["image"]
    was["scripts"]["image"] = now["scripts"]["image"]
    assert was == now
    assert [one for one in lint_text(NAME, after) if one.fixable] == []


def test_the_last_of_two_counts_as_for_npm() -> None:
    twice = f'{{"scripts": {{"image": "{PUSH}"}}, "scripts": {{"image": "true"}}}}'
    assert lint_text(NAME, twice) == []
    twice = f'{{"scripts": {{"image": "{PUSH}", "image": "true"}}}}'
    assert lint_text(NAME, twice) == []


@pytest.mark.parametrize(
    "command",
    [
        "npm run image",
        "npm run-script image -- --verbose",
        "npm --prefix . run image",
        "npm run --silent image",
        "yarn image",
        "yarn run image",
        "pnpm image",
        "pnpm -r run image",
        "bun run image",
        "node --run image",
        "npx npm-run-all lint image",
        "npx run-s image",
        'npm run "image"',
        "true; npm run image && echo done",
    ],
)
def test_a_script_that_ci_runs_has_no_doubt(tmp_path: Path, command: str) -> None:
    assert sbom(tmp_path, {CI: job(run(command)), NAME: package(image=PUSH)}) == {()}


@pytest.mark.parametrize(
    "command", ["npm ci", "npm run other", "npm run other -- image", "echo pnpm", "my-npm run image"]
)
def test_one_that_it_does_not_run_has(tmp_path: Path, command: str) -> None:
    assert sbom(tmp_path, {CI: job(run(command)), NAME: package(image=PUSH)}) == {(Doubt.NOT_RUN,)}


@pytest.mark.parametrize(
    "scripts",
    [
        {"release": "npm run image", "image": PUSH},
        {"prerelease": PUSH, "release": "true"},
        {"postrelease": PUSH, "release": "true"},
        {"release": "run-p image other", "image": PUSH},
    ],
)
def test_scripts_run_each_other(tmp_path: Path, scripts: dict[str, str]) -> None:
    assert sbom(tmp_path, {CI: job(run("npm run release")), NAME: package(**scripts)}) == {()}


def test_a_script_runs_a_file_and_a_make_target(tmp_path: Path) -> None:
    files = {CI: job(run("npm run image")), NAME: package(image="./image.sh"), "image.sh": PUSH}
    assert sbom(tmp_path / "file", files) == {()}
    files = {CI: job(run("npm run image")), NAME: package(image="make push"), "Makefile": f"push:\n\t{PUSH}\n"}
    assert sbom(tmp_path / "target", files) == {()}


def test_a_package_in_a_folder_that_nothing_names(tmp_path: Path) -> None:
    files = {"packages/tool/package.json": package(image=PUSH)}
    assert sbom(tmp_path, {CI: job(run("npm run image")), **files}) == {(Doubt.NOT_RUN,)}
    assert sbom(tmp_path, {CI: job(run("cd packages/tool && npm run image"))}) == {()}


def test_a_script_for_development(tmp_path: Path) -> None:
    assert sbom(tmp_path, {CI: job(run("npm run image:dev")), NAME: package(image_dev=PUSH)}) == {(Doubt.TRIAL,)}


def test_one_script_pushes_what_another_one_builds() -> None:
    built = "docker build -t quay.io/acme/app:1 ."
    assert places(NOT_EXPLICIT, package(build=built, push="docker push quay.io/acme/app:1"), NAME) == [(4, "high")]
    alone = package(build=built, push="docker push quay.io/acme/other:1")
    assert places(NOT_EXPLICIT, alone, NAME) == []


def test_packages_that_have_nothing_to_do_with_images_are_not_looked_at(tmp_path: Path) -> None:
    plain = {f"packages/{number}/package.json": package(build="tsc") for number in range(3)}
    with pytest.raises(UsageError, match="no CI file that lint reads"):
        list(Project(put(tmp_path, plain)).lint([tmp_path]))
    put(tmp_path, {"packages/4/package.json": '{"name": "docker"}'})  # no scripts at all
    with pytest.raises(UsageError, match="no CI file that lint reads"):
        list(Project(tmp_path).lint([tmp_path]))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ('{"name": "docker"}', "it has no scripts"),
        ('{"scripts": ["docker"]}', "it has no scripts"),
        ("[" * 100_000, "not JSON"),
        ('{"scripts": {"a": ' + "[" * 100_000, "not JSON"),
    ],
)
def test_one_that_was_named_and_cannot_be_read_is_said(text: str, said: str) -> None:
    with pytest.raises(MalformedError, match=said):
        lint_text(NAME, text)


def test_half_a_character_hurts_nobody() -> None:
    text = '{"scripts": {"a\\ud800": "echo \\udc00 && ' + PUSH + '"}}'
    assert {one.line for one in lint_text(NAME, text)} == {1}
