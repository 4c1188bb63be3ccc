"""The command line as a whole, and what it must not import."""

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from bot.__main__ import COMMANDS, main
from tests.cli.at_terminal import ran
from tests.conftest import ROOT
from tests.waiting import PATIENCE

HEAVY = ("aiohttp", "pydantic", "rich", "redis", "slack_sdk", "sigstore", "cryptography", "structlog", "docket")

SPY = """
import sys
from bot.__main__ import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
print(*sys.modules)
"""


def imported_by(*words: str) -> set[str]:
    """Which modules a run of the command has imported."""
    command = [sys.executable, "-c", SPY, *words]
    out = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own
    return set(out.splitlines()[-1].split())


@pytest.mark.parametrize("word", COMMANDS)
def test_every_word_is_a_command(word: str) -> None:
    command = import_module(f"bot.cli.{word}")
    assert command.HELP
    assert callable(command.arguments)
    assert callable(command.run)


def test_help_lists_the_commands() -> None:
    code, out, _ = ran("--help")
    assert code == 0
    assert all(word in out for word in COMMANDS)


def test_help_is_a_word_too() -> None:
    assert ran("help") == ran("--help")
    assert ran("help", "check") == ran("check", "--help")
    assert ran("help", "nosuch")[0] == 2


def test_without_words_it_says_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "check" in capsys.readouterr().out


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("provenance-bot 0.")


@pytest.mark.parametrize(("set_by_somebody", "is_loaded"), [({}, False), ({"PYDANTIC_DISABLE_PLUGINS": "other"}, True)])
def test_a_plugin_of_pydantic_is_loaded_only_if_somebody_asks_for_it(
    set_by_somebody: dict[str, str],
    is_loaded: bool,  # noqa: FBT001 - a parameter of the test
    tmp_path: Path,
) -> None:
    (tmp_path / "a_plugin.py").write_text("def new_schema_validator(*_):\n    return None, None, None\n")
    told = tmp_path / "a_plugin-1.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: a-plugin\nVersion: 1\n")
    (told / "entry_points.txt").write_text("[pydantic]\na-plugin = a_plugin\n")
    spy = SPY.replace("import sys", f"import sys; sys.path.insert(0, {str(tmp_path)!r})", 1)
    command = [sys.executable, "-c", spy, "check", "--format", "json", "oci:bot/demo/images/max-sbom_2p_dflt"]
    environment = {"PATH": os.defpath, **set_by_somebody}
    out = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own
    assert ("a_plugin" in out.splitlines()[-1].split()) is is_loaded


def test_help_imports_nothing_heavy() -> None:
    for words in (("--help",), ("check", "--help")):
        assert not imported_by(*words).intersection(HEAVY)


def test_a_check_without_signatures_imports_no_sigstore_no_queue_and_no_slack() -> None:
    seen = imported_by("check", "--format", "json", "oci:bot/demo/images/max-sbom_2p_dflt")
    assert "aiohttp" in seen
    assert not seen.intersection(
        {"sigstore", "docket", "redis", "slack_sdk", "slack_bolt", "jinja2", "rich", "structlog"}
    )
    assert not seen.intersection({"yaml", "ruamel.yaml", "bot.workflows.readers", "bot.cli.code_host"})


def test_lint_and_its_patch_need_no_second_parser_of_yaml_for_an_ordinary_workflow() -> None:
    seen = imported_by("lint", "--diff", "tests/fixtures/workflows/before.yml")
    assert "bot.workflows.yaml_doubt" in seen
    assert "ruamel.yaml" not in seen


def test_lint_starts_without_what_looks_at_images() -> None:
    seen = imported_by("lint", "tests/fixtures/workflows/before.yml")
    assert "bot.workflows.rules.workflow_provenance_min" in seen
    assert not seen.intersection({"bot.rules", "bot.context", "bot.evidence", "bot.signatures", "pydantic"})


CLOSED = """
import os, sys
os.close({})
os.execv(sys.executable, [sys.executable, "-m", "bot", *sys.argv[1:]])
"""


def with_closed(stream: int, *words: str) -> "subprocess.CompletedProcess[str]":
    """The command, started with that stream closed: `provenance … >&-`."""
    command = [sys.executable, "-c", CLOSED.format(stream), *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE)  # noqa: S603 - our own


def test_a_closed_stdout_is_told_in_a_sentence_and_is_no_verdict() -> None:
    ended = with_closed(1, "check", "oci:bot/demo/images/max-sbom_2p_dflt")
    assert ended.returncode == 3
    assert ended.stderr == "provenance: stdout is closed, so the result cannot be written\n"


def test_a_closed_stdin_is_an_empty_one() -> None:
    ended = with_closed(0, "check", "-")
    assert ended.returncode == 2
    assert "stdin names no image" in ended.stderr


def test_without_stderr_the_verdict_is_the_same() -> None:
    ended = with_closed(2, "check", "-q", "oci:bot/demo/images/none_2p_dflt")
    assert (ended.returncode, ended.stdout) == (1, "FAIL  oci:bot/demo/images/none_2p_dflt:none_2p_dflt\n")
    assert with_closed(2, "check", "A B").returncode == 2


@pytest.mark.parametrize("flaw", [KeyError("\x1b[2J"), RecursionError("deep"), MemoryError()])
def test_a_bug_of_ours_is_no_verdict(
    flaw: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Python's exit code for it is 1, which says that an image failed."""

    def broken(_: object) -> int:
        raise flaw

    monkeypatch.setattr("bot.cli.rules.run", broken)
    assert main(["rules"]) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert "Traceback" in told.err
    assert type(flaw).__name__ in told.err
    assert told.err.endswith("please report the lines above\n")
    assert "\x1b" not in told.err


@pytest.mark.parametrize(
    ("set_there", "escapes"), [({}, True), ({"NO_COLOR": "1"}, True), ({"TERM": "dumb"}, False)], ids=str
)
def test_a_dumb_terminal_gets_no_escape_codes(set_there: dict[str, str], escapes: bool) -> None:  # noqa: FBT001 - a parameter
    """NO_COLOR leaves bold; of a dumb terminal each code would be text."""
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "bot", "check", "oci:bot/demo/images/max-sbom_2p_dflt"]
    environment = {"PATH": os.defpath, "TERM": "xterm", **set_there}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=theirs) as process:  # noqa: S603 - our own
        os.close(theirs)
        shown = b"".join(iter(lambda: read_terminal(ours), b""))
        process.wait(PATIENCE)
    os.close(ours)
    assert b"WARN" in shown
    assert (b"\x1b[" in shown) is escapes
    assert (b";31m" in shown or b"\x1b[3" in shown) is (not set_there)


def read_terminal(file: int) -> bytes:
    """What was written; nothing at the end, which Linux tells as an error."""
    try:
        return os.read(file, 65536)
    except OSError:
        return b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
def test_a_full_disk_is_told_in_a_sentence_and_is_no_verdict() -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "bot", "rules"]
        ended = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False)  # noqa: S603 - our own
    assert ended.returncode == 3
    assert ended.stderr == "provenance: No space left on device\n"
