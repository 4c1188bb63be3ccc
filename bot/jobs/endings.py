"""The part of a worker that notices what has ended: a waiver, a snooze, a mute.

When a waiver ends, the images in whose reports it acts are judged again, and a new verdict is told as any other. When a
snooze or a mute ends, its thread is brought up to date. All is idempotent, so that every worker may look.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final, Protocol

import structlog
from msgspec import Struct

from bot.attention import Kind, NotePlace, ProposedFix
from bot.errors import SourceError, StoreError
from bot.intake.job import CheckJob, WorkQueue
from bot.jobs.proofs import proof_of
from bot.jobs.release_reports import reports_of
from bot.settings import Settings
from bot.store import Store
from bot.store.attention import Ends, Notes, Waivers
from bot.values import replace
from bot.workflows.hosts import open_code_hosts

BEAT: Final = 30.0
"""Seconds between two looks."""

ROUND_MAX: Final = 100
"""Ends that are dealt with in one look."""

log = structlog.get_logger(__name__)


class PullRequestStates(Protocol):
    """The code host; bot/workflows/pull_requests.py is one."""

    async def state(self, name: str, number: int) -> str:
        """What became of that pull request: open, merged or closed. Raises SourceError."""


class Endings(Struct, frozen=True):
    """Deals with what has ended."""

    store: Store
    queue: WorkQueue
    pull_requests: PullRequestStates | None = None
    beat: float = BEAT

    async def run(self, stop: asyncio.Event) -> None:
        """Look until `stop` is set. Raises nothing: what was not dealt with is found again."""
        while not stop.is_set():
            try:
                await self.round()
            except StoreError as error:
                log.warning("no look at what has ended", why=str(error))
            except Exception:
                log.exception("no look at what has ended")
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self.beat)

    async def round(self) -> int:
        """How many ends were dealt with. An end is forgotten when its jobs are stored. Raises StoreError."""
        ends = Ends(self.store)
        due = await ends.due(await self.store.now(), ROUND_MAX)
        for end in due:
            if end.kind is Kind.WAIVER:
                await self._judge_again(end.id)
                await ends.forget(end.kind, end.id)
            elif end.kind is Kind.PROPOSED_FIX and end.place is not None:
                await self._follow(end.place)
            elif end.place is not None:
                await self._refresh(end.place)
                await ends.forget(end.kind, end.place)
        return len(due)

    async def _judge_again(self, id_: str) -> None:
        waivers = Waivers(self.store)
        waiver = await waivers.get(id_)
        if waiver is None:
            return
        for image in dict.fromkeys((*(image for image, _ in waiver.images), *await waivers.uses(id_))):
            job = CheckJob(image=image, origin="recheck", channel=waiver.place.channel, is_anew=True)
            await self.queue.enqueue(job, key=f"waiver:{id_}:ended:{image}|")
        log.info("a waiver has ended", rule=waiver.rule, waiver=id_)

    async def _follow(self, place: NotePlace) -> None:
        """Ask what became of a pull request, now and again while it is open. Without a token, nobody knows."""
        note = (await Notes(self.store).about(place)).proposed
        await Ends(self.store).forget(Kind.PROPOSED_FIX, place)
        if note is None:
            return
        if note.is_open:
            if self.pull_requests is None:
                return
            now = await self._asked(note, self.pull_requests)
        else:
            now = replace(note, proof=await proof_of(note, self.store))
        await Notes(self.store).put(now, seen=note)
        if now != note:
            await self._refresh(place)

    async def _asked(self, note: ProposedFix, pull_requests: PullRequestStates) -> ProposedFix:
        try:
            state = await pull_requests.state(note.repository, note.number)
        except SourceError as error:
            log.warning("pull request not followed", repository=note.repository, number=note.number, why=str(error))
            return note
        return note.became(state, await self.store.now())

    async def _refresh(self, place: NotePlace) -> None:
        reports = await reports_of(self.store, place.subject)
        if reports:
            job = CheckJob(image=reports[0].image, origin="recheck", channel=place.channel)
            await self.queue.post_report(job, place.subject)


@asynccontextmanager
async def noticing_ends(store: Store, settings: Settings, queue: WorkQueue, stop: asyncio.Event) -> AsyncIterator[None]:
    """Look while the block runs, until `stop` is set."""
    async with open_code_hosts(settings.github_options()) as hosts:
        pull_requests = hosts.pull_requests if hosts else None
        task = asyncio.create_task(Endings(store, queue, pull_requests).run(stop))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
