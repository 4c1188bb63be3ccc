"""What polling costs: requests a round as registries.md computes them, and memory that does not grow.

A repository in a registry without an API of its own: its list of tags (1), a HEAD of each tag that moves by design, for
a day after the first look a HEAD of the version that was the newest then, and every six hours a HEAD of one of the
older versions. Behind an API: one request.
"""

import gc
import resource
from pathlib import Path

import pytest

from bot.polling.changes import OLDER_EVERY
from bot.store import Store
from tests.fake_registry import FakeRegistry
from tests.polling.parts import DAY, INTERVAL, Polling, polling

ROLLING = ("latest", "nightly", "main")
TAGS = 500


def filled(fake: FakeRegistry, repositories: int) -> list[str]:
    names = [f"team/app-{number}" for number in range(repositories)]
    for name in names:
        digest = fake.push_image(name, tag="1.0.0")
        tags = fake.repository(name).tags
        tags.update({f"1.0.{number}": digest for number in range(1, TAGS - len(ROLLING))})
        tags.update(dict.fromkeys(ROLLING, digest))
    return names


async def requests_of_a_round(bot: Polling, repositories: int, after: float = INTERVAL) -> int:
    """Without those for older versions, which are one of each repository when the next six hours have begun."""
    bot.fake.requests.clear()
    before = bot.clock.time
    await bot.round(after)
    is_turn = int(before // OLDER_EVERY) != int(bot.clock.time // OLDER_EVERY)
    return bot.fake.count() - (repositories if is_turn else 0)


async def measure(store: Store, repositories: int, rounds: int) -> None:
    async with FakeRegistry() as fake:
        names = filled(fake, repositories)
        async with polling(store, fake, *(f"HOST/{name}" for name in names)) as bot:
            assert len(await bot.first()) == repositories  # the newest version of each, quietly
            assert await requests_of_a_round(bot, repositories) == repositories * (1 + len(ROLLING) + 1)
            assert await requests_of_a_round(bot, repositories, DAY) == repositories * (1 + len(ROLLING))
            fake.push_image(names[0], tag="2.0.0", layer=b"new")
            assert await requests_of_a_round(bot, repositories) == repositories * (1 + len(ROLLING)) + 1
            assert fake.count("GET", "/manifests/") == 0
            await _flat(bot, rounds)


async def _flat(bot: Polling, rounds: int) -> None:
    for _ in range(3):
        await requests_of_a_round(bot, 0)
    bot.fake.requests.clear()
    objects, memory = measured()
    for _ in range(rounds):
        await requests_of_a_round(bot, 0)
    bot.fake.requests.clear()
    more_objects, more_memory = measured()
    assert more_objects - objects < 1000, "objects are kept from round to round"
    assert more_memory - memory < 32 * 1024 * 1024, "bytes of the process"


def measured() -> tuple[int, int]:
    """Objects that Python keeps, and bytes of this process in memory; the fake registry is a part of it."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return len(gc.get_objects()), pages * resource.getpagesize()


async def test_requests_a_round_are_as_computed_and_memory_is_flat(store: Store) -> None:
    await measure(store, repositories=10, rounds=3)


@pytest.mark.slow
async def test_200_repositories_with_500_tags_over_50_rounds(store: Store) -> None:
    await measure(store, repositories=200, rounds=50)


@pytest.mark.parametrize(("api", "requests"), [("quay", 1), ("hub", 5)])
async def test_behind_an_api_a_repository_costs_its_pages_alone(store: Store, api: str, requests: int) -> None:
    """Quay has the newest first, so one page; on Docker Hub no order holds, so all five. Neither is a pull."""
    async with FakeRegistry(api=api) as fake:
        names = filled(fake, 5)
        watch = (f"HOST/{name}" for name in names)
        async with polling(store, fake, *watch, tag_apis={fake.host: api}) as bot:
            await bot.first()
            assert await requests_of_a_round(bot, 0) == 5 * requests
            assert fake.count("", "/manifests/") == 0
