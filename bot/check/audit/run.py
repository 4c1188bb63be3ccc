"""Looks at all images of some repositories, each content once, and makes the table."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeVar

from msgspec import Struct, field

from bot.check.audit.eras import not_yet_asked
from bot.check.audit.held import ContentKey, HeldEvidence
from bot.check.audit.hosts import SilentHosts
from bot.check.audit.memory import NoMemory, RowMemory
from bot.check.audit.rows import all_turns, named_row, unread_row
from bot.check.audit.scope import IMAGES_MAX, AuditScope, ChosenTags, ScopedImage, choose
from bot.check.audit.tag_digests import TagDigests
from bot.check.looker import Looker
from bot.errors import RegistryError, UsageError
from bot.evidence import Evidence
from bot.oci.reference import Reference
from bot.report.audit import Audit, AuditRow, Unlisted, row_of
from bot.unreadable import UnknownReason, Unreadable, unreadable
from bot.values import replace

T = TypeVar("T")
R = TypeVar("R")

AT_ONCE: Final = 4
"""Images that are looked at together; within each, several requests are under way."""

ROWS_AT_ONCE: Final = 8
"""Rows that are made together: one whose evidence is there does not wait for the others."""

TAGS_AT_ONCE: Final = 8
"""Tags of which is asked together what they stand for."""


def _unseen(done: int, total: int) -> None:
    """Nobody watches."""


class Auditor(Struct, frozen=True):
    """One audit. `watch` hears how many of how many images are done."""

    looker: Looker
    scope: AuditScope
    now: Callable[[], datetime]
    memory: RowMemory = field(default_factory=NoMemory)
    watch: Callable[[int, int], None] = _unseen
    most: int = IMAGES_MAX
    hosts: SilentHosts = field(default_factory=SilentHosts)

    async def audit(self, repositories: Sequence[Reference], notes: Iterable[str] = ()) -> Audit:
        """The table. What could not be read is in it, with the reason. Raises UsageError over `most` images."""
        return await replace(self, looker=self.looker.sharing()).run(repositories, notes)

    async def run(self, repositories: Sequence[Reference], notes: Iterable[str]) -> Audit:
        """The same, with a looker that shares what versions have in common."""
        listed = await _bounded(repositories, self._list, AT_ONCE)
        chosen = {
            one.name: tags for one, tags in zip(repositories, listed, strict=True) if isinstance(tags, ChosenTags)
        }
        images = [image for tags in chosen.values() for image in tags.images]
        if len(images) > self.most:
            text = f"that is {len(images)} images, more than the limit of {self.most}"
            raise UsageError(f"{text}; name fewer repositories or tags, or a smaller --last N")
        rows = await self._rows(images)
        return Audit(
            rows=tuple(rows),
            turns=tuple(all_turns(rows)),
            unlisted=tuple(one for one in listed if isinstance(one, Unlisted)),
            left_out={name: tags.left_out for name, tags in chosen.items() if tags.left_out},
            notes=(*notes, *_empty(chosen)),
        )

    async def _list(self, repository: Reference) -> ChosenTags | Unlisted:
        try:
            tags = await self.looker.registry.tags(repository)
        except RegistryError as error:
            self.hosts.failed(repository.registry, error)
            return Unlisted(repository=repository.name, reason=str(error))
        return choose(repository, tags, self.looker.policies, self.scope)

    async def _rows(self, images: Sequence[ScopedImage]) -> list[AuditRow]:
        """One row for each image, in their order. Images of one content are looked at once."""
        done = 0

        def count(row: AuditRow) -> AuditRow:
            nonlocal done
            done += 1
            self.watch(done, len(images))
            return row

        self.watch(0, len(images))
        every = list(dict.fromkeys(one for each in images for one in (each.image, each.baseline) if one))
        tags = TagDigests(self.looker.registry)

        async def resolve(image: Reference) -> str | Unreadable:
            return await self._resolve(image, tags)

        digests = dict(zip(every, await _bounded(every, resolve, TAGS_AT_ONCE), strict=True))
        held = HeldEvidence(self._evidence, asyncio.Semaphore(AT_ONCE))
        held.want(key for one in images for key in self._keys(one, digests))

        async def row(one: ScopedImage) -> AuditRow:
            return count(await self._row(one, digests, held))

        return await _bounded(images, row, ROWS_AT_ONCE)

    async def _resolve(self, image: Reference, tags: TagDigests) -> str | Unreadable:
        """The digest, or why it is not known."""
        host = image.registry
        if why := self.hosts.why_not(host):
            return Unreadable(why, UnknownReason.UNREADABLE)
        try:
            digest = await tags.of(image)
        except RegistryError as error:
            self.hosts.failed(host, error)
            return unreadable(error)
        self.hosts.answered(host)
        return digest

    async def _evidence(self, image: Reference) -> Evidence | Unreadable:
        host = image.registry
        if why := self.hosts.why_not(host):
            return Unreadable(why, UnknownReason.UNREADABLE)
        try:
            evidence = await self.looker.evidence(image)
        except RegistryError as error:
            self.hosts.failed(host, error)
            return unreadable(error)
        self.hosts.answered(host)
        return evidence

    async def _row(
        self, one: ScopedImage, digests: Mapping[Reference, str | Unreadable], held: HeldEvidence
    ) -> AuditRow:
        digest = digests[one.image]
        if isinstance(digest, Unreadable):
            return unread_row(one, digest)
        named = named_row(one, digest, digests)
        known = self.memory.known(one.image, digest)
        if known is not None and known.baseline_digest == named.baseline_digest:
            for key in self._keys(one, digests):
                held.give_up(key)
            return known
        evidence = await held.of(self._key(one.image, digest), one.image)
        baseline = await self._baseline(one, digests, held)
        if isinstance(evidence, Unreadable):
            return unread_row(one, evidence, digest)
        row = await self._judged(named, replace(evidence, image=one.image), baseline)
        if row.was_read and row.verdict != "unknown" and not isinstance(baseline, Unreadable):
            self.memory.keep(row)
        return row

    async def _baseline(
        self, one: ScopedImage, digests: Mapping[Reference, str | Unreadable], held: HeldEvidence
    ) -> Evidence | Unreadable | None:
        """The version before. One that the registry lists and does not hold any more is none."""
        if one.baseline is None:
            return None
        digest = digests[one.baseline]
        found = (
            digest if isinstance(digest, Unreadable) else await held.of(self._key(one.baseline, digest), one.baseline)
        )
        if isinstance(found, Unreadable):
            return None if found.code is UnknownReason.GONE else found
        return replace(found, image=one.baseline)

    def _keys(self, one: ScopedImage, digests: Mapping[Reference, str | Unreadable]) -> Iterator[ContentKey]:
        """The contents that are wanted for that image: its own, and the one that it is compared with."""
        own = digests[one.image]
        before = digests[one.baseline] if one.baseline else None
        if isinstance(own, str):
            yield self._key(one.image, own)
            if one.baseline and isinstance(before, str):
                yield self._key(one.baseline, before)

    def _key(self, image: Reference, digest: str) -> ContentKey:
        """Two tags of one content may be two entries' of the policy, and each names its own keys."""
        return image.name, digest, self.looker.seen_by(image)

    async def _judged(self, named: AuditRow, evidence: Evidence, baseline: Evidence | Unreadable | None) -> AuditRow:
        report = await self.looker.report(evidence, self.now(), baseline)
        policy = self.looker.policies.for_image(evidence.image)
        before = not_yet_asked(policy, evidence)
        return row_of(report, named, before=before, readers=policy.expected.layouts)


def _empty(chosen: dict[str, ChosenTags]) -> Iterator[str]:
    """What to say of a repository of which nothing was looked at."""
    for name, tags in chosen.items():
        if not tags.images:
            moving = f"{tags.rolling} of them {'moves' if tags.rolling == 1 else 'move'} by design, see --rolling"
            yield f"{name}: no tag to look at ({tags.left_out} left out{f'; {moving}' if tags.rolling else ''})"


async def _bounded(items: Sequence[T], do: Callable[[T], Awaitable[R]], most: int) -> list[R]:
    """What `do` makes of each, in their order, at most so many at a time. The first error ends all."""
    gate = asyncio.Semaphore(most)

    async def one(item: T) -> R:
        async with gate:
            return await do(item)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(item)) for item in items]
    return [task.result() for task in tasks]
