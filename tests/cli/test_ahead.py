"""While a registry takes its time, a check imports what it will need to judge."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE
from dataclasses import dataclass

from aiohttp import web

from tests.conftest import ROOT, SAMPLES
from tests.fake_registry import FakeRegistry
from tests.registry_faults import Answer
from tests.waiting import PATIENCE


@dataclass(frozen=True, slots=True)
class Held:
    """The answer, when somebody lets it go."""

    released: asyncio.Event

    async def send(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        del request
        await self.released.wait()
        return answer.response()


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
