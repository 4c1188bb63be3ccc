"""Reads from the store what the digest of a channel tells."""

from collections.abc import AsyncIterator
from typing import Final

from msgspec import Struct

from bot.attention import Attention, NotePlace, Snooze
from bot.digest.content import DigestContent, Ending, OpenFailure, passed_groups
from bot.report import Verdict
from bot.store import Store
from bot.store.attention.notes import Notes
from bot.store.attention.waivers import Waivers
from bot.store.digest_marks import DigestMarks
from bot.store.passed import PassedReleases
from bot.store.silence import Silences
from bot.store.threads import Address, MessageState
from bot.store.threads.listing import addresses, parents

SOON: Final = 7 * 24 * 3600.0
"""Seconds; what ends within them is named."""

LATELY: Final = 24 * 3600.0
"""Seconds that a digest looks back where none was sent before."""

NAMED_MAX: Final = 50
"""Things of each kind that are read; the message names fewer, and counts the others."""


class DigestContents(Struct, frozen=True):
    """Reads them. Every method may raise StoreError."""

    store: Store

    async def channels(self) -> frozenset[tuple[str, str]]:
        """(team, channel) of every channel that has a thread, or of which something passed."""
        threads = {(address.team, address.channel) for address in await addresses(self.store)}
        return frozenset(threads | set(await PassedReleases(self.store).channels()))

    async def of(self, team: str, channel: str, *, since: float, now: float) -> DigestContent:
        """What that channel is told at `now`, when the digest before was at `since`."""
        here = Address(team, channel, "")
        return DigestContent(
            passed=passed_groups(await PassedReleases(self.store).since(here, since)),
            failing=tuple([one async for one in self._failing(team, channel, now)]),
            ending=await self.ending(team, channel, now),
            silent=tuple(one.source for one in await Silences(self.store).all() if one.channel == channel),
        )

    async def lately(self, team: str, channel: str, *, now: float) -> DigestContent:
        """What that channel would be told at `now`: since its last digest."""
        last = await DigestMarks(self.store).last(Address(team, channel, ""))
        return await self.of(team, channel, since=now - LATELY if last is None else last, now=now)

    async def _failing(self, team: str, channel: str, now: float) -> AsyncIterator[OpenFailure]:
        found = [one for one in await addresses(self.store) if (one.team, one.channel) == (team, channel)]
        notes = Notes(self.store)
        for address, parent in await parents(self.store, found):
            if parent.verdict != Verdict.FAIL or parent.state is MessageState.GONE:
                continue
            said = await notes.about(NotePlace(team, channel, address.subject))
            if not (said.mute and said.mute.holds(now)):
                title = address.subject.removesuffix(" (rolling)")
                yield OpenFailure(title, parent.since or now, _words(said, now))

    async def ending(self, team: str, channel: str, now: float) -> tuple[Ending, ...]:
        """Waivers and snoozes of that channel that end soon."""
        waivers = await Waivers(self.store).listed(team, channel, limit=NAMED_MAX, before=now + SOON)
        found = [Ending(f"the waiver of {one.rule}", _about(one.repositories), one.ends_at) for one in waivers.items]
        notes = await Notes(self.store).in_channel(team, channel, limit=NAMED_MAX)
        snoozes = [note for note in notes.items if isinstance(note, Snooze) and now < note.until <= now + SOON]
        found += [Ending("the snooze", one.place.subject.removesuffix(" (rolling)"), one.until) for one in snoozes]
        return tuple(found)


def _words(said: Attention, now: float) -> str:
    """Nobody is named: a name would be a mention."""
    if said.snooze and now < said.snooze.until:
        return "snoozed"
    return "acknowledged" if said.acknowledgement else ""


def _about(repositories: tuple[str, ...]) -> str:
    more = len(repositories) - 1
    return f"{repositories[0]}{f' and {more} more' if more else ''}" if repositories else "no image"
