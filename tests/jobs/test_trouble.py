"""When a check does not work: tried again when that may help, and said what was tried, in the end for good."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from structlog.testing import capture_logs

from bot.errors import (
    DeniedError,
    ForbiddenAddressError,
    MalformedError,
    NotFoundError,
    PostingError,
    RateLimitedError,
    RegistryError,
    StoreError,
    TooLargeError,
    UnavailableError,
    UntrustworthyError,
)
from bot.jobs.lanes import Lane
from bot.jobs.parts import FailureNote
from bot.jobs.queue import open_queue
from bot.jobs.retry import Again, End, next_step
from bot.jobs.timing import RETRY_AFTER_MAX, Timing
from bot.store import Store
from bot.store.attempts import Attempts
from bot.store.dead_letters import DeadLetters
from bot.values import replace
from tests.jobs.idle import is_idle
from tests.jobs.parts import HASTE, IMAGE, Looker, Teller, push, question, settings, working
from tests.reports import report
from tests.waiting import eventually

SILENT: Final = UnavailableError("quay.io does not answer (timed out after 30 s)", host="quay.io", tried=3)


async def test_a_hiccup_is_tried_again_without_a_word_about_a_push(store: Store) -> None:
    checker, publisher = Looker([SILENT, SILENT, report(IMAGE)]), Teller()
    async with working(store, checker, publisher), open_queue(store, settings()) as queue:
        await queue.enqueue(push(), key="k")
        await eventually(publisher.has_told(1))
    assert len(checker.looks) == 3
    assert not publisher.troubles


async def test_who_asked_hears_of_failures_and_when_it_is_tried_again(store: Store) -> None:
    checker, publisher = Looker([SILENT]), Teller()
    timing = replace(HASTE, again=(0.02, 1000.0))
    async with working(store, checker, publisher, timing=timing), open_queue(store, settings()) as queue:
        await queue.enqueue(question(), key="k")
        await eventually(lambda: bool(publisher.troubles) and "(2 attempts)" in publisher.troubles[-1].said)
        checker.answers = [report(IMAGE)]
        await queue.enqueue(question(), key="k")
        await eventually(publisher.has_told(1))
    assert publisher.troubles[-1].said == f"{SILENT} (2 attempts)"
    assert all(trouble.retry_at is not None and not trouble.final for trouble in publisher.troubles)


async def test_what_a_later_check_has_overtaken_is_not_told(store: Store) -> None:
    """The post of a failure waits, and meanwhile the check goes through."""
    teller = Teller()
    async with open_queue(store, settings()) as queue:
        note = FailureNote(job=push(), why="quay.io does not answer", at=await store.now())
        async with working(store, Looker(), teller):
            await queue.enqueue(push(), key="k")
            await eventually(teller.has_told(1))
            await queue.post_failure(note)
            await queue.enqueue(push("quay.io/acme/next:1"), key="next")
            await eventually(teller.has_told(2))
            await eventually(lambda: is_idle(store, queue))
    assert not teller.troubles


async def test_a_post_of_a_failure_that_waited_knows_when_that_was(store: Store) -> None:
    teller, at = Teller(), await store.now() - 3600
    async with open_queue(store, settings()) as queue, working(store, Looker(), teller):
        await queue.post_failure(FailureNote(job=push(), why="quay.io does not answer", at=at))
        await eventually(teller.has_trouble())
    assert teller.troubles[0].at == at


async def test_in_the_end_it_is_said_what_was_tried(store: Store) -> None:
    checker, publisher = Looker([SILENT]), Teller()
    async with working(store, checker, publisher), open_queue(store, settings()) as queue:
        await queue.enqueue(push(channel="C9"), key="k")
        await eventually(publisher.has_trouble())
        (end,) = publisher.troubles
        assert (end.image, end.said, end.final, end.channel) == (IMAGE, f"{SILENT} (4 attempts)", True, "C9")
        assert end.retry_at is None
        (letter,) = await DeadLetters(store).newest()
        assert (letter.image, letter.starts) == (IMAGE, 4)
        await queue.enqueue(push(), key="k")  # the next push begins anew
        await eventually(publisher.has_trouble(2))
    assert len(checker.looks) == 8


@pytest.mark.parametrize(
    "error",
    [
        DeniedError("quay.io wants credentials, or others than ours"),
        TooLargeError("too large"),
        ForbiddenAddressError("we do not dial that"),
        MalformedError("not JSON"),
    ],
)
async def test_an_answer_is_an_answer(store: Store, error: Exception) -> None:
    checker, publisher = Looker([error]), Teller()
    async with working(store, checker, publisher), open_queue(store, settings()) as queue:
        await queue.enqueue(push(), key="k")
        await eventually(publisher.has_trouble())
    assert [(trouble.said, trouble.final) for trouble in publisher.troubles] == [(str(error), True)]
    assert len(checker.looks) == 1
    assert await DeadLetters(store).count() == 0


async def test_a_tag_that_was_announced_may_take_a_while_to_be_seen(store: Store) -> None:
    missing = NotFoundError("quay.io has no such tag")
    checker, publisher = Looker([missing, report(IMAGE)]), Teller()
    async with working(store, checker, publisher), open_queue(store, settings()) as queue:
        await queue.enqueue(push(), key="k")
        await eventually(publisher.has_told(1))
        checker.answers = [missing]
        await queue.enqueue(question(), key="k")
        await eventually(publisher.has_trouble())
    assert publisher.troubles[0].final
    assert len(checker.looks) == 3


@pytest.mark.parametrize("wordless", [False, True])
async def test_a_rolling_tag_that_is_deleted_at_once_is_not_worth_a_word(store: Store, *, wordless: bool) -> None:
    """Builds push such tags. But a gateway answers 404, without a word of a registry, while its registry is down."""
    missing = NotFoundError("quay.io has no such tag")
    missing.wordless = wordless
    checker, publisher = Looker(), Teller()
    async with working(store, checker, publisher), open_queue(store, settings()) as queue:
        await queue.enqueue(push(), key="k")
        await eventually(publisher.has_told(1))
        checker.answers = [missing]
        await queue.enqueue(push("quay.io/acme/app:main"), key="main")
        await eventually(lambda: len(checker.looks) == 4)
        await eventually(lambda: is_idle(store, queue))
    assert [trouble.image for trouble in publisher.troubles] == (["quay.io/acme/app:main"] if wordless else [])


async def test_a_report_that_slack_did_not_take_is_told_later_without_a_second_look(store: Store) -> None:
    checker = Looker()
    publisher = Teller(errors=[PostingError("rate limited", retry_after=0.01), PostingError("again", retry_after=0.01)])
    async with working(store, checker, publisher), open_queue(store, settings()) as queue:
        await queue.enqueue(push(), key="k")
        await eventually(publisher.has_told(1))
    assert len(checker.looks) == 1


async def test_a_channel_that_slack_does_not_know_is_not_tried_for_ever(store: Store) -> None:
    publisher = Teller(errors=[PostingError("no such channel", code="channel_not_found")])
    async with working(store, Looker(), publisher), open_queue(store, settings()) as queue:
        await queue.enqueue(push(), key="k")
        await eventually(lambda: _are_dead(store, 1))
    (letter,) = await DeadLetters(store).newest()
    assert "no such channel" in letter.why


async def test_an_end_that_could_not_be_told_is_kept(store: Store) -> None:
    publisher = Teller(errors=[PostingError("away")])
    async with working(store, Looker([DeniedError("no")]), publisher), open_queue(store, settings()) as queue:
        await queue.enqueue(question(), key="k")
        await eventually(lambda: _are_dead(store, 1))


async def _are_dead(store: Store, number: int) -> bool:
    return await DeadLetters(store).count() == number


async def test_a_bug_of_ours_is_no_secret_but_its_text_may_be(store: Store) -> None:
    bug = ValueError("password=hunter2")
    publisher = Teller()
    with capture_logs() as logs:
        async with working(store, Looker([bug]), publisher), open_queue(store, settings()) as queue:
            await queue.enqueue(push(), key="k")
            await eventually(publisher.has_trouble())
    assert "ValueError" in publisher.troubles[0].said
    assert "hunter2" not in publisher.troubles[0].said
    assert any(entry.get("exc_info") is bug for entry in logs)


async def test_a_check_without_end_is_given_back(store: Store) -> None:
    publisher = Teller()
    timing = replace(HASTE, check=0.05, again=())
    checker = Looker(gate=asyncio.Event())
    async with working(store, checker, publisher, timing=timing), open_queue(store, settings()) as queue:
        await queue.enqueue(push(), key="k")
        await eventually(publisher.has_trouble())
    assert "took longer than" in publisher.troubles[0].said


async def test_a_job_that_kills_its_workers_is_given_up(store: Store) -> None:
    checker, publisher = Looker(), Teller()
    for _ in range(HASTE.crashes):
        await Attempts(store).start("asked:k")  # started, and nobody lived to see its end
    async with working(store, checker, publisher), open_queue(store, settings()) as queue:
        await queue.enqueue(question(), key="k")
        await eventually(publisher.has_trouble())
        assert not checker.looks
        assert publisher.troubles[0].final
        assert await DeadLetters(store).count() == 1
        await queue.enqueue(question(), key="k")  # whoever asks again gets another try
        await eventually(publisher.has_told(1))


async def test_a_registry_that_says_when_is_asked_then(store: Store) -> None:
    when = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)
    checker, publisher = Looker([RateLimitedError("429", retry_at=when)]), Teller()
    async with working(store, checker, publisher), open_queue(store, settings()) as queue:
        await queue.enqueue(push(), key="k")
        await eventually(publisher.has_trouble())
        waiting = await queue.dockets[Lane.PUSHES].get_execution("pushed:k")
    assert publisher.troubles[0].retry_at == when  # two hours are worth a word
    assert waiting is not None
    assert abs((waiting.when - when).total_seconds()) < 5


@pytest.mark.parametrize("hours", [-1, 0, 7, 24 * 365])
def test_a_registry_is_believed_within_reason(hours: float) -> None:
    now = datetime.now(UTC)
    step = next_step(RateLimitedError("429", retry_at=now + timedelta(hours=hours)), push(), 1, Timing())
    assert isinstance(step, Again)
    wait = (step.at - now).total_seconds()
    assert -1 < wait <= RETRY_AFTER_MAX + 60


@pytest.mark.parametrize(
    "error",
    [SILENT, UntrustworthyError("other bytes"), StoreError("away"), ValueError("a bug")],
)
def test_the_pauses_grow_and_come_to_an_end(error: Exception) -> None:
    timing, now, waits = Timing(), datetime.now(UTC), []
    failures = 1
    while isinstance(step := next_step(error, push(), failures, timing), Again):
        waits.append((step.at - now).total_seconds())
        failures += 1
    assert waits == sorted(waits)
    assert len(waits) == len(timing.again)
    assert step == End(given_up=True)


def test_a_check_outlasts_the_window_of_docker_hubs_limit() -> None:
    """Docker Hub refuses pulls for up to six hours, and does not say until when."""
    timing, now = Timing(), datetime.now(UTC)
    waits: list[float] = []
    error = RateLimitedError("You have reached your pull rate limit")
    while isinstance(step := next_step(error, push(), len(waits) + 1, timing), Again):
        waits.append((step.at - now).total_seconds())
    assert 6 * 3600 < sum(waits) < 12 * 3600
    assert step == End(given_up=True)


@pytest.mark.parametrize("error", [StoreError("garbled", retry_after=None), PostingError("no", code="not_in_channel")])
def test_what_is_futile_is_not_tried_again(error: Exception) -> None:
    assert next_step(error, push(), 1, Timing()) == End(given_up=True)


def test_every_answer_of_a_registry_has_its_place() -> None:
    for kind in RegistryError.__subclasses__():
        assert next_step(kind("x"), question(), 99, Timing()).__class__ is End
