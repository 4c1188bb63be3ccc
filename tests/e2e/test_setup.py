"""The README's steps from a fresh clone to the first thread, each as it is written there."""

import asyncio
import os
import re
import stat
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.oci.reference import Reference
from tests.conftest import ROOT
from tests.e2e.local_slack import CHANNEL, LocalSlack
from tests.e2e.test_thread import has_parents, is_said, ready
from tests.fake_registry import FakeRegistry
from tests.town import PATH, Town
from tests.waiting import eventually

FILE = "FILE"
SERVE = f"set -a; . {FILE}; set +a; .venv/bin/provenance serve --with-worker"

pytestmark = pytest.mark.e2e


def test_the_readme_has_six_steps_and_these_commands() -> None:
    """They are tried below; the invitation is local-slack's own, which knows no other."""
    part = (ROOT / "README.md").read_text("utf-8").partition("## Slack")[2].partition("\n## ")[0]
    steps = re.findall(r"^(\d)\. (.*)$", part, re.MULTILINE)
    assert [int(number) for number, _ in steps] == list(range(1, 7))
    commands = (
        "slack setup",
        "",
        "/invite @provenance",
        SERVE.replace(FILE, "./.env"),
        "/provenance check IMAGE --share",
    )
    assert all(command in text for command, (_, text) in zip(commands, steps[1:], strict=True))


async def finished(environment: dict[str, str], *words: str) -> tuple[int, str]:
    """Run `provenance` to its end; exit code and what it printed."""
    program = Path(sys.executable).parent / "provenance"
    process = await asyncio.create_subprocess_exec(
        str(program), *words, env=environment, cwd=ROOT, stdout=PIPE, stderr=PIPE, stdin=asyncio.subprocess.DEVNULL
    )
    out, err = await process.communicate()
    return process.returncode or 0, out.decode() + err.decode()


@asynccontextmanager
async def started(line: str, environment: dict[str, str]) -> AsyncIterator[None]:
    """A line of the README in a shell, with `provenance` on the PATH."""
    process = await asyncio.create_subprocess_exec("sh", "-c", line, env=environment, cwd=ROOT)
    try:
        yield
    finally:
        process.terminate()
        assert await process.wait() == 0


async def test_from_the_tokens_to_the_first_thread(
    town: Town, slack: LocalSlack, registry: FakeRegistry, samples: Path, tmp_path: Path
) -> None:
    registry.add_layout(samples / "min_2p_dflt", "demo/app", tag="1.0")
    environment = town.environment() | {"SLACK_CHANNEL": ""}
    file = tmp_path / "bot.env"
    url = ("--url", "https://bot.example.org") if slack.mode == "events" else ()
    code, said = await finished(environment, "slack", "setup", "--env-file", str(file), *url)
    assert code == 0, said
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600  # noqa: PTH116
    assert "It has posted in #releases" in said
    assert await is_said(slack, "I am here: watching")

    without = {name: value for name, value in environment.items() if not name.startswith("SLACK_")}
    line = SERVE.replace(FILE, str(file)).replace(".venv", "exec .venv")
    async with started(line, without | {"PATH": PATH}):
        await ready(town, slack)
        await slack.command(f"check {registry.host}/demo/app:1.0 --share")
        await eventually(lambda: has_parents(slack, 2))  # the greeting, and the thread
        code, said = await finished(environment | {"SLACK_CHANNEL": CHANNEL}, "doctor")
        assert code == 0, said
        assert f"the bot is in {CHANNEL}" in said
        assert f"{registry.host} answers" in said


async def test_a_channel_that_is_not_there_is_said_at_start_and_by_the_doctor(
    town: Town, slack: LocalSlack, registry: FakeRegistry, samples: Path
) -> None:
    town.more["SLACK_CHANNEL"] = "#nowhere"
    async with town.running("serve", "--with-worker"):
        await eventually(lambda: "#nowhere does not exist" in town.said())
        status, facts = await town.get("/readyz")
        assert (status, facts["slack"]) == (503, ["channel-not-found"])
        code, said = await finished(town.environment(), "doctor")
        assert code == 1
        assert "/invite @provenance" in said
        digest = registry.add_layout(samples / "min_2p_dflt", "demo/app", tag="1.0")
        assert await town.push(Reference(registry.host, "demo/app", "1.0"), digest) == 202
        await eventually(lambda: "the thread is on the pages only" in town.said())
        assert not await slack.parents()
