"""A version that is moved long after it was noticed, in a registry whose list tells no digests."""

from bot.polling.changes import OLDER_MAX
from bot.store import Store
from tests.fake_registry import FakeRegistry
from tests.polling.parts import DAY, polling
from tests.polling.test_poller import push


async def test_an_old_version_that_is_moved_is_found_within_a_week_for_four_heads_a_day(store: Store) -> None:
    """Where the list tells no digests; those of which nobody asked yet are learned first."""
    tags = [f"1.{number}" for number in range(40)]
    async with FakeRegistry() as fake, polling(store, fake) as bot:
        for tag in tags:
            push(fake, tag)
        await bot.first()
        await bot.round(2 * DAY)  # nothing is close any more
        fake.requests.clear()
        for _ in range(4 * 7):
            assert await bot.round(DAY / 4) == []
        heads = [asked.path for asked in fake.requests if asked.method == "HEAD"]
        assert len(heads) == len(set(heads)) == OLDER_MAX
        fake.push_image("demo/app", tag="1.39", layer=b"another")
        fake.push_image("demo/app", tag="1.20", layer=b"another one")
        found = [image for _ in range(4 * 7) for image in await bot.round(DAY / 4)]
        assert sorted(found) == ["demo/app:1.20", "demo/app:1.39"]
        fake.requests.clear()
        await bot.round(900.0)
        await bot.round(900.0)
        assert fake.count("HEAD") <= 3, "the two that were noticed a while ago, and the next one"
