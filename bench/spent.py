"""Where the processor time of an image in a worker goes: the whole worker, sampled every few milliseconds of it.

What is done in threads is done in the loop here, because only the main thread is sampled.
"""

import asyncio
import signal
import sys
from collections import Counter
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

from bench import worker
from bench.registry import running_registry
from bench.saying import say
from bot import logs
from bot.cli.garbage import started

IMAGES: Final = 300
EVERY: Final = 0.001
"""Seconds of processor time; most systems count in steps of 4 ms."""

PARTS: Final = (
    ("asking the registry: aiohttp", ("/aiohttp/", "/bot/oci/wire/meter")),
    ("asking the registry: bounds, places, counts", ("/bot/oci/wire/",)),
    ("the queue's commands of the store", ("/docket/+/redis/",)),
    ("the store's client", ("/redis/", "/bot/store/grouping", "/bot/store/cancelling", "/asyncio/streams")),
    ("what the store keeps: compressing", ("/bot/store/packing",)),
    ("what the store keeps", ("/bot/store/",)),
    ("reading statements", ("/bot/attestations/",)),
    ("asking the registry: what and when", ("/bot/oci/re", "/bot/oci/l", "/bot/oci/c", "/bot/signatures/")),
    ("the rest of the evidence", ("/bot/evidence/", "/bot/oci/")),
    ("rules, causes, report", ("/bot/rules/", "/bot/causes/", "/bot/check/", "/bot/report/")),
    ("publishing", ("/bot/slack/", "/bot/render/", "/bot/releases/", "/bot/board/")),
    (
        "jobs",
        (
            "/bot/jobs/runner",
            "/bot/jobs/poster",
            "/bot/jobs/post_attempts",
            "/bot/jobs/report_posts",
            "/bot/jobs/releasing",
            "/bot/jobs/checker",
            "/bot/jobs/base",
        ),
    ),
    ("the queue", ("/docket/",)),
)
"""The first one that fits: a part of a path of the stack, or several that are all in it."""


def part_of(files: set[str]) -> str:
    for part, marks in PARTS:
        if any(all(any(piece in file for file in files) for piece in mark.split("+")) for mark in marks):
            return part
    return "asyncio's loop, and all else"


def main() -> None:
    logs.configure("json")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    found: Counter[str] = Counter()

    def sample(_: int, frame: FrameType | None) -> None:
        files = set()
        while frame is not None:
            files.add(frame.f_code.co_filename)
            frame = frame.f_back
        found[part_of(files)] += 1

    def begin() -> None:
        started()
        signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)

    async def in_the_loop(do: Callable[..., Any], *arguments: Any, **named: Any) -> Any:  # noqa: ANN401
        return do(*arguments, **named)

    signal.signal(signal.SIGPROF, sample)
    asyncio.to_thread = in_the_loop  # type: ignore[assignment]
    with running_registry(count, 0.0) as host:
        said = asyncio.run(worker.measure(host, count, begin))
        signal.setitimer(signal.ITIMER_PROF, 0.0)
    say(said)
    whole = sum(found.values())
    for part, times in found.most_common():
        say(f"  {100 * times / whole:4.1f} % {part}")


if __name__ == "__main__":
    main()
