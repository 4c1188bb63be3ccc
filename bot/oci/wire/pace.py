"""How long we wait for a registry, and how the waiting is done, so that tests need not wait."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from msgspec import Struct


def _now() -> datetime:
    return datetime.now(UTC)


class Pace(Struct, frozen=True, kw_only=True):
    """Seconds, and clocks."""

    connect: float = 5.0  # CONNECT_TIMEOUT, for one address
    read: float = 15.0  # READ_TIMEOUT, between two pieces of an answer
    total: float = 30.0  # REQUEST_DEADLINE, for one exchange; longer for contents that are known to be large
    listing: float = 4.0  # for a list of tags that is to save requests: some registries take half a minute to make one
    helper: float = 10.0  # CREDENTIAL_HELPER_TIMEOUT: helpers may wait for a keychain
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    chance: Callable[[], float] = random.random  # 0 to 1, for jitter
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = _now
