"""Watches of people count for webhooks and for polling, also while the store cannot be read; other keys end."""

from typing import cast

import pytest
from msgspec import Struct, field

from bot.errors import StoreError, UsageError
from bot.intake.watch_list import WatchList, fixed_watches, is_watched_by
from bot.oci.reference import Reference
from bot.store import Store
from bot.store.watches import WATCHES_MAX, StoredWatches, Watch
from tests.fake_registry import FakeRegistry
from tests.polling.parts import polling
from tests.polling.test_poller import push

APP = Reference("quay.io", "acme/app", "1.2")
SIGNATURE = APP.tagged("sha256-" + "a" * 64 + ".sig")


class Shelf(Struct):
    """Stored watches of a store that may be unavailable."""

    watches: tuple[Watch, ...] = ()
    away: bool = False
    reads: int = 0
    time: float = field(default=0.0)

    async def all(self) -> tuple[Watch, ...]:
        self.reads += 1
        if self.away:
            raise StoreError("store unavailable")
        return self.watches

    def list(self, *fixed: str) -> WatchList:
        return WatchList(fixed_watches(fixed), cast("StoredWatches", self), lambda: self.time)


async def test_a_stored_watch_counts_within_seconds_and_is_not_read_for_every_push() -> None:
    shelf = Shelf()
    watches = shelf.list("quay.io/team/*")
    assert await watches.find(APP) is None
    shelf.watches = (Watch(glob="quay.io/acme/*", channel="#releases"),)
    for _ in range(100):
        assert await watches.find(APP) is None
    assert shelf.reads == 1
    shelf.time = 5.0
    found = await watches.find(APP)
    assert found is not None
    assert found.channel == "#releases"


@pytest.mark.parametrize("wider", ["quay.io/acme/*", "quay.io/**", "**", "{ghcr.io,quay.io}/acme/*", "quay.io/acme/a*"])
async def test_a_channel_keeps_the_image_that_it_watches_by_a_closer_name(wider: str) -> None:
    """Seen: `*` sorts before letters, so somebody's wide watch took the posts of another channel away."""
    own, other = Watch(glob="quay.io/acme/app", channel="C0OWN"), Watch(glob=wider, channel="C0OTHER")
    for watches in ((own, other), (other, own)):
        found = await Shelf(watches).list().find(APP)
        assert found is not None
        assert found.channel == "C0OWN"


async def test_without_the_store_what_was_known_counts_and_what_was_not_is_an_error() -> None:
    shelf = Shelf(away=True)
    watches = shelf.list("quay.io/team/*")
    assert await watches.find(Reference("quay.io", "team/app", "1")) is not None
    with pytest.raises(StoreError):
        await watches.find(APP)
    shelf.away, shelf.watches = False, (Watch(glob="quay.io/acme/*"),)
    assert await watches.find(APP) is not None
    shelf.away, shelf.time = True, 100.0
    assert await watches.find(APP) is not None


@pytest.mark.parametrize(
    ("glob", "tags", "image", "expected"),
    [
        ("quay.io/acme/app", (), APP, True),
        ("quay.io/acme/app", ("1.*",), APP, True),
        ("quay.io/acme/app", ("2.*", "latest"), APP, False),
        ("quay.io/acme/app:1.*", (), APP, True),
        ("quay.io/acme/app:2.*", (), APP, False),
        ("quay.io/acme/app", ("2.*",), SIGNATURE, True),  # of which tag, nobody knows yet
        ("quay.io/acme/app:2.*", (), SIGNATURE, True),
        ("quay.io/acme/other", (), SIGNATURE, False),
    ],
)
def test_which_images_a_watch_is_about(glob: str, tags: tuple[str, ...], image: Reference, expected: bool) -> None:  # noqa: FBT001
    assert is_watched_by(Watch(glob=glob, tags=tags), image) is expected


async def test_stored_watches_are_bounded_and_what_is_not_one_is_left_out(store: Store) -> None:
    stored = StoredWatches(store)
    assert await stored.add(Watch(glob="quay.io/acme/app"))
    await store.redis.hset(store.key("watches"), mapping={"x": "not JSON", "y": '{"glob": "**/{"}'})
    assert [watch.glob for watch in await stored.all()] == ["quay.io/acme/app"]
    await store.redis.hset(store.key("watches"), mapping={str(number): "" for number in range(WATCHES_MAX)})
    with pytest.raises(UsageError):
        await stored.add(Watch(glob="quay.io/acme/other"))
    assert not await stored.add(Watch(glob="quay.io/acme/app", channel="#other"))


async def test_what_a_person_watches_is_polled_and_told_in_their_channel(store: Store) -> None:
    async with FakeRegistry() as fake:
        stored = StoredWatches(store)
        await stored.add(Watch(glob=f"{fake.host}/demo/app", tags=("1.*",), channel="#releases"))
        async with polling(store, fake, watches=WatchList((), stored)) as bot:
            push(fake, "1.0")
            await bot.first()
            push(fake, "1.1")
            push(fake, "2.0")
            assert await bot.round() == ["demo/app:1.1"]
            assert bot.queue.calls[0].channel == "#releases"


async def test_what_is_not_watched_any_more_is_forgotten_after_a_day(store: Store) -> None:
    async with FakeRegistry() as fake:
        stored, key = StoredWatches(store), store.key("poll", f"{fake.host}/demo/app")
        watch = Watch(glob=f"{fake.host}/demo/app")
        await stored.add(watch)
        watches = WatchList((), stored, lambda: float("inf"))
        async with polling(store, fake, watches=watches) as bot:
            push(fake, "1.0")
            await bot.first()
            await stored.remove(watch.glob)
            watches._read_at = float("-inf")
            await bot.round()
            assert await bot.poller.polls.due() == {}
            assert 0 < await store.redis.ttl(key) <= 24 * 3600
            await store.redis.delete(key)  # a day later
            for tag in ("1.1", "1.2", "1.3"):
                push(fake, tag)
            await stored.add(watch)
            watches._read_at = float("-inf")
            await bot.round()
            assert await bot.round() == ["demo/app:1.3?"]  # a baseline again


async def test_every_key_has_a_time_to_live_but_the_watches_of_people(store: Store) -> None:
    async with FakeRegistry() as fake, polling(store, fake) as bot:
        await StoredWatches(store).add(Watch(glob="quay.io/acme/app"))
        push(fake, "1.0")
        await bot.first()
        push(fake, "1.1")
        await bot.round()
        keys = [str(key) for key in await store.redis.keys("*")]
        lasting = [key for key in keys if await store.redis.ttl(key) == -1]
    assert lasting == [store.key("watches")]
    assert len(keys) > 4
