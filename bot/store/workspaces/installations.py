"""The installations, one for each workspace. What changes one names what it has read: the second of two loses."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from pydantic import ValidationError

from bot.errors import UsageError
from bot.store.connection import Store, trouble
from bot.store.workspaces.leaving import Leaving
from bot.store.workspaces.records import TEAM, BotTokens, InstallationFacts, SealedInstallation
from bot.store.workspaces.sealing import SealError, SealReason, TokenKeys, key_of

WORKSPACES_MAX: Final = 1000
"""Workspaces of one bot; each has listeners in every web process and loops in every worker."""

ATTEMPTS: Final = 20
"""To keep an installation while others change it."""

_PUT: Final = """
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
"""

_REMOVE: Final = """
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[4])
return 1
"""
"""The tokens go, and the part of the store is named as one to be emptied, in one step."""


@dataclass(frozen=True, slots=True)
class StoredInstallation:
    """An installation as it was read."""

    facts: InstallationFacts
    raw: str = field(repr=False)
    sealed: str = field(repr=False)

    @property
    def key(self) -> str:
        """The name of the key that sealed its tokens."""
        return key_of(self.sealed)


class Installations:
    """Keeps them. Every method may raise StoreError. Without `keys`, nothing can be read of the tokens."""

    def __init__(self, store: Store, keys: TokenKeys | None) -> None:
        self._store = store
        self._keys = keys
        self._key = store.key("installations")
        self._put = store.redis.register_script(_PUT)
        self._remove = store.redis.register_script(_REMOVE)

    async def all(self) -> tuple[InstallationFacts, ...]:
        """In the order of their teams. What cannot be read is not an installation."""
        with trouble("reading the workspaces"):
            found = await self._store.redis.hgetall(self._key)
        read = (_read(str(text)) for _, text in sorted(found.items())[:WORKSPACES_MAX])
        return tuple(one.facts for one in read if one is not None)

    async def of(self, team: str) -> StoredInstallation | None:
        """That workspace's; None if it has none."""
        if not TEAM.fullmatch(team):
            return None
        with trouble("reading an installation"):
            text = await self._store.redis.hget(self._key, team)
        found = _read(str(text)) if text else None
        return found if found is not None and found.facts.team == team else None

    def tokens(self, stored: StoredInstallation) -> BotTokens:
        """Raises SealError."""
        if self._keys is None:
            raise SealError(SealReason.KEY_UNKNOWN, "PROVENANCE_SLACK_TOKEN_KEYS is not set")
        try:
            return BotTokens.model_validate_json(self._keys.open(stored.sealed, stored.facts.text()))
        except ValidationError:
            raise SealError(SealReason.CHANGED, "the stored tokens are not as the bot wrote them") from None

    async def unreadable(self) -> tuple[str, ...]:
        """The teams whose tokens cannot be read: their key is not set, or the record was changed."""
        with trouble("reading the workspaces"):
            found = await self._store.redis.hgetall(self._key)
        return tuple(
            str(team) for team, text in sorted(found.items())[:WORKSPACES_MAX] if not self._can_read(str(text))
        )

    def _can_read(self, text: str) -> bool:
        stored = _read(text)
        if stored is None:
            return False
        try:
            self.tokens(stored)
        except SealError:
            return False
        return True

    async def install(self, facts: InstallationFacts, tokens: BotTokens) -> InstallationFacts:
        """Keep what Slack has just given. A workspace that has the app already keeps its part of the store.

        Raises UsageError when there are too many.
        """
        for _ in range(ATTEMPTS):
            there = await self.of(facts.team)
            workspace = there.facts.workspace if there else new_workspace(facts.team)
            kept = facts.model_copy(update={"workspace": workspace})
            if there is None:
                await self._require_room()
            if await self.replace(there, kept, tokens):
                return kept
        raise UsageError("the app is being installed there by somebody else; please try again")

    async def replace(
        self, seen: StoredInstallation | None, facts: InstallationFacts, tokens: BotTokens
    ) -> StoredInstallation | None:
        """Keep it in place of what was `seen`. None if it is another one now. Raises SealError without keys."""
        if self._keys is None:
            raise SealError(SealReason.KEY_UNKNOWN, "PROVENANCE_SLACK_TOKEN_KEYS is not set")
        sealed = self._keys.seal(tokens.model_dump_json(), facts.text())
        raw = SealedInstallation(facts=facts, sealed=sealed).model_dump_json()
        before = seen.raw if seen else await self._unreadable(facts.team)
        with trouble("keeping an installation"):
            is_kept = await self._put(keys=[self._key], args=[facts.team, before, raw])
        return StoredInstallation(facts, raw, sealed) if is_kept else None

    async def remove(
        self, team: str, *, unless: Callable[[InstallationFacts], bool] = lambda _: False
    ) -> InstallationFacts | None:
        """The tokens are gone when this returns, and a worker empties the workspace's part of the store."""
        for _ in range(ATTEMPTS):
            there = await self.of(team)
            if there is None or unless(there.facts):
                return None
            now = await self._store.now()
            keys = [self._key, Leaving(self._store).key]
            with trouble("removing an installation"):
                if await self._remove(keys=keys, args=[team, there.raw, now, there.facts.workspace]):
                    return there.facts
        return None

    async def reseal(self) -> int:
        """Seal all tokens with the first key; how many were sealed with another one. Raises SealError."""
        count = 0
        for facts in await self.all():
            stored = await self.of(facts.team)
            while stored is not None and self._keys is not None and stored.key != self._keys.first:
                if await self.replace(stored, stored.facts, self.tokens(stored)):
                    count += 1
                    break
                stored = await self.of(facts.team)  # it was rotated or installed anew in between
        return count

    async def _unreadable(self, team: str) -> str:
        """The stored value if it is not an installation, which a new one replaces; else ""."""
        with trouble("reading an installation"):
            raw = str(await self._store.redis.hget(self._key, team) or "")
        there = _read(raw) if raw else None
        return "" if there is not None and there.facts.team == team else raw

    async def _require_room(self) -> None:
        with trouble("counting the workspaces"):
            if await self._store.redis.hlen(self._key) >= WORKSPACES_MAX:
                raise UsageError(f"the bot serves {WORKSPACES_MAX} workspaces already")


def new_workspace(team: str) -> str:
    """A name for a part of the store that no other installation has."""
    return f"{team}.{secrets.token_hex(8)}"


def _read(text: str) -> StoredInstallation | None:
    try:
        read = SealedInstallation.model_validate_json(text)
    except ValidationError:
        return None
    return StoredInstallation(read.facts, text, read.sealed)
