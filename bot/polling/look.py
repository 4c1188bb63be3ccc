"""One look at one repository: its list of tags, and a HEAD for each tag whose digest the list does not tell."""

import asyncio
from collections.abc import Iterable
from typing import Final, Protocol

from msgspec import Struct, field

from bot.errors import DeniedError, NotFoundError, TooLargeError, UnavailableError
from bot.intake.validate import CATALOGUE_TAGS
from bot.oci import tally
from bot.oci.catalogue.listing import IsKnown, ListedTag, TagListing
from bot.oci.reference import Reference
from bot.polling.changes import (
    RECENT,
    ChangeKind,
    IsIgnored,
    TagChange,
    changes,
    is_close,
    newest_of_families,
    to_resolve,
)
from bot.polling.targets import PollTarget
from bot.releases.versions import is_rolling
from bot.store.polls import TAGS_MAX, RepositoryState

HEADS_MAX: Final = 100
"""HEADs of one look; what is left over is new at the next look, too. With the pages, less than CHECK_REQUESTS_MAX."""

WHOLE_AFTER: Final = 6 * 3600.0
"""Seconds after which the whole list is read, also where the newest come first: the order may be a lie, and a tag that
has vanished is only missed in a whole list."""


UNTOLD: Final = (DeniedError, UnavailableError, TooLargeError)
"""What says nothing of one tag. Some registries refuse a single one, e.g. an image in quarantine."""


class ListsTags(Protocol):
    """Lists tags."""

    async def tags(self, reference: Reference, *, is_known: IsKnown, whole: bool = False) -> TagListing:
        """The tags of the reference's repository. Raises RegistryError."""


class Polled(Protocol):
    """The registries, as polling needs them."""

    @property
    def catalogue(self) -> ListsTags:
        """Their lists."""

    async def resolve(self, reference: Reference) -> str:
        """The digest that the tag stands for at this moment; a HEAD. Raises RegistryError."""


class Look(Struct):
    """What came of it. `state` is what is to be remembered; `is_complete` is False when HEADS_MAX left something over.

    After a first look `changes` is empty, and `newest` has the versions that are to be checked quietly.
    """

    state: RepositoryState
    changes: tuple[TagChange, ...] = ()
    newest: tuple[TagChange, ...] = ()
    is_complete: bool = True


async def look(
    registry: Polled, target: PollTarget, state: RepositoryState, *, now: float, is_ignored: IsIgnored
) -> Look:
    """Look. Raises RegistryError when the list could not be read; what was known stays known then."""
    with tally.counting():
        return await _Looking(registry, target, state, now, is_ignored).run()


