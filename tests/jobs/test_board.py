"""Who gets on the board: images whose push was announced, and nobody who only asked."""

import asyncio
from functools import partial

from bot.board import BoardMode
from bot.intake.job import CheckJob
from bot.jobs.board_filling import fill_board, filling_board
from bot.jobs.queue import open_queue
from bot.report import BaselineSummary
from bot.store import Store
from bot.store.board import Board
from bot.store.board.filled import Filled
from bot.store.releases import Releases
from bot.store.reports import Reports
from tests.jobs.parts import IMAGE, Looker, Teller, push, question, settings, working
from tests.reports import report
from tests.waiting import eventually


async def run(store: Store, looker: Looker, *jobs: CheckJob) -> None:
    """One after the other; what is published was put on the board before."""
    published: list[str] = []

    async def heard(step: str) -> None:
        published.extend([step] if step == "published" else [])

    async with working(store, looker, Teller(), progress=heard), open_queue(store, settings()) as queue:
        for number, job in enumerate(jobs, start=1):
            await queue.enqueue(job, key=f"{number}|")
            await eventually(partial(_has, published, number))


def _has(steps: list[str], number: int) -> bool:
    return len(steps) >= number


async def test_a_push_puts_its_image_on_the_board(store: Store) -> None:
    await run(store, Looker(), push())
    (row,) = await Board(store).rows()
    assert (row.repository, row.version, row.mode) == ("acme/app", "1.2.3", BoardMode.MAX)


async def test_whoever_only_asks_puts_nothing_there(store: Store) -> None:
    visitors = [question(f"quay.io/flood/a{number}:1.0.0", origin="page", user="") for number in range(20)]
    await run(store, Looker(), push(), *visitors, question("quay.io/acme/app:9.9.9"))
    assert [(row.repository, row.version) for row in await Board(store).rows()] == [("acme/app", "1.2.3")]


async def test_a_question_about_an_image_on_the_board_brings_it_up_to_date(store: Store) -> None:
    looker = Looker(answers=[report(IMAGE), report(IMAGE, "two", minute=5)])
    await run(store, looker, push(), question())
    (row,) = await Board(store).rows()
    assert row.newest[0].digest == report(IMAGE, "two").digest


async def test_the_version_that_it_was_compared_with_stands_behind_it(store: Store) -> None:
    earlier = report("quay.io/acme/app:1.2.2", "earlier")
    await Reports(store).save(earlier, started=0.0, policy="v1")
    base = BaselineSummary(image=earlier.image, digest=earlier.digest, checked_at=earlier.checked_at)
    await run(store, Looker(answers=[report(IMAGE).model_copy(update={"baseline": base})]), push())
    assert [one.tag for one in await Board(store).line("acme/app")] == ["1.2.3", "1.2.2"]


async def test_a_board_of_an_older_version_is_filled_from_what_is_stored_once(store: Store) -> None:
    visitors = question("quay.io/flood/a:1.0.0", origin="page", user="")
    await run(store, Looker(), push(), push("docker.io/acme/app:1.2.3"), push("quay.io/acme/web:2.0.0"), visitors)
    before = await Board(store).rows()
    keys = [key async for key in store.redis.scan_iter("provenance:board:*")]
    await store.redis.delete(*keys)
    async with filling_board(store, Looker()):
        await eventually(lambda: is_filled(store))
    found = {row.repository: row.registries for row in await Board(store).rows()}
    assert found == {row.repository: row.registries for row in before}
    assert not await Filled(store).take()


async def is_filled(store: Store) -> bool:
    return await store.redis.get(store.key("board", "filled")) is not None


async def test_two_workers_do_not_both_fill_it(store: Store) -> None:
    taken = await asyncio.gather(*(Filled(store).take() for _ in range(5)))
    assert sum(taken) == 1


async def test_filling_an_empty_store_costs_nothing(store: Store) -> None:
    assert await fill_board(store, Looker()) == 0
    assert await Releases(store).newest() == ()
