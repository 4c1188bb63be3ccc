"""Reads or writes the store within the time that Slack waits."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

import structlog

from bot.errors import StoreError
from bot.request_ids import quoting
from handlers.slack_request import STORE_TIME

T = TypeVar("T")

log = structlog.get_logger(__name__)


async def in_time(work: Awaitable[T], unavailable: str) -> T | str:
    """The result, or `unavailable` for the person when the store fails or is too slow."""
    try:
        async with asyncio.timeout(STORE_TIME):
            return await work
    except (StoreError, TimeoutError) as error:
        log.warning("store not used", said=unavailable, error=str(error) or type(error).__name__)
        return quoting(unavailable)
