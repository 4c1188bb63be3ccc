"""Runs a coroutine to its end, and returns its result."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def result_of(main: Coroutine[Any, Any, T]) -> T:
    """What `main` returns. Raises what `main` raises.

    `asyncio.run` makes text of the result twice: at its end it looks up the signal handler, `signal` passes that to an
    enum, and the error of the enum contains the task with its result. That would be all evidence of all images, so the
    coroutine that `asyncio.run` gets returns nothing.
    """
    results: list[T] = []

    async def keep() -> None:
        results.append(await main)

    asyncio.run(keep())
    return results[0]
