"""The Slack threads that the bot wrote: one parent for each (team, channel, image), its replies, and their state.

What is wanted is stored before anything is sent, so the threads can be shown (and sent) whatever happens in between.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict, Json, ValidationError

from bot.errors import StoreError
from bot.store import Store, trouble
from bot.store.thread_scripts import WANT

THREAD_TTL: Final = 180 * 24 * 3600
"""Seconds after the last change."""

NEWEST_MAX: Final = 1000
"""Threads that the list of the newest remembers."""


class State(StrEnum):
    """What is known of a message at Slack."""

    NEW = "new"
    SENDING = "sending"  # a request left; whether it arrived nobody wrote down yet
    UNKNOWN = "unknown"  # it may be there
    POSTED = "posted"
    FAILED = "failed"  # Slack said no; `code` is its word
    GONE = "gone"  # somebody deleted it


@dataclass(frozen=True, slots=True)
class Address:
    """Which thread: `subject` is the image as registry/repository:tag."""

    team: str
    channel: str
    subject: str

    @property
    def slot(self) -> str:
        """The part of all keys that decides where they live."""
        return f"{{{self.team}:{self.channel}}}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message as it should be. `part` is "" for the parent, else the reply's name in its thread.

    `fields` may carry digest, verdict and since; `fresh` forgets an earlier message of that name, and with a parent its
    replies, too.
    """

    part: str
    text: str
    blocks: Sequence[Mapping[str, object]]
    event: str
    facts: Mapping[str, str | int]
    hash: str
    fields: Mapping[str, str]
    intent: str = ""
    fresh: bool = False


class Message(BaseModel):
    """One message as remembered. `rev` is what Slack has, `want` what it should have; times in seconds."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    part: str
    intent: str
    state: State
    attempt: int = 0
    first_sent_at: float = 0.0
    sent_at: float = 0.0
    wanted_at: float = 0.0
    ts: str = ""
    rev: int = 0
    want: int = 0
    seq: str = ""
    hash: str = ""
    digest: str = ""
    verdict: str = ""
    since: float = 0.0  # of the verdict
    failed_before: bool = False
    code: str = ""
    earlier: str = ""  # address of the message that this one had to follow
    text: str
    blocks: Json[list[dict[str, object]]]
    event: str
    facts: Json[dict[str, str | int]]

    @property
    def is_pending(self) -> bool:
        """Whether Slack still has to hear of it."""
        return self.want > self.rev and self.state not in {State.FAILED, State.GONE}


@dataclass(frozen=True, slots=True)
class Thread:
    """A parent and its replies, in the order in which they were first wanted."""

    address: Address
    parent: Message
    replies: tuple[Message, ...] = ()

    @property
    def is_pending(self) -> bool:
        """Whether anything of it still has to be sent."""
        if self.parent.state in {State.FAILED, State.GONE}:
            return False
        return any(message.is_pending for message in (self.parent, *self.replies))

    def reply(self, part: str) -> Message | None:
        """The reply of that name."""
        return next((message for message in self.replies if message.part == part), None)


class Threads:
    """Remembers threads. Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._want = store.redis.register_script(WANT)

    async def get(self, address: Address) -> Thread | None:
        """The thread of that image there, or None."""
        with trouble("reading a thread"):
            redis = self._store.redis
            parent = await redis.hgetall(self.key(address))
            if not parent:
                return None
            parts = await redis.lrange(self._parts(address), 0, -1)
            async with redis.pipeline(transaction=False) as pipe:
                for part in parts:
                    pipe.hgetall(self.key(address, str(part)))
                replies = await pipe.execute() if parts else []
        return Thread(address, _read(parent), tuple(_read(reply) for reply in replies if reply))

    async def want(self, address: Address, seen: Thread | None, messages: Sequence[Wanted]) -> bool:
        """Store what should be there. False when the thread is not any more as it was `seen`: look again."""
        keys = [self.key(address), self._parts(address), self.line(address)]
        keys += [self.key(address, message.part) for message in messages]
        if seen and any(message.fresh and not message.part for message in messages):
            keys += [self.key(address, reply.part) for reply in seen.replies]
        payload = json.dumps([_payload(message) for message in messages])
        seq = seen.parent.seq if seen else ""
        with trouble("storing what to post"):
            stored = await self._want(keys=keys, args=[THREAD_TTL, seq, address.subject, payload])
            if stored:
                await self._touch(address)
        return bool(stored)

    async def at(self, team: str, channel: str, ts: str) -> Thread | None:
        """The thread that the message with that ts belongs to, parent or reply."""
        with trouble("looking for a message"):
            subject = await self._store.redis.get(self.pointer(Address(team, channel, ""), ts))
        return await self.get(Address(team, channel, str(subject))) if subject else None

    async def newest(self, limit: int = 50) -> list[Thread]:
        """The threads that changed last, newest first, in whatever channel; what cannot be read is left out."""
        with trouble("listing threads"):
            members = await self._store.redis.zrevrange(self._newest, 0, limit - 1)
        found = [await self._get_or_none(Address(*str(member).split(" ", 2))) for member in members]
        return [thread for thread in found if thread is not None]

    async def _get_or_none(self, address: Address) -> Thread | None:
        try:
            return await self.get(address)
        except StoreError as error:
            if error.retry_after is None:  # not the store's fault, and not worth the whole list
                return None
            raise

    async def _touch(self, address: Address) -> None:
        member = f"{address.team} {address.channel} {address.subject}"
        now = await self._store.now()
        async with self._store.redis.pipeline(transaction=True) as pipe:
            pipe.zadd(self._newest, {member: now})
            pipe.zremrangebyrank(self._newest, 0, -NEWEST_MAX - 1)
            pipe.expire(self._newest, THREAD_TTL)
            await pipe.execute()

    def key(self, address: Address, part: str = "") -> str:
        """Of a message's record."""
        kind = "reply" if part else "parent"
        return self._store.key("slack", kind, address.slot, address.subject, *([part] if part else []))

    def line(self, address: Address) -> str:
        """Of the threads in a channel that wait to be sent."""
        return self._store.key("slack", "line", address.slot)

    def pointer(self, address: Address, ts: str) -> str:
        """Of what a ts belongs to."""
        return self._store.key("slack", "ts", address.slot, ts)

    def _parts(self, address: Address) -> str:
        return self._store.key("slack", "parts", address.slot, address.subject)

    @property
    def _newest(self) -> str:
        return self._store.key("slack", "newest")


def new_intent() -> str:
    """A name for a message that nobody else has; it never changes while the message lives."""
    return secrets.token_hex(10)


def _read(record: object) -> Message:
    try:
        return Message.model_validate(record)
    except ValidationError as error:  # of another version, or not ours
        raise StoreError(f"a thread cannot be read: {error.error_count()} fields", retry_after=None) from None


def _payload(message: Wanted) -> dict[str, object]:
    content = {
        "text": message.text,
        "blocks": json.dumps(message.blocks),
        "event": message.event,
        "facts": json.dumps(message.facts),
        "hash": message.hash,
    }
    return {
        "part": message.part,
        "intent": message.intent or new_intent(),
        "fresh": message.fresh,
        "fields": content | dict(message.fields),
    }
