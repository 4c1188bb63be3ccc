"""Every command that README and docs show is run, as it stands there, in a folder that has what it names."""

import re
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import ROOT
from tests.documents.sandbox import Sandbox, sandbox
from tests.documents.shown import ShownLine, blocks, inline, place
from tests.real_parts import free_port

pytestmark = pytest.mark.documents

JUDGED: Final = {0, 1}
"""An image that fails gives 1; 2 and 3 would mean that the command itself could not be done."""

ELSEWHERE: Final = {
    "docker build": (
        "deploy/make-image.sh",
        "deploy/Dockerfile",
        "needs a Docker daemon; buildah builds the same file",
    ),
    ".venv/bin/hatchling build": ("tests/shipping/wheels.py", "hatchling", "twice, from a clean checkout of git"),
    ".venv/bin/provenance slack setup": ("tests/e2e/test_setup.py", "slack setup", "local-slack stands in for Slack"),
    "docker compose": ("tests/shipping/test_units.py", "compose.yaml", "needs a Docker daemon"),
    "sudo ": ("tests/shipping/test_units.py", "systemd", "changes the machine; the units are verified"),
    "kubectl ": ("tests/shipping/test_chart.py", "HELM", "needs a cluster; the chart is rendered and validated"),
    "helm install": ("tests/shipping/test_chart.py", "HELM", "needs a cluster; the chart is rendered and validated"),
    "curl ": ("tests/documents/test_deliveries.py", "curl", "needs a bot that listens"),
    "set -a; . ./.env; set +a": ("tests/e2e/test_setup.py", "set -a; . ", "needs the file that the setup writes"),
}
"""What is run elsewhere: the file, what it has to hold, and why."""

BEFORE: Final = {
    "export": "provenance watch quay.io/acme/app",
    "import bot.json": "provenance watch quay.io/acme/app && provenance export > bot.json",
}
"""What somebody did before who comes to such a command."""

OAUTH: Final = """\
export PROVENANCE_SLACK_CLIENT_ID=1.2 PROVENANCE_SLACK_CLIENT_SECRET=s SLACK_SIGNING_SECRET=s
export PROVENANCE_BASE_URL=https://bot.example.org PROVENANCE_SLACK_TOKEN_KEYS="$(provenance slack key)"
"""
SET: Final = dict.fromkeys(("slack rekey", "slack workspaces", "slack forget"), OAUTH)
"""What somebody has set who comes to such a command."""

NAMES: Final = frozenset({"provenance policy check", "provenance policy explain", "provenance slack setup"})
"""A sentence is about the command, and names none of the arguments that it needs; its help is run.

So is that of a command that is named by one word, such as `provenance check`.
"""

STAND_INS: Final = {
    "…": "0123456789abcdef0123456789abcdef0123",
    "KIND": "quay",
    "--host HOST": "--host quay.io",
    "https://HOST": "https://bot.example.org",
    "[CHANNEL]": "",
}
"""Words that no folder and no registry can have, and what stands for them."""


def _id(line: ShownLine) -> str:
    return line.name[:90]


@pytest.mark.parametrize("block", list(blocks()), ids=lambda block: _id(block[0]))
async def test_a_block_can_be_pasted(block: tuple[ShownLine, ...], tmp_path: Path) -> None:
    async with sandbox(tmp_path) as room:
        settings = [line.text for line in block if re.match(r"(export )?[A-Z_]+='?[^ ]|export ", line.text)]
        if len(settings) == len(block):
            await _are_settings(room, settings)
            return
        for line in block:
            await _runs(room, line.text)


@pytest.mark.parametrize("line", list(inline()), ids=_id)
async def test_a_command_within_a_sentence_works(line: ShownLine, tmp_path: Path) -> None:
    if line.text in NAMES or re.fullmatch(r"provenance [a-z]+", line.text):
        line = ShownLine(line.document, f"{line.text} --help")
    async with sandbox(tmp_path) as room:
        for text in _alternatives(line.text):
            await _runs(room, text)


@pytest.mark.parametrize("begins", ELSEWHERE)
def test_what_another_test_runs_is_shown_and_run(begins: str) -> None:
    file, held, _ = ELSEWHERE[begins]
    shown = [line.text for block in blocks() for line in block] + [line.text for line in inline()]
    assert any(text.startswith(begins) for text in shown), "it is not shown any more"
    assert held in place(file)


async def _runs(room: Sandbox, line: str) -> None:
    for word, instead in STAND_INS.items():
        line = line.replace(word, instead)
    if any(line.startswith(begins) for begins in ELSEWHERE):
        return
    if line.startswith("make "):
        _is_planned(line)
    elif " serve" in line and "--help" not in line:
        await room.serve(line.partition(" #")[0], free_port())
    else:
        before = [first for word, first in BEFORE.items() if f"provenance {word}" in line and "--help" not in line]
        exports = [export for word, export in SET.items() if f"provenance {word}" in line]
        ended = await room.run("".join(exports) + "; ".join([*(f"({one}) >before.log" for one in before), line]))
        told = f"{line}\n{ended.returncode}\n{ended.stdout[-2000:]}\n{ended.stderr[-2000:]}"
        assert ended.returncode in JUDGED, told
        assert "Traceback" not in ended.stderr, told


def _is_planned(line: str) -> None:
    """.ci/run runs the short ones; of the others make says what it would do."""
    ended = subprocess.run(  # noqa: S603 - what the docs show
        ["bash", "-c", line.replace("make ", "make -n ", 1)],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip()


async def _are_settings(room: Sandbox, lines: list[str]) -> None:
    text = "\n".join(line if line.startswith("export ") else f"export {line}" for line in lines)
    for word, instead in STAND_INS.items():
        text = text.replace(word, instead)
    ended = await room.run(f"{text}\nprovenance webhooks")
    assert ended.returncode == 0, ended.stderr


def _alternatives(text: str) -> list[str]:
    """`a [--b C]` is a command without and with the option; `a x|y` one for each."""
    if "[--" in text:
        return [re.sub(r" ?\[[^]]*\]", "", text), text.replace("[", "").replace("]", "")]
    words = re.search(r"\w+(\|\w+)+", text)
    return [text.replace(words[0], word) for word in words[0].split("|")] if words else [text]
