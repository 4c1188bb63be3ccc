"""What processes tell each other about registries."""

import asyncio
from dataclasses import dataclass

from redis.asyncio import Redis

from bot.oci.referrer_list import ApiRefusal
from bot.store import Store
from bot.store.clock import StoreClock
from bot.store.registry_hosts import ACTIVE, AGAIN, API_TTL, CEILING_TTL, LACKS_TTL, RegistryHosts
from bot.values import replace

PLACE, HOST = "registry.example/acme", "registry.example:443"


@dataclass(slots=True)
class Hand(StoreClock):
    """A store's clock that is set by hand; those of the processes stand where they stand."""

    time: float = 1_800_000_000.0

    async def now(self, redis: Redis) -> float:
        del redis
        return self.time


async def test_who_has_the_referrers_api_is_known_to_other_processes_for_a_day(store: Store) -> None:
    await RegistryHosts(store).keep_referrers_api(PLACE, refusal=None)
    known = await RegistryHosts(store).referrers_api(PLACE)
    assert known is not None
    assert known.has
    assert API_TTL - 60 < known.seconds <= API_TTL
    assert await RegistryHosts(store).referrers_api("registry.example/other") is None


async def test_that_it_is_lacking_is_shared_after_two_answers_some_minutes_apart(store: Store) -> None:
    """One answer may come from what stands before a registry that is started anew."""
    clock = Hand()
    store = replace(store, clock=clock)
    for _ in range(3):
        await RegistryHosts(store).keep_referrers_api(PLACE, refusal=ApiRefusal.NOT_FOUND)
        assert await RegistryHosts(store).referrers_api(PLACE) is None
        clock.time += (AGAIN - 1) / 2
    clock.time += 2
    await RegistryHosts(store).keep_referrers_api(PLACE, refusal=ApiRefusal.NOT_FOUND)
    known = await RegistryHosts(store).referrers_api(PLACE)
    assert known is not None
    assert not known.has
    assert known.seconds <= LACKS_TTL


async def test_the_later_answer_is_kept_and_what_says_none_is_not_known(store: Store) -> None:
    """Tools differ in what they do after each answer."""
    clock = Hand()
    store = replace(store, clock=clock)
    hosts, key = RegistryHosts(store), store.key("referrers-api", PLACE)
    await store.redis.set(key, "lacks", ex=60)
    assert await hosts.referrers_api(PLACE) is None
    await store.redis.set(key, "lacks 999", ex=60)
    assert await hosts.referrers_api(PLACE) is None
    await store.redis.delete(key)
    for refusal in (ApiRefusal.NOT_FOUND, ApiRefusal.NOT_ALLOWED):
        await hosts.keep_referrers_api(PLACE, refusal=refusal)
        clock.time += AGAIN
    known = await hosts.referrers_api(PLACE)
    assert known is not None
    assert known.refusal is ApiRefusal.NOT_ALLOWED


async def test_a_list_of_referrers_counts_more_than_all_answers_without_one(store: Store) -> None:
    clock = Hand()
    store = replace(store, clock=clock)
    for has in (False, True, False, False):
        await RegistryHosts(store).keep_referrers_api(PLACE, refusal=None if has else ApiRefusal.NOT_FOUND)
        clock.time += AGAIN
    known = await RegistryHosts(store).referrers_api(PLACE)
    assert known is not None
    assert known.has


async def test_processes_share_the_places_of_a_host_for_as_long_as_they_ask(store: Store) -> None:
    clock = Hand()
    store = replace(store, clock=clock)
    one, other = RegistryHosts(store), RegistryHosts(store)
    assert await one.share(HOST, 64) == 64
    assert await other.share(HOST, 64) == 32
    assert await one.share(HOST, 64) == 32
    assert await one.share("another.example:443", 64) == 64
    clock.time += ACTIVE + 1
    assert await one.share(HOST, 64) == 64


async def test_a_refusal_of_one_halves_the_places_of_all(store: Store) -> None:
    one, other = RegistryHosts(store), RegistryHosts(store)
    await asyncio.gather(one.share(HOST, 64), other.share(HOST, 64))
    assert await one.share(HOST, 64, refused=True) == 16
    assert await other.share(HOST, 64) == 16
    for _ in range(10):
        await one.share(HOST, 64, refused=True)
    assert await other.share(HOST, 64) == 1


async def test_nothing_of_it_stays(store: Store) -> None:
    hosts = RegistryHosts(store)
    await hosts.share(HOST, 64, refused=True)
    await hosts.keep_referrers_api(PLACE, refusal=ApiRefusal.NOT_FOUND)
    keys = [str(key) for key in await store.redis.keys("*:asking:*")] + [store.key("referrers-api", PLACE)]
    lives = [await store.redis.ttl(key) for key in keys]
    assert len(lives) == 3
    assert all(0 < life <= max(API_TTL, CEILING_TTL) for life in lives)
