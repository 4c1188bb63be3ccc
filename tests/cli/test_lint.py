"""`provenance lint`, as a person and a pipeline use it."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.__main__ import main
from tests.conftest import ROOT

FIXTURES = ROOT / "tests" / "fixtures" / "workflows"
CI = Path(".github/workflows/ci.yml")

Ran = tuple[int, str, str]
Lint = Callable[..., Ran]


@pytest.fixture
def lint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Lint:
    """Run it in a repository that holds the workflow from before the fix; exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    CI.parent.mkdir(parents=True)
    CI.write_bytes((FIXTURES / "before.yml").read_bytes())

    def ran(*words: str) -> Ran:
        code = main(["lint", *words])
        out, err = capfd.readouterr()
        return code, out, err

    return ran


def put(text: str, name: Path = CI) -> None:
    name.write_text(text)


def test_findings_are_said_with_their_place_and_end_with_1(lint: Lint) -> None:
    code, out, err = lint(".")
    assert code == 1
    assert not err
    assert ".github/workflows/ci.yml:27:15: high workflow-provenance-not-explicit:" in out
    assert out.splitlines()[-2].startswith("6 findings, 6 can be fixed with --fix")


def test_json_is_the_whole_of_stdout(lint: Lint) -> None:
    code, out, _ = lint(str(CI), "--format", "json")
    found = json.loads(out)
    assert code == 1
    assert set(found[0]) == {"rule", "file", "line", "column", "severity", "message", "fixable"}
    assert {one["file"] for one in found} == {CI.as_posix()}


def test_the_diff_is_taken_by_git_and_ends_the_matter(lint: Lint, tmp_path: Path) -> None:
    code, patch, _ = lint(".", "--diff")
    assert code == 1
    before = CI.read_bytes()
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=patch.encode(), check=True)  # noqa: S607 - git
    assert CI.read_bytes() != before
    assert lint(".") == (0, "nothing found\n", "")


def test_fix_writes_it_and_says_what_is_left(lint: Lint) -> None:
    CI.chmod(0o640)
    code, out, err = lint(".", "--fix")
    assert (code, out) == (0, "nothing found\n")
    assert "ci.yml is fixed" in err
    assert CI.stat().st_mode & 0o777 == 0o640
    assert CI.read_text().partition("\n")[2] == (FIXTURES / "after.yml").read_text().partition("\n")[2]
    assert [path.name for path in CI.parent.iterdir()] == ["ci.yml"]
    after = CI.read_bytes()
    assert lint(".", "--fix") == (0, "nothing found\n", "")
    assert CI.read_bytes() == after


def test_fix_leaves_what_it_cannot_mend(lint: Lint) -> None:
    put("on: push\njobs:\n  a:\n    steps:\n      - run: docker manifest create quay.io/a/b:1 quay.io/a/b:2\n")
    before = CI.read_bytes()
    code, out, err = lint(".", "--fix")
    assert code == 1
    assert "workflow-docker-manifest" in out
    assert not err
    assert CI.read_bytes() == before


def test_info_alone_ends_with_0_unless_strict(lint: Lint) -> None:
    head = "on: push\njobs:\n  a:\n    permissions: { id-token: write }\n    steps:\n"
    put(f"{head}      - uses: sigstore/cosign-installer@v4\n      - run: cosign sign --yes quay.io/a/b@$D\n")
    assert lint(".")[0] == 0
    assert lint(".", "--strict")[0] == 1


def test_a_file_that_cannot_be_read_ends_with_3_and_is_never_called_fine(lint: Lint) -> None:
    put("a: &a [*a]")
    code, out, err = lint(".")
    assert code == 3
    assert out == "nothing found; 1 file could not be read\n"
    assert "ci.yml:1:8" in err


def test_a_hostile_file_is_refused_at_once(lint: Lint) -> None:
    put("a: b\n" * 2_000_000)
    code, _, err = lint(".")
    assert code == 3
    assert "limit" in err


@pytest.mark.parametrize("words", [("nothing-there",), ("empty",)])
def test_nothing_to_look_at_is_wrong_usage(lint: Lint, words: tuple[str, ...]) -> None:
    Path("empty").mkdir()
    code, out, err = lint(*words)
    assert code == 2
    assert not out
    assert words[0] in err


def test_a_patch_has_one_format(lint: Lint) -> None:
    """Seen: a job that asked for SARIF, too, got a patch in its place."""
    code, out, err = lint(".", "--diff", "--format", "sarif")
    assert (code, out) == (2, "")
    assert "--format sarif would have no effect" in err


def test_a_rule_is_found_in_any_case(lint: Lint) -> None:
    assert lint("--explain", "Workflow-Provenance-Not-Explicit")[0] == 0


def test_a_rule_is_explained(lint: Lint) -> None:
    code, out, _ = lint("--explain", "workflow-provenance-not-explicit")
    assert code == 0
    assert "provenance: mode=max" in out
    assert "provenance-mode-min" in out
    code, out, err = lint("--explain", "quite-another-word")
    assert (code, out) == (2, "")
    assert "see provenance lint --rules" in err


def test_without_a_path_it_asks_for_one(lint: Lint) -> None:
    assert lint()[0] == 2


@pytest.mark.parametrize("words", [(".", "--format", "xml"), (".", "--what")])
def test_wrong_words(lint: Lint, words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit, match="2"):
        lint(*words)


