"""Two browsers at a login: of somebody who may see the pages, and of an attacker."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from msgspec import Struct
from structlog.testing import capture_logs

from bot.store import Store
from tests.fake_oidc import FakeProvider, running_provider
from tests.pages.logging_in import Browser, browser, closed_site, login_settings

SESSION = "provenance_session"


class Attacked(Struct):
    """A provider, and two browsers: of somebody who may see the pages, and of an attacker."""

    provider: FakeProvider
    victim: Browser
    attacker: Browser
    store: Store


@pytest.fixture
async def attacked(store: Store) -> AsyncIterator[Attacked]:
    async with AsyncExitStack() as stack:
        provider = await stack.enter_async_context(running_provider())
        provider.person = {"sub": "u-1", "groups": ["staff"]}
        server = await stack.enter_async_context(closed_site(store, login_settings(provider)))
        victim, attacker = [await stack.enter_async_context(browser(server)) for _ in range(2)]
        yield Attacked(provider, victim, attacker, store)


async def refused(person: Browser, path: str) -> list[str]:
    """The reasons, in our own log; nothing is open after that."""
    with capture_logs() as logs:
        answer = await person.get(path)
    assert answer.status == 403
    assert not person.cookie(SESSION)
    assert (await person.get("/")).status == 303
    return [str(line["why"]) for line in logs if line["event"] == "login refused"]
