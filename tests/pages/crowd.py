"""Pages with no image, some, or as many as the board holds: releases, versions, threads, waivers and watches beside."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from aiohttp.test_utils import TestClient, TestServer
from msgspec import Struct

from bot.attention import NotePlace, StoredWaiver, WaiverScope
from bot.board import BoardCell, BoardMode
from bot.jobs.queue import open_queue
from bot.login.visitor import Visitor
from bot.report import Report, Verdict
from bot.report.audit.document import Held
from bot.store import Store
from bot.store.attention import Waivers
from bot.store.board import Board
from bot.store.logins import Sessions
from bot.store.watches import StoredWatches, Watch
from handlers.app import Services, build
from tests.board.making import BAD, cell
from tests.fake_oidc import running_provider
from tests.pages.conftest import Site
from tests.pages.examples import failing, mended, passing
from tests.pages.logging_in import login_settings

IMAGE: Final = "quay.io/demo/app:1.0.0"
OLDER: Final = "quay.io/demo/app:0.9.0"
DAY: Final = 24 * 3600.0
AT_ONCE: Final = 50
VERSIONS: Final = 30
THREADS: Final = 30
LISTED: Final = 60

KINDS: Final[tuple[dict[str, Any], ...]] = (
    BAD,
    {"mode": BoardMode.MIN, "sbom": Held.NO, "verdict": Verdict.FAIL, "failing": ("provenance-mode-min",)},
    {},
    {"readers": ("docker scout", "kubewarden"), "signature": Held.YES},
    {"mode": BoardMode.FOREIGN, "sbom": Held.PARTLY, "verdict": Verdict.WARN},
    {"mode": BoardMode.UNKNOWN, "sbom": Held.UNKNOWN, "signature": Held.UNKNOWN, "verdict": Verdict.UNKNOWN},
)
NAMES: Final = "app", "gateway", "async-minion-with-a-long-name", "operator", "cli", "desktop-extension"


class Crowd(Struct, frozen=True):
    """The pages, served; `session` is the cookie's value of somebody who may do everything."""

    site: Site
    address: str
    session: str


@asynccontextmanager
async def crowd(store: Store, count: int) -> AsyncIterator[Crowd]:
    """So many images."""
    async with AsyncExitStack() as stack:
        provider = await stack.enter_async_context(running_provider())
        settings = login_settings(provider)
        queue = await stack.enter_async_context(open_queue(store, settings))
        app = build(settings, Services(store, queue))
        session = await Sessions(store).open(Visitor(provider.issuer, "1", "Ada Release", ("release-managers",)))
        headers = {"Cookie": f"provenance_session={session}", "Accept": "text/html"}
        client = await stack.enter_async_context(TestClient(TestServer(app), headers=headers))
        site = Site(client, store)
        if count:
            await _fill(site, count)
        yield Crowd(site, str(client.make_url("")).rstrip("/"), session)


async def _fill(site: Site, count: int) -> None:
    now = await site.store.now()
    await site.remember(*_reports(count))
    await _in_turn(Board(site.store), _cells(count, now))
    for number in range(min(count, LISTED)):
        await StoredWatches(site.store).add(
            Watch(glob=f"quay.io/team-{number}/*", who="U0ADA", channel="C0REL", at=now)
        )
        await Waivers(site.store).add(_waiver(number, now))


def _reports(count: int) -> list[Report]:
    """One of each kind on the versions of one image, and a thread for each of many others."""
    mine = [passing(OLDER), mended().model_copy(update={"image": IMAGE})]
    others = [failing(f"quay.io/demo/{NAMES[at % 6]}-{at}:1.0.0") for at in range(min(count - 1, THREADS))]
    return mine + others


def _cells(count: int, now: float) -> Iterable[BoardCell]:
    versions = VERSIONS if count > VERSIONS else 2
    for number in range(versions):
        at = now - (versions - number) * 3 * DAY
        tag = ("0.9.0", "1.0.0")[number - versions + 2] if number >= versions - 2 else f"0.8.{number}"
        yield cell(f"quay.io/demo/app:{tag}", at=at, **KINDS[number % len(KINDS)] if number < versions - 1 else BAD)
    yield cell("quay.io/demo/app:latest", at=now, **BAD)
    yield cell("ghcr.io/demo/app:1.0.0", at=now)
    for number in range(count - 1):
        name = f"quay.io/demo/{NAMES[number % len(NAMES)]}-{number}:1.{number % 7}.0"
        kind = KINDS[number % len(KINDS)]
        yield cell(name, at=now - number % 90 * DAY, project=f"team-{number % 40}/demo", **kind)


async def _in_turn(board: Board, cells: Iterable[BoardCell]) -> None:
    """The versions of one row one after the other, rows side by side."""
    rows: dict[str, list[BoardCell]] = {}
    for one in cells:
        rows.setdefault(one.repository, []).append(one)
    limit = asyncio.Semaphore(AT_ONCE)

    async def put(row: list[BoardCell]) -> None:
        async with limit:
            for one in row:
                await board.put(one)

    await asyncio.gather(*map(put, rows.values()))


def _waiver(number: int, now: float) -> StoredWaiver:
    until: date = datetime.fromtimestamp(now, UTC).date() + timedelta(days=number % 50)
    place = NotePlace("", "", f"demo/app 1.{number}.0")
    images = ((f"quay.io/demo/app:1.{number}.0", "sha256:" + "4f" * 32),)
    reason = "buildpacks cannot record it yet; tracked in #12"
    return StoredWaiver(f"w{number}", place, "sbom-missing", WaiverScope.TAG, images, reason, until, "Ada Release", now)
