"""A registry, local-slack, and the bot as an operator starts it; Socket Mode and HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.local_slack import LocalSlack
from tests.fake_registry import FakeRegistry
from tests.fake_slack import FakeSlack
from tests.real_parts import free_port
from tests.town import Town


@pytest.fixture
async def registry() -> AsyncIterator[FakeRegistry]:
    async with FakeRegistry() as registry:
        yield registry


@pytest.fixture(params=["socket", "events"])
async def slack(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[LocalSlack]:
    """Running, in each of the two modes."""
    mode = str(request.param)
    port = free_port()
    url = f"http://127.0.0.1:{port}/slack/events" if mode == "events" else ""
    made = LocalSlack(tmp_path / "slack", mode, url)
    made.bot_port = port
    async with made.running():
        yield made


@pytest.fixture
def town(slack: LocalSlack, registry: FakeRegistry, tmp_path: Path) -> Town:
    """The bot's processes, that talk to local-slack; the pretended Slack is not started."""
    return Town(registry.host, FakeSlack(), tmp_path, port=slack.bot_port, more=slack.environment())
