"""A webhook that does not announce every tag has its repository polled sooner."""

from bot.store import Store
from bot.store.lease import Leases
from bot.store.polls import Polls


async def test_only_what_is_polled_is_hastened_and_never_put_off(store: Store) -> None:
    polls, now = Polls(store), await store.now()
    lease = await Leases(store, "poller", "this process", seconds=30.0).take()
    assert lease is not None
    await polls.put_off("ghcr.io/acme/shop", due=now + 900, lease=lease)
    await polls.hasten("ghcr.io/acme/shop", 30)
    first = await polls.due()
    assert 30 <= first["ghcr.io/acme/shop"] - now < 60
    await polls.hasten("ghcr.io/acme/shop", 300)
    await polls.hasten("ghcr.io/acme/another", 1)
    assert await polls.due() == first
