"""Where the provider may be, and how much it may answer: its own words lead us nowhere else."""

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from bot.errors import ProviderUnavailableError, SettingsError
from bot.login.caller import ANSWER_MAX, ProviderCaller
from bot.login.options import LoginOptions
from bot.login.role import Role

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


def options(issuer: str = "https://login.example", *, insecure: tuple[str, ...] = ()) -> LoginOptions:
    roles = {Role.SEE: ("*",)}
    return LoginOptions(
        issuer=issuer,
        client_id="bot",
        base_url="https://bot.example",
        roles=roles,
        hosts=("keys.example",),
        insecure_hosts=insecure,
    )


@pytest.mark.parametrize("address", ["https://login.example/token", "https://keys.example/jwks"])
def test_its_own_host_and_the_listed_ones_may_be_asked(address: str) -> None:
    assert options().allows(URL(address))


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/token",
        "https://login.example.evil.example/token",
        "https://login.example:8443/token",
        "http://login.example/token",
        "https://me:secret@login.example/token",
        "https://me@login.example/token",
        "https://login.example/token#part",
        "wss://login.example/token",
        "ftp://login.example/token",
        "//login.example/token",
        "/token",
        "",
    ],
)
def test_nothing_else_may(address: str) -> None:
    assert not options().allows(URL(address))


@pytest.mark.parametrize("issuer", ["http://login.example", "https://me@login.example", "login.example"])
def test_an_issuer_that_may_not_be_asked_is_refused_at_the_start(issuer: str) -> None:
    with pytest.raises(SettingsError, match="PROVENANCE_OIDC_ISSUER"):
        options(issuer)


@asynccontextmanager
async def answering(body: bytes) -> "AsyncIterator[str]":
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    app = web.Application()
    app.router.add_get("/jwks", answer)
    async with TestServer(app, host="127.0.0.1") as server:
        yield f"http://127.0.0.1:{server.port}"


@pytest.mark.parametrize("more", [0, 1])
async def test_an_answer_that_does_not_end_is_not_read_to_its_end(more: int) -> None:
    body = json.dumps({"keys": []}).encode()
    async with answering(body.ljust(ANSWER_MAX + more)) as issuer:
        asking = ProviderCaller(options(issuer, insecure=(issuer.removeprefix("http://"),)))
        if more:
            with pytest.raises(ProviderUnavailableError, match="more than 262144 bytes"):
                await asking.get(f"{issuer}/jwks")
        else:
            assert await asking.get(f"{issuer}/jwks") == {"keys": []}
