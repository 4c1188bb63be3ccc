"""Clocks that are an hour apart: the store's clock decides when a push settles, and when a job may begin."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.context import Phase
from bot.jobs.lanes import CHECK, Lane
from bot.jobs.parts import CheckPolicy
from bot.jobs.queue import open_queue
from bot.oci.reference import Reference
from bot.releases import Placement, ReleaseName
from bot.store import Store
from bot.store.pushes import Pushes
from bot.store.releases import Releases
from tests.jobs.parts import AWAITED, IMAGE, Looker, Teller, push, settings, working
from tests.waiting import eventually

HOUR = 3600.0
NAME = ReleaseName("acme/app", "1.2.3")


@pytest.mark.parametrize("apart", [-HOUR, HOUR])
async def test_a_web_server_whose_clock_is_wrong_neither_shortens_nor_lengthens_the_settle_time(
    store: Store, apart: float
) -> None:
    policy = CheckPolicy("v1", settle=600, placement=Placement(Reference.parse(IMAGE), NAME))
    checker, teller = Looker([AWAITED], says=policy), Teller()
    async with open_queue(store, settings()) as queue, working(store, checker, teller):
        now = await store.now()
        await Pushes(store).announce(IMAGE)
        await queue.enqueue(push(asked_at=now + apart), key=f"{IMAGE}|")
        await eventually(teller.has_told(1))
    assert checker.phases == [Phase.SETTLING]
    release = await Releases(store).load(NAME)
    assert release is not None
    assert release.opened_at == pytest.approx(now, abs=60)
    assert release.members[0].settled_at == pytest.approx(now + 600, abs=60)


async def test_a_job_that_a_fast_clock_starts_is_put_off_until_it_is_due(store: Store) -> None:
    """Else a look at the end of `settle` finds that it is not over, queues the next one, and so on."""
    checker, teller = Looker(), Teller()
    async with open_queue(store, settings()) as queue:
        docket = queue.dockets[Lane.PUSHES]
        now = int(await store.now() * 1000)
        started = datetime.now(UTC) - timedelta(hours=1)
        await docket.add(CHECK, started, f"pushed:{IMAGE}|")(push().model_dump_json(), now, now + 3000)
        async with working(store, checker, teller):
            await eventually(teller.has_told(1))
            assert await store.now() >= (now + 3000) / 1000
    assert len(checker.looks) == 1


@pytest.mark.parametrize("due", [10**14, -1])
async def test_a_due_time_that_cannot_be_does_not_stop_a_job(store: Store, due: int) -> None:
    checker, teller = Looker(), Teller()
    async with open_queue(store, settings()) as queue:
        docket = queue.dockets[Lane.PUSHES]
        await docket.add(CHECK, datetime.now(UTC), f"pushed:{IMAGE}|")(push().model_dump_json(), 1, due)
        async with working(store, checker, teller):
            await eventually(teller.has_told(1))
