"""One source pushes 4,000 tags at once: each is taken, coalesced with those of the same tag, and in the end checked."""

import pytest

from bot.intake.buffer import Buffer
from bot.intake.intake import Intake
from bot.intake.push import Announcement, Parsed, RetryBehaviour
from bot.intake.rate import RateLimit
from bot.intake.watch_list import WatchList, fixed_watches
from bot.jobs.queue import open_queue
from bot.settings_values import WebhookSource
from bot.store import Store
from bot.store.digests import Digests
from tests.jobs.parts import Looker, Teller, settings, working
from tests.waiting import eventually

pytestmark = pytest.mark.slow

PUSHES = 4000
TAGS = 1000
SOURCE = WebhookSource.model_validate({"id": "quay", "kind": "quay", "secret": "x" * 40, "hosts": ["quay.io"]})


async def test_4000_pushes_are_taken_and_each_tag_is_checked(store: Store) -> None:
    checker, teller = Looker(), Teller()
    async with open_queue(store, settings()) as queue:
        rate = RateLimit(60, 1000.0)
        intake = Intake(WatchList(fixed_watches(["quay.io/acme/*"])), 1.0, queue, Digests(store), Buffer(), rate)
        taken = 0
        for number in range(PUSHES):
            parsed = Parsed((Announcement("acme/app", f"1.{number % TAGS}"),))
            answer = await intake.take(parsed, SOURCE, RetryBehaviour.GIVES_UP)
            assert not answer.come_back
            assert set(answer.ignored) <= {"already queued"}
            taken += answer.accepted
        assert taken >= TAGS
        async with working(store, checker, teller):
            await eventually(lambda: len(set(checker.looks)) == TAGS)
