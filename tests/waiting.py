"""Waiting for something that another task or process brings about."""

import asyncio
from collections.abc import Awaitable, Callable

from redis.asyncio import Redis

PATIENCE = 300
"""Seconds until a test gives up, on a machine with much else to do; nothing is claimed about how long it takes."""


async def eventually(condition: Callable[[], bool | Awaitable[bool]]) -> None:
    """Return as soon as the condition holds; TimeoutError when it never does."""
    async with asyncio.timeout(PATIENCE):
        while not await _holds(condition):  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.02)


async def many_turns() -> None:
    """Return when every other task has had many turns: what they would do at once, they have done by then.

    For what must not happen. A fixed time is not enough on a busy machine, which may let it pass in one turn.
    """
    for _ in range(50):
        await asyncio.sleep(0.004)


async def in_the_file(client: Redis) -> None:
    """Return when the server has written everything to its append-only file.

    It does so at once, but on a busy disk it puts that off, for two seconds at most: what it acknowledged meanwhile is
    lost with the process.
    """
    await client.execute_command("WAITAOF", 1, 0, 0)  # type: ignore[no-untyped-call]


async def _holds(condition: Callable[[], bool | Awaitable[bool]]) -> bool:
    answer = condition()
    return answer if isinstance(answer, bool) else await answer
