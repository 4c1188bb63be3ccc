"""A process that renews the token of a workspace, to be killed.

`python -m tests.workspaces.renewing WORKSPACE REDIS SLACK KEYS`
"""

import asyncio
import sys

import aiohttp
from pydantic import SecretStr

from bot.settings import Settings
from bot.slack.workspaces.exchange import AppClient, TokenExchange
from bot.slack.workspaces.tokens import WorkspaceTokens
from bot.store import open_store
from bot.store.workspaces import Installations, TokenKeys
from tests.fake_slack.oauth import CLIENT_ID, CLIENT_SECRET


async def renew(workspace: str, redis: str, slack: str, keys: str) -> None:
    """Ask for its token."""
    settings = Settings(redis_url=SecretStr(redis))
    async with open_store(settings) as store, aiohttp.ClientSession() as session:
        exchange = TokenExchange(AppClient(slack, session), CLIENT_ID, CLIENT_SECRET)
        installations = Installations(store, TokenKeys.parse(keys))
        await WorkspaceTokens(store, installations, exchange).of(workspace)


if __name__ == "__main__":
    asyncio.run(renew(*sys.argv[1:5]))
