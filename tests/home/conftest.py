"""A pretended Slack with one channel."""

from collections.abc import AsyncIterator

import pytest

from tests.fake_slack import FakeSlack
from tests.slack.parts import CHANNEL


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        fake.channel(CHANNEL, "releases")
        yield fake
