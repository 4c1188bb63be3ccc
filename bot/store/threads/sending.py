"""Whose turn it is to send in a channel, and what became of each sending."""

from typing import Final

from msgspec import Struct

from bot.store import Store, trouble
from bot.store.threads import THREAD_TTL, Address, Message, MessageState, Threads
from bot.store.threads.scripts import BEGIN, LEAVE, LOCK, PACE, RECORD, RENEW, UNLOCK

LINE_AGE_MAX: Final = 24 * 3600.0
"""Seconds; who waited longer than that to be sent does not hold up the others any more."""


class Turn(Struct, frozen=True):
    """The right to send in one channel, as long as no other sender has a higher `fence`."""

    address: Address
    fence: int


class Begun(Struct, frozen=True):
    """What to do with a message: nothing, post, update, reconcile, busy (come back in `seconds`), stale (stop).

    `attempt` counts the posts so far, the one that begins included; the first was at `first_sent_at`.
    """

    step: str
    seconds: float
    attempt: int
    first_sent_at: float


class Sending:
    """The steps of a sender; each is one script, fenced. Every method may raise StoreError."""

    def __init__(self, store: Store, threads: Threads, *, lock_ms: int) -> None:
        self._store = store
        self._threads = threads
        self._lock_ms = lock_ms
        self.lock = lock_ms / 1000
        scripts = (LOCK, RENEW, UNLOCK, BEGIN, RECORD, LEAVE, PACE)
        made = [store.redis.register_script(script) for script in scripts]
        self._lock, self._renew, self._unlock, self._begin, self._record, self._leave, self._pace = made

    async def take(self, address: Address) -> Turn | None:
        """The turn to send in that channel, or None while another one has it."""
        with trouble("taking a turn to post"):
            fence = int(await self._lock(keys=self._locks(address), args=[self._lock_ms, THREAD_TTL]))
        return Turn(address, fence) if fence else None

    async def keep(self, turn: Turn) -> bool:
        """Hold it for longer; False when another sender took over."""
        with trouble("keeping a turn to post"):
            return bool(await self._renew(keys=self._locks(turn.address), args=[turn.fence, self._lock_ms]))

    async def give_back(self, turn: Turn) -> None:
        """The next one may send."""
        with trouble("giving a turn back"):
            await self._unlock(keys=self._locks(turn.address)[:1], args=[turn.fence])

    async def first_in_line(self, address: Address) -> str:
        """The subject that waits longest in that channel, "" when none does."""
        line = self._threads.line(address)
        with trouble("looking who is next"):
            await self._store.redis.zremrangebyscore(line, "-inf", await self._store.now() - LINE_AGE_MAX)
            first = await self._store.redis.zrange(line, 0, 0)
        return str(first[0]) if first else ""

    async def leave(self, turn: Turn, subject: str, seq: str) -> bool:
        """Out of the line, unless more is wanted of that thread than `seq`."""
        address = Address(turn.address.team, turn.address.channel, subject)
        keys = [self._threads.line(address), self._locks(address)[1], self._threads.key(address)]
        with trouble("leaving the line"):
            return bool(await self._leave(keys=keys, args=[turn.fence, subject, seq]))

    async def drop(self, address: Address) -> None:
        """Out of the line, whatever is wanted of it."""
        with trouble("leaving the line"):
            await self._store.redis.zrem(self._threads.line(address), address.subject)

    async def begin(self, turn: Turn, address: Address, part: str, *, stale: float, again: bool = False) -> Begun:
        """Write down that it is being sent, or say what else to do. `stale` in seconds."""
        keys = [self._threads.key(address, part), self._locks(address)[1]]
        with trouble("writing down what is sent"):
            answer = await self._begin(keys=keys, args=[turn.fence, stale, "again" if again else ""])
        step, seconds, attempt, first = (str(part) for part in answer)
        return Begun(step, float(seconds), int(attempt), float(first))

    async def posted(self, turn: Turn, address: Address, message: Message, ts: str, rev: int) -> bool:
        """It is there, in that revision."""
        fields: dict[str, str | int] = {"state": MessageState.POSTED, "ts": ts, "rev": rev, "code": ""}
        return await self._write(turn, address, message.part, fields, pointer=ts)

    async def not_posted(self, turn: Turn, address: Address, message: Message) -> bool:
        """It certainly is not there: that try does not count."""
        return await self._write(turn, address, message.part, {"state": MessageState.NEW, "attempt": message.attempt})

    async def unsure(self, turn: Turn, address: Address, message: Message) -> bool:
        """It may be there."""
        return await self._write(turn, address, message.part, {"state": MessageState.UNKNOWN})

    async def failed(self, turn: Turn, address: Address, message: Message, code: str) -> bool:
        """Slack does not take it."""
        return await self._write(turn, address, message.part, {"state": MessageState.FAILED, "code": code})

    async def gone(self, turn: Turn, address: Address, message: Message) -> bool:
        """It was deleted."""
        return await self._write(turn, address, message.part, {"state": MessageState.GONE, "ts": ""})

    async def renew(self, turn: Turn, address: Address, message: Message, intent: str, link: str) -> bool:
        """It cannot be edited any more: what is wanted becomes another message, that links the `earlier` one."""
        fields: dict[str, str | int] = {
            "state": MessageState.NEW,
            "ts": "",
            "intent": intent,
            "attempt": 0,
            "first_sent_at": 0,
            "earlier": link,
        }
        return await self._write(turn, address, message.part, fields)

    async def wait_for(self, address: Address, *, each: float, burst: int) -> float:
        """Seconds to wait before the next message in that channel, so that Slack's pace is kept."""
        bucket = self._store.key("slack", "pace", address.slot)
        with trouble("keeping the pace"):
            return float(await self._pace(keys=[bucket], args=[each, burst]))

    async def _write(
        self,
        turn: Turn,
        address: Address,
        part: str,
        fields: dict[str, str | int],
        pointer: str = "",
    ) -> bool:
        keys = [self._threads.key(address, part), self._locks(address)[1]]
        keys += [self._threads.pointer(address, pointer)] if pointer else []
        pairs = [item for pair in fields.items() for item in pair]
        with trouble("writing down what was sent"):
            args = [turn.fence, THREAD_TTL, address.subject, *pairs]
            return bool(await self._record(keys=keys, args=args))

    def _locks(self, address: Address) -> list[str]:
        return [self._store.key("slack", "lock", address.slot), self._store.key("slack", "fence", address.slot)]
