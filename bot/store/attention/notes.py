"""Acknowledgements, snoozes, mutes, revoked secrets, proposed fixes: one of each kind for a release in a channel."""

from collections.abc import Sequence
from typing import Final, TypeAlias

from bot.attention import Acknowledgement, Attention, Kind, Mute, NotePlace, ProposedFix, RevokedSecret, Snooze
from bot.store.attention.ends import Ends
from bot.store.attention.open_fixes import OpenFixes
from bot.store.attention.page import Page
from bot.store.attention.records import KINDS, kind_of, read, text_of
from bot.store.attention.scripts import PUT, TAKE
from bot.store.connection import Store, trouble

Note: TypeAlias = Acknowledgement | Snooze | Mute | RevokedSecret | ProposedFix

NOTE_TTL: Final = 180 * 24 * 3600
"""Seconds after it was said."""

FOLLOW: Final = 600.0
"""Seconds between two questions what became of a pull request, and between two looks for the release that proves it."""

CHANNEL_MAX: Final = 2000
"""Notes of one channel that are listed, the newest."""

KINDS_OF_NOTES: Final = (Kind.ACKNOWLEDGEMENT, Kind.SNOOZE, Kind.MUTE, Kind.REVOKED_SECRET, Kind.PROPOSED_FIX)


class Notes:
    """Remembers them. Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ends = Ends(store)
        self._fixes = OpenFixes(store)
        self._put = store.redis.register_script(PUT)
        self._take = store.redis.register_script(TAKE)

    async def about(self, place: NotePlace) -> Attention:
        """All that was said about that release there, also what has fallen since (`Attention.in_force`)."""
        with trouble("reading what was said"):
            texts = await self._store.redis.mget([self._key(kind, place) for kind in KINDS_OF_NOTES])
        said, snooze, mute, revoked, proposed = texts
        return Attention(
            read(Acknowledgement, said),
            read(Snooze, snooze),
            read(Mute, mute),
            read(RevokedSecret, revoked),
            read(ProposedFix, proposed),
        )

    async def put(self, note: Note, *, seen: Note | None = None) -> bool:
        """Keep it in place of `seen`. False when there is another one now: somebody else was first."""
        kind = kind_of(note)
        key = self._key(kind, note.place)
        with trouble("keeping what was said"):
            raw = await self._store.redis.get(key)
            there = read(type(note), raw) if raw else None
            if there != seen and there is not None:
                return False
            if not await self._put(keys=[key], args=[raw or "", text_of(note), NOTE_TTL]):
                return False
            await self._list(kind, note, str(raw or ""))
        return True

    async def take(self, note: Note) -> bool:
        """Remove it. False when it is gone already, or another one now."""
        kind = kind_of(note)
        key = self._key(kind, note.place)
        with trouble("removing what was said"):
            raw = await self._store.redis.get(key)
            if not raw or read(type(note), raw) != note:
                return False
            if not await self._take(keys=[key], args=[raw]):
                return False
            async with self._store.redis.pipeline(transaction=True) as pipe:
                pipe.zrem(self._index(note.place), _member(kind, note.place))
                self._fixes.change(pipe, str(raw), None)
                await pipe.execute()
        await self._ends.forget(kind, note.place)
        return True

    async def in_channel(self, team: str, channel: str, *, limit: int = 25) -> Page[Note]:
        """What was said in a channel, the newest first."""
        index = self._index(NotePlace(team, channel, ""))
        with trouble("listing what was said"):
            total = int(await self._store.redis.zcard(index))
            members = await self._store.redis.zrevrange(index, 0, limit - 1)
            notes = await self._read(team, channel, [str(member) for member in members])
        return Page(notes, total)

    async def _read(self, team: str, channel: str, members: Sequence[str]) -> list[Note]:
        """The notes; members whose record is gone leave the list."""
        if not members:
            return []
        places = [
            (Kind(member.partition(" ")[0]), NotePlace(team, channel, member.partition(" ")[2])) for member in members
        ]
        texts = await self._store.redis.mget([self._key(kind, place) for kind, place in places])
        found: list[Note] = []
        for (kind, place), text, member in zip(places, texts, members, strict=True):
            note = read(KINDS[kind], text)
            if isinstance(note, Note):
                found.append(note)
            else:
                await self._store.redis.zrem(self._index(place), member)
        return found

    async def _list(self, kind: Kind, note: Note, before: str) -> None:
        index = self._index(note.place)
        async with self._store.redis.pipeline(transaction=True) as pipe:
            pipe.zadd(index, {_member(kind, note.place): note.at})
            pipe.zremrangebyrank(index, 0, -CHANNEL_MAX - 1)
            pipe.expire(index, NOTE_TTL)
            if isinstance(note, ProposedFix):
                self._fixes.change(pipe, before, note)
            await pipe.execute()
        if isinstance(note, Snooze | Mute):
            await self._ends.expect(kind, note.place, note.until)
        if isinstance(note, ProposedFix):
            now = await self._store.now()
            if note.is_followed(now) or note.awaits_proof(now):
                await self._ends.expect(kind, note.place, now + FOLLOW)

    def _key(self, kind: Kind, place: NotePlace) -> str:
        return self._store.key("attention", kind, f"{{{place.team}:{place.channel}}}", place.subject)

    def _index(self, place: NotePlace) -> str:
        return self._store.key("attention", "in", f"{{{place.team}:{place.channel}}}")


def _member(kind: Kind, place: NotePlace) -> str:
    return f"{kind} {place.subject}"
