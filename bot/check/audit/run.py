"""Looks at all images of some repositories, each content once, and makes the table."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Protocol, TypeVar

from bot.check.audit.eras import not_yet_asked
from bot.check.audit.hosts import SilentHosts
from bot.check.audit.scope import IMAGES_MAX, AuditScope, ChosenTags, ScopedImage, choose
from bot.check.looker import Looker
from bot.errors import RegistryError, UsageError
from bot.evidence import Evidence
from bot.oci.reference import Reference
from bot.report.audit import Audit, AuditRow, Unlisted, VersionTurn, row_of, turns

T = TypeVar("T")
R = TypeVar("R")

AT_ONCE: Final = 4
"""Images that are looked at together; within each, several requests are under way."""

HEADS_AT_ONCE: Final = 8
"""Tags that are resolved together."""


class RowMemory(Protocol):
    """Keeps the rows of an audit that is not over, so that it can be resumed."""

    def known(self, image: Reference, digest: str) -> AuditRow | None:
        """The row of that image at that digest, if it was looked at before."""

    def keep(self, row: AuditRow) -> None:
        """Keep a row that needs no second look."""


class NoMemory:
    """For an audit that is never resumed."""

    def known(self, image: Reference, digest: str) -> AuditRow | None:  # noqa: ARG002 - it knows nothing
        """None."""
        return None

    def keep(self, row: AuditRow) -> None:
        """Nothing."""


def _unseen(done: int, total: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Auditor:
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
            turns=tuple(_all_turns(rows)),
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

        def count(rows: dict[str, AuditRow]) -> dict[str, AuditRow]:
            nonlocal done
            done += len(rows)
            self.watch(done, len(images))
            return rows

        self.watch(0, len(images))
        digests = await _bounded(images, self._resolve, HEADS_AT_ONCE)
        contents: dict[tuple[str, str], list[ScopedImage]] = {}
        found: dict[str, AuditRow] = {}
        for one, digest in zip(images, digests, strict=True):
            if isinstance(digest, AuditRow):
                found |= count({str(one.image): digest})
            else:
                contents.setdefault((one.image.name, digest), []).append(one)

        async def look(content: tuple[str, str]) -> dict[str, AuditRow]:
            return count(await self._look(contents[content], content[1]))

        for rows in await _bounded(list(contents), look, AT_ONCE):
            found |= rows
        return [found[str(one.image)] for one in images]

    async def _resolve(self, one: ScopedImage) -> str | AuditRow:
        """The digest, or the row that says why it is not known."""
        host = one.image.registry
        if why := self.hosts.why_not(host):
            return _named(one, reason=why)
        try:
            digest = await self.looker.registry.resolve(one.image)
        except RegistryError as error:
            self.hosts.failed(host, error)
            return _named(one, reason=str(error))
        self.hosts.answered(host)
        return digest

    async def _look(self, images: Sequence[ScopedImage], digest: str) -> dict[str, AuditRow]:
        """The rows of images with that content."""
        known = {str(one.image): self.memory.known(one.image, digest) for one in images}
        rows = {name: row for name, row in known.items() if row is not None}
        new = [one for one in images if str(one.image) not in rows]
        if not new:
            return rows
        evidence = await self._evidence(new[0], digest)
        for one in new:
            row = _named(one, digest, evidence) if isinstance(evidence, str) else await self._row(one, evidence)
            if row.was_read and row.verdict != "unknown":
                self.memory.keep(row)
            rows[str(one.image)] = row
        return rows

    async def _evidence(self, one: ScopedImage, digest: str) -> Evidence | str:
        """What was found, or why not. By the digest: a tag that moves meanwhile does not change the row."""
        host = one.image.registry
        if why := self.hosts.why_not(host):
            return why
        try:
            evidence = await self.looker.evidence(one.image.at(digest))
        except RegistryError as error:
            self.hosts.failed(host, error)
            return str(error)
        self.hosts.answered(host)
        return evidence

    async def _row(self, one: ScopedImage, evidence: Evidence) -> AuditRow:
        report = await self.looker.report(replace(evidence, image=one.image), self.now())
        policy = self.looker.policies.for_image(one.image)
        before = not_yet_asked(policy, evidence)
        return row_of(report, _named(one), before=before, readers=policy.expected.layouts)


def _named(one: ScopedImage, digest: str = "", reason: str = "") -> AuditRow:
    return AuditRow(
        repository=one.image.name,
        tag=one.image.tag,
        version=one.version,
        family=one.family,
        digest=digest,
        reason=reason,
    )


def _all_turns(rows: Sequence[AuditRow]) -> Iterator[VersionTurn]:
    families: dict[tuple[str, str], list[AuditRow]] = {}
    for row in reversed(rows):
        if row.version:
            families.setdefault((row.repository, row.family), []).append(row)
    for own in reversed(families.values()):
        yield from turns(own)


def _empty(chosen: dict[str, ChosenTags]) -> Iterator[str]:
    """What to say of a repository of which nothing was looked at."""
    for name, tags in chosen.items():
        if not tags.images:
            more = f"; {tags.rolling} tags move by design, `--rolling` looks at them" if tags.rolling else ""
            yield f"{name}: no tag to look at ({tags.left_out} left out{more})"


async def _bounded(items: Sequence[T], do: Callable[[T], Awaitable[R]], most: int) -> list[R]:
    """What `do` makes of each, in their order, at most so many at a time. The first error ends all."""
    gate = asyncio.Semaphore(most)

    async def one(item: T) -> R:
        async with gate:
            return await do(item)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(item)) for item in items]
    return [task.result() for task in tasks]