class _Looking(Struct):
    registry: Polled
    target: PollTarget
    state: RepositoryState
    now: float
    is_ignored: IsIgnored
    heads: int = 0
    left_over: set[str] = field(default_factory=set)
    is_complete: bool = True

    async def run(self) -> Look:
        is_first = not self.state.baseline_at or self.state.tags != self.target.tags
        whole = is_first or abs(self.now - self.state.whole_at) >= WHOLE_AFTER
        listing = await self.registry.catalogue.tags(self.target.repository, is_known=self._is_known, whole=whole)
        listed = self._wanted(listing.tags)
        digests = {tag.name: tag.digest for tag in listed}
        if is_first:
            return await self._first(digests)
        for tag in await asyncio.to_thread(to_resolve, listed, self.state, self.now, self.is_ignored):
            digests[tag] = await self._resolve(tag)
        there = {tag: digest for tag, digest in digests.items() if tag not in self.left_over}
        found = changes(there, self.state, self.now)
        vanished = await self._vanished(digests) if listing.is_whole else ()
        return self._kept(digests, (*found, *vanished), is_whole=listing.is_whole)

    async def _first(self, digests: dict[str, str]) -> Look:
        """A baseline: everything is known from now on, and only the newest version of each family is looked at."""
        newest = []
        for tag in await asyncio.to_thread(newest_of_families, digests, self.is_ignored):
            digests[tag] = digests[tag] or await self._resolve(tag)
            if digests[tag]:
                newest.append(TagChange(ChangeKind.NEW, tag, digests[tag]))
        for tag in to_resolve(
            [ListedTag(tag) for tag in digests if is_rolling(tag)], self.state, self.now, self.is_ignored
        ):
            digests[tag] = digests[tag] or await self._resolve(tag)
        recent = {change.tag: self.now for change in newest}
        state = self.state.model_copy(
            update={"digests": digests, "recent": recent, "baseline_at": self.now, **self._looked(is_whole=True)}
        )
        return Look(state, newest=tuple(newest))

    async def _resolve(self, tag: str) -> str:
        """The tag's digest; "" when it is to be asked for again at the next look."""
        if self.heads >= HEADS_MAX:
            self.is_complete = False
            self.left_over.add(tag)
            return ""
        self.heads += 1
        try:
            return await self.registry.resolve(self.target.repository.tagged(tag))
        except (NotFoundError, *UNTOLD):  # the list named it; perhaps it is just being made or deleted
            self.left_over.add(tag)
            return ""

    async def _vanished(self, there: dict[str, str]) -> tuple[TagChange, ...]:
        """Those that are in the list no more. Of those that matter most the registry is asked: a list may be a lie.

        A list that leaves out what the registry has, or cannot be held against it, says nothing of other tags.
        """
        missing = [tag for tag in self.state.digests if tag not in there and self.target.wants(tag)]
        if not missing:
            return ()
        newest = await asyncio.to_thread(newest_of_families, self.state.digests, self.is_ignored)
        close = {*newest, *(tag for tag in missing if is_close(tag, self.state, self.now))}
        asked = {tag: await self._is_gone(tag) for tag in missing if tag in close}
        is_a_lie = False in asked.values()
        gone = [tag for tag in missing if asked.get(tag, not is_a_lie)]
        there |= {tag: self.state.digests[tag] for tag in missing if tag not in gone}
        return tuple(TagChange(ChangeKind.VANISHED, tag, before=self.state.digests[tag]) for tag in gone)

    async def _is_gone(self, tag: str) -> bool | None:
        """Whether the registry itself says that the tag is not there. Not to know is not to say so; None unasked."""
        if self.heads >= HEADS_MAX:
            return None
        self.heads += 1
        try:
            await self.registry.resolve(self.target.repository.tagged(tag))
        except NotFoundError:
            return True
        except UNTOLD:
            return False
        return False

    def _kept(self, digests: dict[str, str], found: tuple[TagChange, ...], *, is_whole: bool) -> Look:
        """What is known from now on: of a tag that was left over, what was known before."""
        known, gone = dict(self.state.digests), dict(self.state.gone)
        for tag, digest in digests.items():
            if tag in self.left_over:
                continue
            known[tag] = digest or known.get(tag, "")
            gone.pop(tag, None)
        recent = {tag: at for tag, at in self.state.recent.items() if abs(self.now - at) < RECENT}
        for change in found:
            if change.kind is ChangeKind.VANISHED:
                gone[change.tag] = known.pop(change.tag)
                recent.pop(change.tag, None)
            elif change.digest and change.kind is not ChangeKind.BACK:
                recent[change.tag] = self.now
        told = tuple(change for change in found if not self.is_ignored(change.tag))
        pushed = any(change.kind in {ChangeKind.NEW, ChangeKind.MOVED} for change in told)
        restored = any(change.kind is ChangeKind.BACK and change.before for change in found)
        state = self.state.model_copy(
            update={
                "digests": known,
                "gone": dict(list(gone.items())[-TAGS_MAX:]),
                "recent": recent,
                "changed_at": self.now if pushed else self.state.changed_at,
                "restored_at": self.now if restored else self.state.restored_at,
                **self._looked(is_whole=is_whole),
            }
        )
        return Look(state, changes=told, is_complete=self.is_complete)

    def _looked(self, *, is_whole: bool) -> dict[str, object]:
        whole_at = self.now if is_whole else self.state.whole_at
        told = {"looked_at": self.now, "whole_at": whole_at, "tags": self.target.tags}
        return {**told, "failures": 0, "trouble": ""}

    def _wanted(self, listed: Iterable[ListedTag]) -> tuple[ListedTag, ...]:
        wanted = tuple(tag for tag in listed if tag.name not in CATALOGUE_TAGS and self.target.wants(tag.name))
        if len(wanted) > TAGS_MAX:
            text = f"{self.target.name} has {len(wanted)} tags, TAGS_MAX is {TAGS_MAX}; name the tags that are watched"
            raise TooLargeError(text, host=self.target.repository.registry)
        return wanted

    def _is_known(self, tag: ListedTag) -> bool:
        return bool(tag.digest) and self.state.digests.get(tag.name) == tag.digest
