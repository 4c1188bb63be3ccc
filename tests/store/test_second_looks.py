"""Second looks that are hastened: due at once, and unread when nobody looks for days."""

import pytest

from bot.store import Store
from bot.store.lease import Lease, Leases
from bot.store.second_looks import SecondLook, SecondLooks

APP = "quay.io/acme/app:1.0"
DAY = 24 * 3600.0


@pytest.fixture
async def lease(store: Store) -> Lease:
    taken = await Leases(store, "polling", "test", seconds=60).take()
    assert taken is not None
    return taken


async def test_what_is_hastened_is_due_now_and_unread_from_now_on(store: Store, lease: Lease) -> None:
    looks, now = SecondLooks(store), await store.now()
    await looks.save(APP, SecondLook(looked_at=now), due=now + DAY, lease=lease)
    await looks.hasten(APP, now)
    assert await looks.due(now + 1, 10) == (APP,)
    assert await looks.unread(now + 1, 3 * DAY) == {}
    assert await looks.unread(now + 3 * DAY + 1, 3 * DAY) == {APP: pytest.approx(now)}


async def test_hastening_does_not_put_off_what_is_overdue(store: Store, lease: Lease) -> None:
    looks, now = SecondLooks(store), await store.now()
    await looks.save(APP, SecondLook(), due=now - 5 * DAY, lease=lease)
    await looks.hasten(APP, now)
    assert await looks.unread(now, 3 * DAY) == {APP: pytest.approx(now - 5 * DAY)}


async def test_only_what_is_looked_at_again_is_hastened(store: Store) -> None:
    looks, now = SecondLooks(store), await store.now()
    await looks.hasten(APP, now)
    assert await looks.due(now + 1, 10) == ()


async def test_what_an_older_version_hastened_is_unread_since_its_last_look(store: Store, lease: Lease) -> None:
    looks, now = SecondLooks(store), await store.now()
    for image, at in ((APP, now - 4 * DAY), ("quay.io/acme/app:2.0", now - DAY), ("quay.io/acme/app:3.0", 0.0)):
        await looks.save(image, SecondLook(looked_at=at), due=0.0, lease=lease)
    assert await looks.unread(now, 3 * DAY) == {APP: pytest.approx(now - 4 * DAY)}
