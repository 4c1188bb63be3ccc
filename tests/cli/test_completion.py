"""Completion, in the shells themselves."""

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.__main__ import COMMANDS, all_parsers, main
from bot.cli.shells import SHELLS, script
from bot.cli.shells.words import command_words
from bot.render.formats import FORMATS
from tests.waiting import PATIENCE

PLACES = [
    ("provenance che", "check"),
    ("provenance check --forma", "--format"),
    ("provenance check --format sar", "sarif"),
    ("provenance policy expl", "explain"),
    ("provenance completion fi", "fish"),
]


@pytest.fixture
def scripts(tmp_path: Path) -> dict[str, Path]:
    known = [command_words(name, about, parser) for name, about, parser in all_parsers()]
    written = {}
    for shell in SHELLS:
        written[shell] = tmp_path / f"provenance.{shell}"
        written[shell].write_text(script(shell, known))
    return written


def said_by(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE).stdout  # noqa: S603 - our own


@pytest.mark.parametrize("shell", SHELLS)
def test_every_command_and_format_is_in_the_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    out = capsys.readouterr().out
    assert all(word in out for word in (*COMMANDS, *FORMATS))
    assert out.isascii()


@pytest.mark.parametrize(("line", "expected"), PLACES)
def test_bash(scripts: dict[str, Path], line: str, expected: str) -> None:
    number = len(line.split()) - 1
    typed = f"COMP_WORDS=({line}); COMP_CWORD={number}; _provenance"
    code = f'source {scripts["bash"]}; {typed}; echo "${{COMPREPLY[@]}}"'
    assert said_by("bash", "--norc", "-c", code).split() == [expected]


@pytest.mark.real
@pytest.mark.parametrize(("line", "expected"), PLACES)
def test_fish(scripts: dict[str, Path], line: str, expected: str) -> None:
    out = said_by("fish", "--no-config", "-c", f"source {scripts['fish']}; complete -C '{line}'")
    assert expected in [one.partition("\t")[0] for one in out.splitlines()]


class Typist:
    """An interactive zsh in a terminal of its own."""

    def __init__(self, folder: Path) -> None:
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            there = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "TERM": "dumb"}
            os.execve("/usr/bin/zsh", ["zsh", "-f", "-i"], there)  # noqa: S606 - what is tested

    def type(self, text: str) -> None:
        os.write(self._terminal, text.encode())

    def until(self, wanted: str) -> str:
        """What it shows, up to that text."""
        end, shown = time.monotonic() + PATIENCE, ""
        while wanted not in shown:
            ready, _, _ = select.select([self._terminal], [], [], max(0, end - time.monotonic()))
            assert ready, f"{wanted!r} is not in {shown!r}"
            shown += os.read(self._terminal, 4096).decode(errors="replace")
        return shown

    def close(self) -> None:
        os.close(self._terminal)
        os.waitpid(self.pid, 0)


@pytest.fixture
def zsh(tmp_path: Path, scripts: dict[str, Path]) -> Iterator[Typist]:
    typist = Typist(tmp_path)
    typist.type("PS1='ready> '; unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -u -d dump\n")
    typist.type(f"source {scripts['zsh']}; echo load''ed\n")
    typist.until("loaded\r\n")
    yield typist
    typist.close()


@pytest.mark.real
@pytest.mark.parametrize(("line", "expected"), PLACES)
def test_zsh(zsh: Typist, line: str, expected: str) -> None:
    zsh.type(f"{line}\t")
    rest = expected.removeprefix(line.rsplit(maxsplit=1)[-1])
    assert rest
    zsh.until(f"{line}{rest}" if rest else line)


def test_a_shell_that_nobody_knows_is_wrong_usage() -> None:
    command = [sys.executable, "-m", "bot", "completion", "csh"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 2  # noqa: S603 - our own
