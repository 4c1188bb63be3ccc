"""The doctor's fixtures: a Slack, and the doctor's lines about a store and that Slack."""

from collections.abc import AsyncIterator

import pytest

from bot.doctor import DoctorLine, examine, open_patient
from tests.doctor.examining import CHANNEL, Examined
from tests.fake_slack import FakeSlack
from tests.real_redis import RedisServer


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as slack:
        slack.channel(CHANNEL, "releases")
        yield slack


@pytest.fixture
def examined(empty_store: RedisServer, slack: FakeSlack) -> Examined:
    async def run(**more: object) -> dict[str, list[DoctorLine]]:
        """The lines of each subject."""
        settings = empty_store.settings(
            **{
                "slack_bot_token": slack.space.token,
                "slack_app_token": slack.sockets.token,
                "slack_api_url": slack.api,
                "slack_channel": CHANNEL,
                "github_api": "",
                **more,
            }
        )
        found: dict[str, list[DoctorLine]] = {}
        async with open_patient(settings) as patient:
            async for subject, line in examine(patient):
                found.setdefault(subject, []).append(line)
        said = str(found)
        assert slack.space.token not in said
        assert slack.sockets.token not in said
        return found

    return run
