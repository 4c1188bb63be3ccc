"""Threads of the first version, whose subject was an image: one becomes the thread of its release, others are found.

The records move in one step, so that a sender that is still at work finds either the old thread or the new one.
"""

from collections.abc import Sequence
from typing import Final

from bot.store import Store, trouble
from bot.store.threads import THREAD_TTL, Address, Message, MessageState, Thread, Threads

CONTINUED: Final = "provenance_continued"
"""The event of a parent that only points to the thread of its release."""

_ADOPT: Final = """
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
if (redis.call('HGET', KEYS[2], 'seq') or '') ~= ARGV[3] then return 0 end
redis.call('RENAME', KEYS[2], KEYS[1])
if redis.call('EXISTS', KEYS[4]) == 1 then redis.call('RENAME', KEYS[4], KEYS[3]) end
local parts = tonumber(ARGV[5])
for index = 6, 5 + parts do
  if redis.call('EXISTS', KEYS[index]) == 1 then redis.call('RENAME', KEYS[index], KEYS[index + parts]) end
end
for index = 6 + 2 * parts, #KEYS do redis.call('SET', KEYS[index], ARGV[1], 'EX', ARGV[4]) end
redis.call('HINCRBY', KEYS[1], 'seq', 1)
local place = redis.call('ZSCORE', KEYS[5], ARGV[2])
if place then
  redis.call('ZREM', KEYS[5], ARGV[2])
  redis.call('ZADD', KEYS[5], place, ARGV[1])
end
return 1
"""
"""KEYS new parent, old parent, new parts, old parts, line, then the old replies, the new ones, and the pointers;
ARGV new subject, old subject, the `seq` that was read, ttl, number of replies. 0 when either thread has changed.
"""


class Adoption:
    """Finds and moves old threads. Every method may raise StoreError."""

    def __init__(self, store: Store, threads: Threads) -> None:
        self._store = store
        self._threads = threads
        self._adopt = store.redis.register_script(_ADOPT)

    async def open(self, address: Address, images: Sequence[str]) -> tuple[Thread, ...]:
        """The threads of these images in that channel that were posted and not continued, the oldest first.

        An image without a release has a thread of its own name, which is not an old one.
        """
        there = [Address(address.team, address.channel, image) for image in images if image != address.subject]
        if not there:
            return ()
        with trouble("looking for older threads"):
            async with self._store.redis.pipeline(transaction=False) as pipe:
                for one in there:
                    pipe.hget(self._threads.key(one), "event")
                events = await pipe.execute()
        old = [one for one, event in zip(there, events, strict=True) if event and event != CONTINUED]
        found = [thread for one in old if (thread := await self._threads.get(one)) is not None]
        posted = [thread for thread in found if thread.parent.state is MessageState.POSTED]
        return tuple(sorted(posted, key=lambda thread: float(thread.parent.ts)))

    async def adopt(self, address: Address, old: Thread) -> bool:
        """Make the old thread the thread of that address. False when one of them has changed meanwhile."""
        threads, was = self._threads, old.address
        parts = [reply.part for reply in old.replies]
        keys = [threads.key(address), threads.key(was), threads.parts(address), threads.parts(was)]
        keys += [threads.line(address), *(threads.key(was, part) for part in parts)]
        keys += [threads.key(address, part) for part in parts]
        keys += [threads.pointer(address, message.ts) for message in _posted(old)]
        args: list[str | int] = [address.subject, was.subject, old.parent.seq, THREAD_TTL, len(parts)]
        with trouble("taking over a thread"):
            moved = bool(await self._adopt(keys=keys, args=args))
            if moved:
                await self._threads.forget(was)
        return moved


def _posted(thread: Thread) -> list[Message]:
    return [message for message in (thread.parent, *thread.replies) if message.ts]
