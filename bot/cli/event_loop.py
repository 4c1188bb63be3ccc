"""Runs a coroutine to its end, and hands back what it made."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def result_of(main: Coroutine[Any, Any, T]) -> T:
    """What `main` returns; raises what it raises.

    `asyncio.run` alone writes out, twice, what its coroutine has returned: at its end it asks which signal handler is
    in place, and the error that tells enum "that is none of mine" has the text of the task in it. That is all evidence
    of all images, so the coroutine that it runs returns nothing.
    """
    made: list[T] = []

    async def keep() -> None:
        made.append(await main)

    asyncio.run(keep())
    return made[0]
