"""One id for what was asked: at the door, in every log line of web and worker, in the report, and in what is told."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot import request_ids
from bot.intake.job import CheckJob
from bot.request_ids import bound, current, quoting
from handlers.client_address import Proxies
from handlers.request_ids import HEADER, RequestIds, add_id

UNTRUSTED = "from-a-stranger"
GIVEN = "3f2a-given-by-the-proxy"


async def _client(*proxies: str) -> AsyncIterator["TestClient[web.Request, web.Application]"]:
    async def shown(_: web.Request) -> web.Response:
        await asyncio.sleep(0)
        return web.json_response(current())

    async def broken(_: web.Request) -> web.Response:
        raise web.HTTPServiceUnavailable

    app = web.Application(middlewares=[RequestIds(Proxies(proxies, "x-forwarded-for")).named])
    app.on_response_prepare.append(add_id)
    app.router.add_get("/", shown)
    app.router.add_get("/broken", broken)
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.fixture
async def open_door() -> AsyncIterator["TestClient[web.Request, web.Application]"]:
    async for client in _client():
        yield client


@pytest.fixture
async def behind_proxy() -> AsyncIterator["TestClient[web.Request, web.Application]"]:
    async for client in _client("127.0.0.1"):
        yield client


async def _asked(client: "TestClient[web.Request, web.Application]", id_: str) -> str:
    async with client.get("/", headers={HEADER: id_}) as answer:
        inside: str = await answer.json()
        assert answer.headers[HEADER] == inside
        return inside


async def test_each_request_has_its_own_id_on_one_connection(
    open_door: "TestClient[web.Request, web.Application]",
) -> None:
    ids = [await _asked(open_door, "") for _ in range(3)]
    assert len(set(ids)) == 3
    assert not current()


async def test_a_stranger_does_not_choose_the_id(open_door: "TestClient[web.Request, web.Application]") -> None:
    assert await _asked(open_door, UNTRUSTED) != UNTRUSTED


async def test_a_proxy_that_is_listed_does(behind_proxy: "TestClient[web.Request, web.Application]") -> None:
    assert await _asked(behind_proxy, GIVEN) == GIVEN


@pytest.mark.parametrize("id_", ["short", "x" * 65, "a b c d e f g", '"quoted-id"', "<@U1234567>", "-" * 20])
async def test_not_even_then_any_text(behind_proxy: "TestClient[web.Request, web.Application]", id_: str) -> None:
    assert await _asked(behind_proxy, id_) != id_


async def test_an_error_has_one_too(open_door: "TestClient[web.Request, web.Application]") -> None:
    async with open_door.get("/broken") as answer:
        assert answer.status == 503
        assert len(answer.headers[HEADER]) == 16


def test_a_job_with_a_made_up_id_is_read_without_it() -> None:
    text = json.dumps({"image": "a/b:1", "origin": "webhook", "request_id": "<!channel> " * 100})
    assert CheckJob.model_validate_json(text).request_id == ""


def test_an_error_says_what_to_quote_and_nothing_if_there_is_nothing() -> None:
    assert quoting("No.") == "No."
    with bound() as id_:
        assert quoting("No.") == f"No. If you ask about it, quote `{id_}`."


def test_ids_within_ids_end_where_they_began() -> None:
    with bound() as outer:
        with bound() as inner:
            assert current() == inner
        assert current() == outer
    assert request_ids.current() == ""
