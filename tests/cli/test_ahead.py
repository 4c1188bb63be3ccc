"""The first request leaves early; while a registry takes its time, a check imports what it will need to judge."""

import asyncio
import os
import subprocess
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path
from typing import Final

import pytest
from aiohttp import web
from msgspec import Struct

from bot.cli.ahead import AHEAD
from tests.conftest import ROOT, SAMPLES
from tests.fake_registry import FakeRegistry
from tests.forks import NOTHING_SET, forked
from tests.registry_faults import Answer
from tests.waiting import PATIENCE

SENT: Final = """
import socket, sys
from bot.__main__ import main
send, seen = socket.socket.send, []

def noted(own, *data):
    seen.extend([] if seen else sys.modules)
    return send(own, *data)

socket.socket.send = noted
try:
    main()
finally:
    sys.stderr.write(" ".join(seen))
"""
"""Says which modules were imported when the first byte was sent."""

ROOMS: Final = ("bot.cli.", "bot.metrics.", "bot.oci.")
BEFORE: Final = {
    "bot.__main__",
    "bot.attestations",
    "bot.attestations.limits",
    "bot.cli",
    "bot.errors",
    "bot.late_authorities",
    "bot.login",
    "bot.login.role",
    "bot.metrics",
    "bot.no_plugins",
    "bot.oci",
    "bot.render",
    "bot.render.display",
    "bot.render.formats",
    "bot.render.plain",
    "bot.settings",
    "bot.settings_examples",
    "bot.settings_source",
    "bot.settings_together",
    "bot.settings_values",
    "bot.signatures",
    "bot.signatures.options",
    "bot.tracing",
    "bot.values",
    "bot.version",
    "bot.workflows",
    "bot.workflows.address",
    "bot.workflows.options",
}
"""What a check needs for its first request: arguments, settings, and the way to the registry."""

BEFORE_MAX: Final = 485
"""All modules; 468 with Python 3.11 when this was written. A whole check has some 650."""


STEPS: Final = """
import asyncio, sys
import bot.cli.checking, bot.oci.registries, bot.oci.first_document
from bot.cli import ahead

async def noted():
    seen.append(len(sys.modules))

seen, ahead.let_others = [], noted
asyncio.run(ahead.import_ahead())
parts = [name.split(":") for name in ahead.AHEAD if ":" in name]
unbuilt = [model for module, model in parts if not getattr(sys.modules[module], model).__pydantic_complete__]
seen.append(len(sys.modules))
print(*(after - before for before, after in zip(seen, seen[1:])))
print(*unbuilt)
"""
"""Says how many modules each step imports, and which models are not built at the end."""

STEP_MAX: Final = 30
"""Modules of one step; the largest has 22, all of `bot.check`."""


class Held(Struct, frozen=True):
    """The answer, when somebody lets it go."""

    released: asyncio.Event

    async def send(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        del request
        await self.released.wait()
        return answer.response()


async def test_the_first_request_waits_for_nothing_that_it_does_not_need() -> None:
    async with FakeRegistry() as fake, asyncio.timeout(PATIENCE):
        fake.add_layout(SAMPLES / "max-sbom_2p_dflt", "demo/app", tag="1")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", SENT, "check", "-q", f"{fake.host}/demo/app:1"),
            stdout=DEVNULL,
            stderr=PIPE,
            cwd=ROOT,
            env={**os.environ, "PROVENANCE_GITHUB_API": ""},  # noqa: TID251 - handed on
        )
        _, told = await process.communicate()
    seen = told.decode().split()
    assert "bot.oci.registries" in seen
    assert not {name for name in seen if name.startswith("bot.") and not name.startswith(ROOMS)} - BEFORE
    assert len(seen) <= BEFORE_MAX


def test_no_step_is_long_and_each_does_something() -> None:
    """A request waits for one step at most."""
    command = [sys.executable, "-c", STEPS]
    out = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own
    numbers, unbuilt = out.splitlines()
    counts = dict(zip(AHEAD, map(int, numbers.split()), strict=True))
    assert max(counts.values()) <= STEP_MAX
    assert not unbuilt
    assert not [name for name, count in counts.items() if not count and ":" not in name]


async def test_the_first_answer_is_not_waited_for() -> None:
    """The registry answers only after the interpreter has said that it has imported all that."""
    async with FakeRegistry() as fake, asyncio.timeout(PATIENCE):
        fake.add_layout(SAMPLES / "max-sbom_2p_dflt", "demo/app", tag="1")
        wanted = {"bot.evidence.examining", "bot.check.judging", "bot.check.code_host", "bot.rules.provenance_missing"}
        released = asyncio.Event()
        fake.fault("/manifests/1", Held(released))
        code = "import sys; from bot.__main__ import main; sys.exit(main())"
        words = ("check", "--format", "json", f"{fake.host}/demo/app:1")
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-v", "-c", code, *words, stdout=DEVNULL, stderr=PIPE, cwd=ROOT
        )
        assert process.stderr
        async for line in process.stderr:
            wanted -= {name for name in wanted if line.startswith(f"import '{name}'".encode())}
            if not wanted:
                released.set()
        assert await process.wait() in (0, 1)
        assert not wanted


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PROVENANCE_POLICY", "wrong.yaml"),
        ("PROVENANCE_TRUSTED_ROOTS", '["wrong.yaml"]'),
        ("PROVENANCE_MIRRORS", '{"docker.io": "?"}'),
        ("PROVENANCE_REALMS", '{"a.corp": "?"}'),
        ("PROVENANCE_SBOM_MAX", "many"),
        ("PROVENANCE_WATCH", "acme/app"),
        ("PROVENANCE_DIGEST", "sometimes"),
    ],
)
async def test_what_is_set_wrongly_is_said_before_any_request(variable: str, value: str, tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text("what: {}")
    value = value.replace("wrong.yaml", str(tmp_path / "wrong.yaml"))
    async with FakeRegistry() as fake:
        fake.add_layout(SAMPLES / "max-sbom_2p_dflt", "demo/app", tag="1")
        told = {**NOTHING_SET, "PROVENANCE_GITHUB_API": "", variable: value}
        code, _, err = await asyncio.to_thread(forked, ("check", f"{fake.host}/demo/app:1"), told)
        assert code == 2
        assert variable in err or "wrong.yaml" in err
        assert not fake.requests
