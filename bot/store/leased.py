"""A loop that one process among many runs: it works as long as it has the lease, and gives it back at the end."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

import structlog

from bot.errors import StoreError
from bot.store.lease import Lease, Leases

log = structlog.get_logger(__name__)

TELL_AGAIN: Final = 10.0
"""Seconds between two lines of the log about a store that is unavailable."""


async def while_leased(
    leases: Leases, stop: asyncio.Event, work: Callable[[Lease], Awaitable[object]], *, beat: float, failed: str
) -> None:
    """Work every `beat` seconds until `stop` is set, if the lease is ours.

    Raises nothing: a worker without this loop is still a worker. The log then says `failed`.
    """
    told = -math.inf
    while not stop.is_set():
        try:
            lease = await leases.take()
            if lease is not None:
                await work(lease)
        except StoreError as error:
            if time.monotonic() - told >= TELL_AGAIN:
                told = time.monotonic()
                log.warning(failed, why=str(error))
        except Exception:
            log.exception(failed)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), beat)
    with suppress(StoreError):
        await leases.release()