@pytest.mark.parametrize("form", ["sarif", "github"])
def test_for_code_scanning_and_for_pull_requests(lint: Lint, form: str) -> None:
    code, out, _ = lint(".", "--format", form)
    assert code == 1
    assert "workflow-provenance-not-explicit" in out


def test_names_are_relative_to_where_one_stands(lint: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CI.parent)
    _, out, _ = lint("ci.yml", "--format", "json")
    assert {one["file"] for one in json.loads(out)} == {"ci.yml"}


def test_a_named_folder_is_read_whatever_it_is_called(lint: Lint) -> None:
    folder = Path("saved")
    folder.mkdir()
    put(CI.read_text(), folder / "build-verify.yml")
    put("site: {a: b}\n", folder / "mkdocs.yml")
    put("{{ template }}: [\n", folder / "chart.yaml")
    code, out, err = lint("saved")
    assert code == 1
    assert "saved/build-verify.yml:27:15: high workflow-provenance-not-explicit:" in out
    assert "mkdocs" not in out + err
    assert "chart" not in out + err, "what is not recognised is no trouble"


NASTY = [
    b"new\nline.yml",
    b"esc\x1b[31m::error::x.yml",
    b"no-utf-8-\xff.yml",
    b"%0A::error::x,file=y.yml",
    b'"quo\\ted".yml',
]


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_names_of_files_act_on_no_terminal_log_or_parser(lint: Lint, form: str) -> None:
    for name in NASTY:
        Path(os.fsdecode(os.fsencode(CI.parent) + b"/" + name)).write_bytes(CI.read_bytes())
    code, out, err = lint(".", "--format", form)
    assert (code, err) == (1, "")
    assert not set(out) & {"\x1b", "\r"}
    assert all(line.startswith("::") and line.count("::") >= 2 for line in out.splitlines() if form == "github")
    if form in {"json", "sarif"}:
        json.loads(out)
    assert out.count("no-utf-8-") == (12 if form == "sarif" else 6)  # a fix names its file, too


def test_the_patch_of_a_file_with_a_strange_name(lint: Lint, tmp_path: Path) -> None:
    strange = [CI, *(Path(os.fsdecode(os.fsencode(CI.parent) + b"/" + name)) for name in NASTY)]
    for path in strange:
        path.write_bytes((FIXTURES / "before.yml").read_bytes())
    _, patch, _ = lint(".", "--diff")
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=patch.encode(), check=True)  # noqa: S607 - git
    assert len({path.read_bytes() for path in strange}) == 1
    assert lint(".")[0] == 0


def test_pipes_links_and_loops_are_passed_over_and_never_waited_for(lint: Lint) -> None:
    os.mkfifo(CI.parent / "pipe.yml")
    os.mkfifo("pipe")
    Path("loop").symlink_to(".")
    (CI.parent / "gone.yml").symlink_to("nowhere.yml")
    (CI.parent / "a.yml").symlink_to("b.yml")
    (CI.parent / "b.yml").symlink_to("a.yml")
    code, out, err = lint(".", "--format", "json")
    assert (code, err) == (1, "")
    assert {one["file"] for one in json.loads(out)} == {CI.as_posix()}
    for path, why in [("pipe", "neither a file nor a folder"), (str(CI.parent / "a.yml"), "symbolic links")]:
        code, out, err = lint(path)
        assert (code, out) == (2, "")
        assert why in err


def test_paths_that_no_system_takes_are_wrong_usage(lint: Lint) -> None:
    assert lint("a" * 5_000)[0] == 2
    assert lint(str(CI / "x"))[0] == 2


def test_folders_without_end_are_refused(lint: Lint) -> None:
    deep = Path(*["a"] * 70)
    deep.mkdir(parents=True)
    code, _, err = lint(".")
    assert code == 2
    assert "name the folders that matter" in err


@pytest.mark.parametrize(
    ("where", "path"),
    [(".", ".github"), (".github", "."), (".github/workflows", "."), (".", str(CI.parent)), ("..", "{}")],
)
def test_a_repository_or_a_part_of_it_may_be_named(
    lint: Lint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, path: str
) -> None:
    monkeypatch.chdir(where)
    assert lint(path.format(tmp_path.name))[0] == 1


def test_the_table_of_rules(lint: Lint) -> None:
    code, out, _ = lint("--rules")
    assert code == 0
    assert "| `workflow-sign-wrong-step` | critical |" in out


def test_the_line_and_the_column_are_shown(lint: Lint) -> None:
    _, out, _ = lint(str(CI))
    lines = out.splitlines()
    place = next(number for number, line in enumerate(lines) if "workflow-" in line)
    line, column = map(int, lines[place].removeprefix(str(CI)).split(":")[1:3])
    own = CI.read_text().splitlines()[line - 1]
    assert lines[place + 1] == f"{line:>6} | {own}"
    assert lines[place + 2].index("^") == len("       | ") + column - 1


def test_a_line_with_a_secret_is_not_shown(lint: Lint) -> None:
    token = "npm_" + "a1B2" * 9
    text = CI.read_text().replace("docker/build-push-action@v4.0.0", f"docker/build-push-action@v4.0.0 # {token}")
    assert token in text
    other = CI.parent / "other.yml"
    other.write_text(text)
    assert token not in lint(str(other))[1]


def test_findings_are_grouped_by_file_the_worst_first(lint: Lint) -> None:
    _, out, _ = lint(".", "--format", "text")
    told = [line.split(":")[0] for line in out.splitlines() if " workflow-" in line]
    assert told == sorted(told, key=told.index)
