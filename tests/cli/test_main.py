"""The command line as a whole, and what it must not import."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from bot.__main__ import COMMANDS, main
from tests.cli.at_terminal import ran
from tests.conftest import ROOT

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


def test_without_words_it_says_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "check" in capsys.readouterr().out


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("provenance-bot 0.")


def test_no_plugin_of_another_package_is_looked_for() -> None:
    spy = SPY.replace("print(*sys.modules)", "import pydantic.plugin._loader as loader; print(loader._plugins)")
    command = [sys.executable, "-c", spy, "check", "--format", "json", "oci:bot/demo/images/max-sbom_2p_dflt"]
    out = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own
    assert out.splitlines()[-1] == "None"


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


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
def test_a_full_disk_is_told_in_a_sentence_and_is_no_verdict() -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "bot", "rules"]
        ended = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False)  # noqa: S603 - our own
    assert ended.returncode == 3
    assert ended.stderr == "provenance: No space left on device\n"
