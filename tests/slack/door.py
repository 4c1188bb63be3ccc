"""The door for Slack on a real HTTP server, and Slack's sender in front of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web
from pydantic import SecretStr

from bot.intake.job import WorkQueue
from bot.settings import Settings
from bot.store import Store
from handlers.slack import PATH, mount
from tests.fake_slack import FakeSlack, Sender


def settings_for(slack: FakeSlack, **more: object) -> Settings:
    return Settings.model_validate(
        {
            "slack_bot_token": SecretStr(slack.space.token),
            "slack_signing_secret": SecretStr(slack.space.secret),
            "slack_api_url": slack.api,
            **more,
        },
    )


@asynccontextmanager
async def door(slack: FakeSlack, queue: WorkQueue, store: Store, **more: object) -> AsyncIterator[Sender]:
    """For as long as the block lasts."""
    app = web.Application(client_max_size=1024 * 1024)
    assert mount(app, settings_for(slack, **more), queue, store)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with aiohttp.ClientSession() as session:
            yield Sender.to(f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}", slack, session)
    finally:
        await runner.cleanup()
