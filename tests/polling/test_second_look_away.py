"""What was released is looked at again: a registry that is away, a tag that is gone, and both once they are back."""

from bot.errors import PostingError
from bot.polling.second.outcomes import Reason, SecondOutcome
from bot.store import Store
from tests.polling.parts import DAY
from tests.polling.second_parts import OLD, second
from tests.registry_faults import Status


async def test_unreachable_says_nothing_and_is_told_after_three_days_and_once(store: Store) -> None:
    async with second(store) as bot:
        await bot.release("1.0")
        await bot.days(1)
        bot.fake.fault("/manifests/", Status(503))
        bot.failures.errors = [PostingError("not now")]
        assert await bot.days(3) == []
        assert bot.failures.told == []
        assert (await bot.look("1.0")).outcome == SecondOutcome.UNREACHABLE
        await bot.days(5)
        (told,) = bot.failures.told
        assert "has not answered for" in told
        bot.fake.heal()
        await bot.days(1)
        assert (await bot.look("1.0")).outcome == SecondOutcome.SAME
        assert (await bot.look("1.0")).marks  # what was known before is known again


async def test_what_was_said_to_be_unreachable_is_checked_when_it_answers_again(store: Store) -> None:
    """Seen: its thread said for days that it could not be checked, until the weekly check."""
    async with second(store) as bot:
        await bot.release("1.0")
        bot.fake.fault("/manifests/", Status(503))
        assert await bot.days(4.5) == []
        assert bot.failures.told
        bot.fake.heal()
        assert await bot.days(1) == ["demo/app:1.0"]
        assert await bot.days(1) == []


async def test_a_tag_that_is_gone_is_checked_once_and_again_when_it_is_back(store: Store) -> None:
    """Seen: each day a week after its last report, and each of these checks was one more line of trouble."""
    async with second(store) as bot:
        digest = await bot.release("1.0")
        await bot.days(1)
        tags = bot.fake.repository("demo/app").tags
        del tags["1.0"]
        assert await bot.days(12) == ["demo/app:1.0"]
        tags["1.0"] = digest
        assert await bot.days(1) == ["demo/app:1.0"]


async def test_a_tag_that_is_back_after_it_was_gone_and_its_registry_away_is_checked(store: Store) -> None:
    """Its thread says that it could not be checked, and the look before this one knew only that nobody answered."""
    async with second(store) as bot:
        digest = await bot.release("1.0")
        await bot.days(1)
        tags = bot.fake.repository("demo/app").tags
        del tags["1.0"]
        assert await bot.days(1) == ["demo/app:1.0"]
        bot.fake.fault("/manifests/", Status(503))
        assert await bot.days(1) == []
        bot.fake.heal()
        tags["1.0"] = digest
        assert await bot.days(1) == ["demo/app:1.0"]
        assert await bot.days(1) == []


async def test_a_registry_that_refuses_and_then_does_not_answer_is_told_once_and_checked_when_it_is_back(
    store: Store,
) -> None:
    """Another reason why nobody knows how an image is begins no new count of days."""
    async with second(store) as bot:
        await bot.release("1.0")
        await bot.days(1)
        look = (await bot.look("1.0")).model_copy(
            update={
                "outcome": SecondOutcome.UNREACHABLE.value,
                "reason": Reason.NOT_ASKED.value,
                "since": bot.polling.clock.time - 2.5 * DAY,
            }
        )
        lease = await bot.polling.lease()
        await bot.rounds.looks.save(f"{bot.fake.host}/{OLD}:1.0", look, due=bot.polling.clock.time, lease=lease)
        bot.fake.fault("/manifests/", Status(503))
        await bot.days(2)
        assert len(bot.failures.told) == 1
        bot.fake.heal()
        assert await bot.days(1) == ["demo/app:1.0"]


async def test_a_429_is_neither_an_outcome_nor_asked_again_at_once(store: Store) -> None:
    async with second(store) as bot:
        for tag in ("1.0", "1.1", "1.2"):
            await bot.release(tag)
        await bot.days(1)
        bot.fake.fault("/manifests/", Status(429, headers={"Retry-After": str(int(DAY / 4))}))
        await bot.days(1)
        assert bot.fake.count() <= 4
        assert {(await bot.look(tag)).outcome for tag in ("1.0", "1.1", "1.2")} == {SecondOutcome.SAME}


async def test_a_registry_that_refuses_for_days_is_as_one_that_does_not_answer(store: Store) -> None:
    async with second(store) as bot:
        await bot.release("1.0")
        await bot.days(1)
        bot.fake.fault("/manifests/", Status(429, headers={"Retry-After": str(int(DAY / 4))}))
        await bot.days(3)
        assert await bot.rounds.looks.unread(bot.polling.clock.time, 3 * DAY) == {}
        await bot.days(2)
        look = await bot.look("1.0")
        assert (look.outcome, look.reason) == (SecondOutcome.UNREACHABLE, Reason.NOT_ASKED)
        assert set(await bot.rounds.looks.unread(bot.polling.clock.time, 3 * DAY)) == {f"{bot.fake.host}/{OLD}:1.0"}
        (told,) = bot.failures.told
        assert "limits how often it is asked" in told
        bot.fake.heal()
        await bot.days(1)
        assert (await bot.look("1.0")).outcome == SecondOutcome.SAME
        assert await bot.rounds.looks.unread(bot.polling.clock.time, 3 * DAY) == {}
