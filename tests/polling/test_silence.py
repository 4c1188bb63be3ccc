"""A push that no webhook announced: its source is silent, which is told once, and is over when it is heard again."""

from msgspec import Struct, field

from bot.errors import PostingError
from bot.policy import default_policies
from bot.polling.silence import SilenceWatch
from bot.settings_values import WebhookSource
from bot.store import Store
from bot.store.pushes import Pushes
from bot.store.silence import Silences, SilentSource
from bot.values import replace
from tests.fake_registry import FakeRegistry
from tests.polling.parts import INTERVAL, Polling, polling
from tests.polling.test_poller import push

MINUTE = 60.0


class Board(Struct):
    """Where notices are posted."""

    told: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)

    async def notice_silence(self, silent: SilentSource, *, channel: str) -> None:  # noqa: ARG002
        if self.errors:
            raise self.errors.pop(0)
        self.told.append((silent.source, tuple(image.partition("/")[2] for image in silent.images)))


def source(name: str, host: str) -> WebhookSource:
    return WebhookSource.model_validate({"id": name, "kind": "quay", "secret": "x" * 40, "hosts": [host]})


def watching(bot: Polling, board: Board, *names: str) -> Pushes:
    """Let the poller look for silent sources of these names; returns where webhooks are noted."""
    pushes = Pushes(bot.store)
    sources = tuple(source(name, bot.fake.host) for name in names)
    watch = SilenceWatch(sources, pushes, Silences(bot.store), board, default_policies(), bot.poller.now)
    bot.poller.announcing = replace(bot.poller.announcing, noticed=watch.noticed)
    bot.poller.also = (watch.look,)
    return pushes


async def test_a_push_that_no_webhook_announces_within_15_minutes_is_told_once(store: Store) -> None:
    board = Board()
    async with FakeRegistry() as fake, polling(store, fake) as bot:
        watching(bot, board, "quay")
        push(fake, "1.0")
        await bot.first()
        push(fake, "1.1")
        await bot.round()
        await bot.round(14 * MINUTE)
        assert board.told == []
        await bot.round(2 * MINUTE)
        assert board.told == [("quay", ("demo/app:1.1",))]
        push(fake, "1.2")
        for _ in range(5):
            await bot.round()
        assert len(board.told) == 1


async def test_a_webhook_that_came_before_or_after_the_poll_is_not_silent(store: Store) -> None:
    board = Board()
    async with FakeRegistry() as fake, polling(store, fake) as bot:
        pushes = watching(bot, board, "quay")
        push(fake, "1.0")
        await bot.first()
        push(fake, "1.1")
        await pushes.announce(f"{fake.host}/demo/app:1.1", bot.clock.time + MINUTE, source="quay")
        await bot.round()
        push(fake, "1.2")
        await bot.round()
        await pushes.announce(f"{fake.host}/demo/app:1.2", bot.clock.time + 10 * MINUTE, source="quay")
        for _ in range(4):
            await bot.round()
        assert board.told == []


async def test_a_source_that_is_heard_again_is_told_so_and_may_fall_silent_again(store: Store) -> None:
    board = Board()
    async with FakeRegistry() as fake, polling(store, fake) as bot:
        pushes = watching(bot, board, "quay")
        push(fake, "1.0")
        await bot.first()
        push(fake, "1.1")
        for _ in range(3):
            await bot.round()
        push(fake, "1.2")
        await pushes.announce(f"{fake.host}/demo/app:1.2", bot.clock.time + MINUTE, source="quay")
        for _ in range(3):
            await bot.round()
        assert board.told == [("quay", ("demo/app:1.1",)), ("quay", ())]
        assert await Silences(store).all() == ()
        push(fake, "1.3")
        for _ in range(3):
            await bot.round()
        assert board.told[2:] == [("quay", ("demo/app:1.3",))]


async def test_of_several_sources_the_one_is_silent_that_announced_the_repository_before(store: Store) -> None:
    board = Board()
    async with FakeRegistry() as fake, polling(store, fake) as bot:
        pushes = watching(bot, board, "one", "two")
        push(fake, "1.0")
        await pushes.announce(f"{fake.host}/demo/app:1.0", bot.clock.time - 3600, source="two")
        await bot.first()
        push(fake, "1.1")
        for _ in range(3):
            await bot.round()
        assert board.told == [("two", ("demo/app:1.1",))]


async def test_without_a_webhook_for_that_registry_nobody_is_silent(store: Store) -> None:
    board = Board()
    async with FakeRegistry() as fake, polling(store, fake) as bot:
        watching(bot, board)
        push(fake, "1.0")
        await bot.first()
        push(fake, "1.1")
        for _ in range(3):
            await bot.round()
        assert board.told == []


async def test_what_slack_did_not_take_is_told_later(store: Store) -> None:
    board = Board(errors=[PostingError("no"), PostingError("no")])
    async with FakeRegistry() as fake, polling(store, fake) as bot:
        watching(bot, board, "quay")
        push(fake, "1.0")
        await bot.first()
        push(fake, "1.1")
        for _ in range(5):
            await bot.round(INTERVAL)
        assert len(board.told) == 1


async def test_broken_entries_in_the_store_are_dropped(store: Store) -> None:
    board = Board()
    async with FakeRegistry() as fake, polling(store, fake) as bot:
        watching(bot, board, "quay")
        await store.redis.zadd(store.key("unheard"), {"x": 0, "[1]": 0, '{"a": 1}': 0})
        await store.redis.hset(store.key("silent-sources"), mapping={"quay": "not JSON"})
        await bot.round()
        assert board.told == []
        assert await store.redis.zcard(store.key("unheard")) == 0
