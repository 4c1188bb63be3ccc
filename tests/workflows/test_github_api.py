"""GitHub's contents API, as far as we use it, against a server that answers like it, and one that does not."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from msgspec import Struct, field
from pydantic import SecretStr

from bot.errors import SourceError, SourceNotFoundError, SourceUnavailableError
from bot.workflows.address import WorkflowFile
from bot.workflows.github_api import BYTES_MAX, GitHub

FILE = WorkflowFile("acme", "app", ".github/workflows/ci.yml", "1.0")
TOKEN = "ghp_not-a-real-one"


class Host(Struct):
    """What it answers, and what it was asked."""

    answer: web.Response = field(default_factory=lambda: web.Response(body=b"on: push\r\n"))
    moved: str = ""
    asked: list[web.BaseRequest] = field(default_factory=list)
    url: str = ""

    async def contents(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        if self.moved:
            raise web.HTTPMovedPermanently(self.moved)
        return self.answer

    async def renamed(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        return self.answer


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    host, app = Host(), web.Application()
    app.router.add_get("/repos/acme/app/contents/.github/workflows/ci.yml", host.contents)
    app.router.add_get("/repositories/1/contents", host.renamed)
    async with TestServer(app, host="127.0.0.1") as server:
        host.url = str(server.make_url("/")).rstrip("/")
        yield host


async def read(host: Host, token: str = "") -> str:
    async with ClientSession() as session:
        return await GitHub(session, host.url, SecretStr(token) if token else None).read(FILE)


async def test_a_file_as_it_is(host: Host) -> None:
    assert await read(host, TOKEN) == "on: push\r\n"
    (request,) = host.asked
    assert request.query["ref"] == "1.0"
    assert request.headers["Accept"] == "application/vnd.github.raw+json"
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"


async def test_without_a_token_nothing_is_sent(host: Host) -> None:
    await read(host)
    assert "Authorization" not in host.asked[0].headers


async def test_a_renamed_repository_is_followed_on_its_host(host: Host) -> None:
    host.moved = "/repositories/1/contents?ref=1.0"
    assert await read(host, TOKEN) == "on: push\r\n"


@pytest.mark.parametrize("elsewhere", ["http://127.0.0.1:9/x", "https://evil.example/x", "//evil.example/x"])
async def test_nobody_else_gets_the_token(host: Host, elsewhere: str) -> None:
    host.moved = elsewhere
    with pytest.raises(SourceUnavailableError, match="another host") as refused:
        await read(host, TOKEN)
    assert TOKEN not in str(refused.value)


async def test_a_redirect_in_a_circle_ends(host: Host) -> None:
    host.moved = "/repos/acme/app/contents/.github/workflows/ci.yml"
    with pytest.raises(SourceUnavailableError, match="redirects"):
        await read(host)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (web.Response(status=404), SourceNotFoundError),
        (web.Response(status=403), SourceUnavailableError),
        (web.Response(status=500), SourceUnavailableError),
        (web.Response(body=b"\xff"), SourceUnavailableError),
        (web.Response(body=b"a" * (BYTES_MAX + 1)), SourceUnavailableError),
    ],
)
async def test_what_is_no_file(host: Host, answer: web.Response, error: type[SourceError]) -> None:
    host.answer = answer
    with pytest.raises(error, match=r"acme/app/\.github/workflows/ci\.yml"):
        await read(host)


async def test_nobody_answers() -> None:
    with pytest.raises(SourceUnavailableError, match=r"the connection to 127\.0\.0\.1 failed"):
        await read(Host(url="http://127.0.0.1:9"))


async def test_a_name_that_nobody_has() -> None:
    with pytest.raises(SourceUnavailableError, match=r"the name nobody\.invalid could not be resolved"):
        await read(Host(url="http://nobody.invalid"))
