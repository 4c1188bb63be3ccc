"""A code host that gives no answer is not asked by every check in turn, and is asked again by one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import ClientSession

from bot.errors import SourceUnavailableError
from bot.workflows.address import Repository
from bot.workflows.attestations_api import AttestationsApi, ListedBundles
from bot.workflows.github_exchange import Exchange
from bot.workflows.outage import AT_ONCE, FAILURES, PAUSE, Outage

REPOSITORY = Repository("acme", "app")
DENIED = ListedBundles(is_denied=True)
"""What a 404 says without a token: a private repository gives one, too."""
NONE, ERROR = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"


@dataclass
class Host:
    """It takes each question, and says `reply`; b"" = it hangs up. Then aiohttp sends the same question once more."""

    reply: bytes = b""
    now: float = 0.0
    number: int = 0
    lines: set[bytes] = field(default_factory=set)
    api: AttestationsApi = field(init=False)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.lines.add(await reader.readline())
        writer.write(self.reply)
        writer.close()

    @property
    def asked(self) -> int:
        return len(self.lines)

    async def about(self) -> ListedBundles | str:
        self.number += 1
        try:
            return await self.api.about(REPOSITORY, f"sha256:{self.number:064x}")
        except SourceUnavailableError as error:
            return str(error)


@asynccontextmanager
async def running() -> AsyncIterator[Host]:
    host = Host()
    server = await asyncio.start_server(host.take, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, ClientSession() as session:
        host.api = AttestationsApi(Exchange(session, f"http://127.0.0.1:{port}", outage=Outage(clock=lambda: host.now)))
        yield host


async def test_after_some_questions_without_an_answer_none_is_asked() -> None:
    async with running() as host:
        said = [await host.about() for _ in range(FAILURES + 3)]
        assert host.asked == FAILURES
        assert "not asked" in str(said[-1])
        assert str(said[0]).partition(": ")[2] in str(said[-1])  # the reason is still told


async def test_those_that_wait_for_their_turn_hear_it_too() -> None:
    async with running() as host:
        said = await asyncio.gather(*(host.about() for _ in range(30)))
        assert host.asked < FAILURES + AT_ONCE
        assert all(isinstance(one, str) for one in said)


async def test_one_asks_again_after_the_pause() -> None:
    async with running() as host:
        for _ in range(FAILURES):
            await host.about()
        host.now = PAUSE
        await asyncio.gather(*(host.about() for _ in range(10)))
        assert host.asked == FAILURES + 1


async def test_all_ask_again_when_one_had_an_answer() -> None:
    async with running() as host:
        for _ in range(FAILURES):
            await host.about()
        host.now, host.reply = PAUSE, NONE
        assert await host.about() == DENIED
        assert await asyncio.gather(*(host.about() for _ in range(10))) == [DENIED] * 10


@pytest.mark.parametrize("reply", [NONE, ERROR])
async def test_an_answer_in_between_is_no_outage(reply: bytes) -> None:
    async with running() as host:
        for _ in range(3):
            host.reply = b""
            for _ in range(FAILURES - 1):
                await host.about()
            host.reply = reply
            await host.about()
        assert host.asked == 3 * FAILURES
