"""A further event of an image comes while its check waits: the check is for both.

Seen: images were signed a moment after their push. The signature's event took the place of the push, so the release
never learned which images to expect, and passed with its first one.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from bot.intake.job import CheckJob
from bot.intake.merging import merged
from bot.jobs.queue import DocketQueue, open_queue
from bot.releases.member import MemberState
from bot.store import Store
from tests.jobs.parts import IMAGE, Looker, Teller, push, question, settings, working
from tests.jobs.release_town import HUB, QUAY, WEB, Town, opened
from tests.reports import report
from tests.waiting import eventually

SOON: Final = 1.0
SIGNED: Final[dict[str, Any]] = {"origin": "recheck", "source": "own", "has_evidence": True, "asked_at": 7.0}
PUSHED: Final[dict[str, Any]] = {"origin": "webhook", "source": "hub", "digest_hint": "sha256:1", "asked_at": 5.0}


@pytest.fixture
async def town(store: Store, samples: Path, tmp_path: Path) -> AsyncIterator[Town]:
    async with opened(store, samples, tmp_path, complete="3h") as one:
        yield one


@pytest.fixture
async def queue(store: Store) -> AsyncIterator[DocketQueue]:
    async with open_queue(store, settings()) as opened_queue:
        yield opened_queue


async def events(queue: DocketQueue, *jobs: CheckJob) -> None:
    """They come one after the other, before the first one's check begins."""
    for job in jobs:
        await queue.enqueue(job, key=f"{job.image}|", delay=SOON, is_announced=job.is_push)


@pytest.mark.parametrize("is_signed_first", [False, True])
async def test_a_release_waits_for_its_other_images_although_the_first_one_is_signed_at_once(
    town: Town, *, is_signed_first: bool
) -> None:
    town.put(town.quay, "1.1")
    image = f"{QUAY}:1.1"
    jobs = [push(image, asked_at=await town.store.now()), push(image, **SIGNED)]
    await events(town.queue, *(reversed(jobs) if is_signed_first else jobs))
    await eventually(lambda: bool(town.teller.releases))
    await town.rest()
    release = await town.release("1.1")
    awaited = {str(one.image) for one in release.having(MemberState.AWAITED, release.opened_at)}
    assert {f"{HUB}:1.1", f"{WEB}:1.1"} <= awaited
    assert town.teller.releases[-1].is_waiting


@pytest.mark.parametrize("is_signed_first", [False, True])
async def test_a_signature_is_looked_for_although_the_same_content_was_pushed_again(
    store: Store, queue: DocketQueue, *, is_signed_first: bool
) -> None:
    """What was pushed again unchanged is not looked at again; its new signature is."""
    good = report(IMAGE).model_copy(update={"checked_at": datetime.now(UTC)})
    checker, teller = Looker([good], stands_for=good.digest), Teller()
    async with working(store, checker, teller):
        await queue.enqueue(push(), key=f"{IMAGE}|")
        await eventually(teller.has_told(1))
        jobs = [push(), push(**SIGNED)]
        await events(queue, *(reversed(jobs) if is_signed_first else jobs))
        await eventually(teller.has_told(2))
    assert checker.looks == [IMAGE, IMAGE]


def test_a_push_stays_a_push_and_hears_of_the_signature() -> None:
    both = merged(push(**PUSHED, channel="C1"), push(**SIGNED))
    assert both == push(**PUSHED, channel="C1", has_evidence=True)


def test_of_two_pushes_the_newer_one_counts() -> None:
    newer = push(**{**PUSHED, "digest_hint": "sha256:2", "asked_at": 6.0})
    assert merged(push(**PUSHED), newer) == newer


def test_what_somebody_waits_for_is_not_made_quiet() -> None:
    assert not merged(push(**PUSHED), push(origin="recheck", is_quiet=True)).is_quiet
    assert merged(push(origin="recheck", is_anew=True), push(**PUSHED)).is_anew


def test_a_question_of_a_person_is_merged_with_nothing() -> None:
    first = question(response_url="https://hooks.slack.com/one", has_evidence=True)
    second = question(response_url="https://hooks.slack.com/two")
    assert merged(first, second) == second
