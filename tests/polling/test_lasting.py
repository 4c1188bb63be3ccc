"""Which versions of a group are looked at again: nobody pushes the real ones out of the second look."""

from bot.polling.second.lasting import VERSIONS
from bot.releases import Release, ReleaseName
from bot.store import Store
from bot.store.releases import Releases
from tests.polling.second_parts import OLD, second

FEW = 8
"""Rounds of a day that only has to pass."""


async def test_versions_with_high_numbers_push_no_real_one_out_of_the_second_look(store: Store) -> None:
    real = ("1.14.0", "1.15.0", "1.16.0")
    async with second(store) as bot:
        for tag in real:
            await bot.release(tag)
            await bot.days(1)
        for number in range(20):
            await bot.release(f"99.0.{number}")
        await bot.days(1)
        bot.fake.requests.clear()
        await bot.days(1)
        assert all(bot.fake.count("HEAD", f"/manifests/{tag}") == 1 for tag in real)
        fakes = {asked.path for asked in bot.fake.requests if "/manifests/99." in asked.path}
        assert len(fakes) == VERSIONS, "the newest of them"


async def test_those_that_stay_for_ever_take_no_place_of_real_ones(store: Store) -> None:
    """Three fakes that nobody deletes are the newest versions for good; what was there, and what comes, is watched."""
    async with second(store) as bot:
        for tag in ("1.14.0", "1.15.0", "1.16.0"):
            await bot.release(tag)
        await bot.days(10, rounds=FEW)
        for number in range(20):
            await bot.release(f"99.0.{number}")
        await bot.days(10, rounds=FEW)
        await bot.release("1.17.0")
        await bot.days(10, rounds=FEW)
        bot.fake.requests.clear()
        await bot.days(1)
        assert bot.fake.count("HEAD", "/manifests/1.16.0") == 1, "it was there before them"
        assert bot.fake.count("HEAD", "/manifests/1.17.0") == 1, "it came after them"
        assert bot.fake.count("HEAD", "/manifests/1.15.0") == 0
        fakes = {asked.path for asked in bot.fake.requests if "/manifests/99." in asked.path}
        assert len(fakes) <= 2 * VERSIONS


async def test_a_version_whose_tag_is_gone_takes_no_other_s_place(store: Store) -> None:
    async with second(store) as bot:
        for tag in ("1.14.0", "1.15.0", "1.16.0", "99.0.0", "99.0.1", "99.0.2"):
            await bot.release(tag)
        await bot.days(2)
        for number in range(3):
            del bot.fake.repository(OLD).tags[f"99.0.{number}"]
        await bot.days(8, rounds=FEW)  # old enough now to take a place
        bot.fake.requests.clear()
        await bot.days(1)
        assert all(bot.fake.count("HEAD", f"/manifests/1.{minor}.0") == 1 for minor in (14, 15, 16))


async def test_of_a_group_no_more_versions_are_read_than_matter(store: Store) -> None:
    """With 1,000 groups of 500 versions a plan would take minutes."""
    async with second(store) as bot:
        for minor in range(12):
            if minor == 8:
                await bot.days(8, rounds=FEW)
            await bot.release(f"1.{minor}.0")
        await bot.days(8, rounds=FEW)
        read: list[str] = []

        class Reading(Releases):
            async def load(self, name: ReleaseName) -> Release | None:
                read.append(name.version)
                return await super().load(name)

        bot.rounds.plan.releases = Reading(store)
        bot.rounds._planned_at = 0.0
        bot.fake.requests.clear()
        await bot.rounds.round(await bot.polling.lease())
        assert read == ["1.11.0", "1.10.0", "1.9.0", "1.8.0", "1.7.0"]
