"""A pretended Slack with one channel, and an outbox that posts there."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.store import Store
from tests.fake_slack import FakeSlack, Sender
from tests.slack.parts import CHANNEL, Office, opened


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        fake.channel(CHANNEL, "releases")
        yield fake


@pytest.fixture
async def office(slack: FakeSlack, store: Store) -> AsyncIterator[Office]:
    async with opened(slack, store) as office:
        yield office


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def person(slack: FakeSlack, session: aiohttp.ClientSession) -> Sender:
    return Sender.to("http://nowhere", slack, session)
