"""An exchange with a GitHub of the tests, and a clock that stands until a test moves it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr

from bot.workflows.github_exchange import Exchange
from bot.workflows.hosts import open_session
from bot.workflows.options import GitHubOptions


class Clock:
    """Seconds."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def exchanging(api: str, token: str = "") -> AsyncIterator[Exchange]:
    """With that API, with a token or without."""
    options = GitHubOptions(api=api, token=SecretStr(token) if token else None)
    async with open_session(options) as (session, guard):
        yield Exchange(session, api, options.token, guard)
