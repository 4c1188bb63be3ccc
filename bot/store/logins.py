"""Logins that began, and sessions of visitors who logged in. What a browser holds is kept here only as its hash."""

import secrets
from typing import Final, TypeVar

from msgspec import Struct
from pydantic import TypeAdapter, ValidationError

from bot.login.pending import PendingLogin, hashed
from bot.login.visitor import Visitor
from bot.store.connection import Store, trouble

PENDING_TTL: Final = 600
"""Seconds in which a login must end: a password, a second factor, a mail to wait for."""

RECORD_MAX: Final = 64 * 1024
"""Characters of a record."""


class SessionEnds(Struct, frozen=True):
    """Seconds: `idle` without a request, `longest` in any case: groups are asked for anew at the next login."""

    idle: int = 2 * 3600
    longest: int = 12 * 3600


T = TypeVar("T", PendingLogin, Visitor)
_PENDING: Final = TypeAdapter(PendingLogin)
_VISITOR: Final = TypeAdapter(Visitor)


class PendingLogins:
    """Keeps each for PENDING_TTL, under its state. Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def add(self, pending: PendingLogin) -> str:
        """The state that the provider sends back."""
        state = secrets.token_urlsafe(32)
        with trouble("beginning a login"):
            await self._store.redis.set(self._key(state), _PENDING.dump_json(pending), ex=PENDING_TTL)
        return state

    async def take(self, state: str) -> PendingLogin | None:
        """That login, once."""
        with trouble("ending a login"):
            return _read(_PENDING, await self._store.redis.getdel(self._key(state)))

    def _key(self, state: str) -> str:
        return self._store.key("login", "pending", hashed(state))


class Sessions:
    """Keeps who is logged in. Every method may raise StoreError."""

    def __init__(self, store: Store, ends: SessionEnds | None = None) -> None:
        self._store = store
        self._ends = ends or SessionEnds()

    async def open(self, visitor: Visitor) -> str:
        """A new id for the browser; nobody can have known it before."""
        id_ = secrets.token_urlsafe(32)
        with trouble("opening a session"):
            async with self._store.redis.pipeline(transaction=True) as pipe:
                pipe.set(self._end(id_), "1", ex=self._ends.longest)
                pipe.set(self._key(id_), _VISITOR.dump_json(visitor), ex=self._ends.idle)
                await pipe.execute()
        return id_

    async def get(self, id_: str) -> Visitor | None:
        """Who it is; from now on the session stays open for `idle`, and no longer than `longest` in all."""
        with trouble("looking for a session"):
            async with self._store.redis.pipeline(transaction=True) as pipe:
                pipe.exists(self._end(id_))
                pipe.getex(self._key(id_), ex=self._ends.idle)
                is_open, text = await pipe.execute()
        return _read(_VISITOR, text) if is_open else None

    async def close(self, id_: str) -> None:
        """It is over, whoever still holds the id."""
        with trouble("closing a session"):
            await self._store.redis.delete(self._end(id_), self._key(id_))

    def _key(self, id_: str) -> str:
        return self._store.key("login", "session", hashed(id_))

    def _end(self, id_: str) -> str:
        return self._store.key("login", "session-end", hashed(id_))


def _read(adapter: TypeAdapter[T], text: object) -> T | None:
    """The record of that text; None when it is not one of ours."""
    if not isinstance(text, str | bytes) or len(text) > RECORD_MAX:
        return None
    try:
        return adapter.validate_json(text)
    except ValidationError:
        return None
