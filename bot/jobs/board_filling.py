"""Fills the board once from what an older version of the program has stored: its releases and their reports."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Final

import structlog

from bot.board import cell_of
from bot.errors import StoreError
from bot.jobs.parts import Checker
from bot.releases import Member, Placement, Release
from bot.store import Store
from bot.store.board import Board
from bot.store.board.filled import Filled
from bot.store.releases import Releases
from bot.store.reports import Reports

log = structlog.get_logger(__name__)

REPORTS_AT_ONCE: Final = 20
"""Reports that are read together; each may have some 100 KB."""


@asynccontextmanager
async def filling_board(store: Store, checker: Checker) -> AsyncIterator[None]:
    """Fill it beside the work of the block, if nobody has."""
    filling = asyncio.create_task(_fill_if_needed(store, checker), name="fill the board")
    try:
        yield
    finally:
        filling.cancel()
        with suppress(asyncio.CancelledError):
            await filling


async def fill_board(store: Store, checker: Checker) -> int:
    """Put every image on it that was pushed, the oldest release first; how many. Raises StoreError."""
    releases, reports, board = Releases(store), Reports(store), Board(store)
    count = 0
    for name in reversed(await releases.newest()):
        release = await releases.load(name)
        if release is None:
            continue
        absent = [one.image for one in release.not_seen(await store.now())]
        for members in _together(release):
            for report in await reports.latest_of([str(one.image) for one in members]):
                member = release.member(report.image)
                if member is not None:
                    place = Placement(member.image, name, member.family)
                    readers = checker.check_policy(member.image).layouts
                    await board.put(cell_of(report, place, readers=readers, absent=absent))
                    count += 1
    return count


def _together(release: Release) -> Iterator[tuple[Member, ...]]:
    pushed = [member for member in release.members if member.pushed_at and member.digest]
    for at in range(0, len(pushed), REPORTS_AT_ONCE):
        yield tuple(pushed[at : at + REPORTS_AT_ONCE])


async def _fill_if_needed(store: Store, checker: Checker) -> None:
    filled = Filled(store)
    try:
        if await filled.take():
            count = await fill_board(store, checker)
            await filled.done()
            log.info("the board was filled from what is stored", images=count)
    except StoreError as error:  # the next worker that starts does it
        log.warning("the board could not be filled", why=str(error))
    except Exception:
        log.exception("the board could not be filled")
