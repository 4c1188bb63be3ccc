"""A push has time to be signed, exactly as long as the policy says, and nobody's question changes that.

The threads here come out of the whole bot: a fake registry, the real checker and rules, and a strict pretended Slack.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.context import Phase
from bot.jobs.checker import open_checker
from bot.jobs.lanes import Lane
from bot.jobs.parts import CheckPolicy
from bot.jobs.queue import DocketQueue, open_queue
from bot.jobs.recheck import MARGIN, Why, later_looks
from bot.jobs.timing import Timing
from bot.jobs.worker import work
from bot.report import Report
from bot.rules import Outcome
from bot.settings import Settings
from bot.slack.outbox import open_outbox
from bot.store import Store
from bot.store.pushes import Pushes
from bot.store.reports import Reports
from tests.fake_registry import FakeRegistry
from tests.fake_slack import FakeSlack
from tests.jobs.idle import is_idle
from tests.jobs.parts import (
    AWAITED,
    HASTE,
    IMAGE,
    UNREAD,
    Looker,
    Teller,
    judged,
    push,
    question,
    settings,
    working,
)
from tests.late_signature import Signer, tag_of
from tests.reports import report
from tests.slack.door import door
from tests.waiting import eventually

CHANNEL = "C0RELEASES"
RERUN = "check.rerun"
SETTLES = [25.0, 20 * 60.0, 2 * 3600.0]


@pytest.mark.parametrize("settle", SETTLES)
def test_the_next_look_is_at_the_end_of_settle_however_long_that_is(settle: float) -> None:
    """Seen: looks came after 2, 12 and 72 minutes whatever the policy said."""
    (look,) = later_looks(AWAITED, push(), Timing(), settles_in=settle, completes_in=0.0)
    assert (look.why, look.delay) == (Why.SETTLED, settle + MARGIN)


@pytest.mark.parametrize(
    ("found", "settles_in"),
    [
        (AWAITED, 0.0),  # it has settled
        (judged(Outcome.FAIL), 0.0),
        (judged(Outcome.UNKNOWN, required=False, reason="awaiting-signature"), 600.0),  # only advised
        (judged(Outcome.FAIL, required=False), 600.0),
        (judged(Outcome.FAIL, rule="provenance-missing"), 600.0),  # it does not fail by absence alone
        (report(IMAGE), 600.0),
    ],
)
def test_nothing_is_looked_at_again_when_nothing_that_is_required_could_change(
    found: Report, settles_in: float
) -> None:
    assert not list(later_looks(found, push(), Timing(), settles_in=settles_in, completes_in=0.0))


def test_what_could_not_be_read_is_tried_again_later_each_time_and_not_for_ever() -> None:
    job, delays = push(), []
    while looks := list(later_looks(UNREAD, job, Timing(), settles_in=0, completes_in=0.0)):
        (look,) = looks
        assert look.why is Why.UNREAD
        delays.append(look.delay)
        job = look.job
    assert tuple(delays) == Timing().looks


def test_a_later_look_answers_nobody() -> None:
    pressed = push(origin="recheck", user="U1", response_url="https://hooks.slack.com/x", has_evidence=True)
    (look,) = later_looks(AWAITED, pressed, Timing(), settles_in=5, completes_in=0.0)
    assert (look.job.user, look.job.response_url, look.job.has_evidence) == ("", "", False)


@pytest.mark.parametrize("settle", SETTLES)
async def test_the_look_waits_in_the_store_until_then(store: Store, settle: float) -> None:
    checker, teller = Looker([AWAITED], says=CheckPolicy("v1", settle=settle)), Teller()
    async with open_queue(store, settings()) as queue, working(store, checker, teller):
        pushed = await store.now()
        await queue.enqueue(push(asked_at=pushed), key=f"{IMAGE}|")
        await eventually(teller.has_told(1))
        await eventually(lambda: _is_scheduled(queue))
        due = await _due(queue)
    assert due == pytest.approx(pushed + settle + MARGIN, abs=1.0)


async def test_a_look_that_ends_after_the_end_of_settle_is_repeated(store: Store) -> None:
    gate, settle = asyncio.Event(), 2.0
    checker, teller = Looker([AWAITED], says=CheckPolicy("v1", settle=settle), gate=gate), Teller()
    async with open_queue(store, settings()) as queue, working(store, checker, teller):
        pushed = await store.now()

        async def is_over() -> bool:
            return await store.now() > pushed + settle

        await queue.enqueue(push(asked_at=pushed), key=f"{IMAGE}|")
        await eventually(is_over)
        assert checker.looks == [str(IMAGE)], "it began before"
        gate.set()
        await eventually(lambda: _is_scheduled(queue))


async def _is_scheduled(queue: DocketQueue) -> bool:
    return await queue.dockets[Lane.PUSHES].get_execution(f"pushed:{Why.SETTLED}:{IMAGE}|") is not None


async def _due(queue: DocketQueue) -> float:
    waiting = await queue.dockets[Lane.PUSHES].get_execution(f"pushed:{Why.SETTLED}:{IMAGE}|")
    assert waiting is not None
    return waiting.when.timestamp()


async def test_a_push_settles_once_whoever_asks_and_whenever(store: Store) -> None:
    checker, teller = Looker([AWAITED], says=CheckPolicy("v1", settle=600)), Teller()
    now = await store.now()
    jobs = [
        (push(asked_at=now), Phase.SETTLING),
        (question(asked_at=now), Phase.SETTLING),  # a person sees what the push sees
        (push(origin="recheck", user="U1", asked_at=now), Phase.SETTLING),
        (push("quay.io/acme/old:1", asked_at=now - 700), Phase.SETTLED),
        (push("quay.io/acme/old:1", origin="recheck", user="U1", asked_at=now), Phase.SETTLED),
        (push("quay.io/acme/old:1", asked_at=now), Phase.SETTLED),  # the same content, pushed again
        (question("quay.io/acme/unknown:1", asked_at=now), Phase.SETTLED),  # no push of it is known
    ]
    async with working(store, checker, teller), open_queue(store, settings()) as queue:
        for number, (job, _) in enumerate(jobs, start=1):
            await queue.enqueue(job, key=f"k{number}")
            await eventually(teller.has_told(number))
    assert checker.phases == [phase for _, phase in jobs]


async def test_who_asks_before_the_push_is_looked_at_hears_that_signatures_may_come(store: Store) -> None:
    checker, teller = Looker([AWAITED], says=CheckPolicy("v1", settle=600)), Teller()
    async with working(store, checker, teller), open_queue(store, settings()) as queue:
        await Pushes(store).announce(IMAGE, await store.now())
        await queue.enqueue(question(), key="k")
        await eventually(teller.has_told(1))
    assert checker.phases == [Phase.SETTLING]


async def test_other_content_under_the_same_tag_has_a_time_of_its_own(store: Store) -> None:
    pushes = Pushes(store)
    await pushes.announce(IMAGE, 100.0)
    assert await pushes.first(IMAGE, "sha256:one") == 100.0
    await pushes.announce(IMAGE, 900.0)
    assert await pushes.first(IMAGE, "sha256:two") == 900.0
    assert await pushes.first(IMAGE, "sha256:one") == 100.0
    assert await pushes.first("quay.io/acme/other:1", "sha256:one") is None


async def test_the_same_content_pushed_again_costs_one_request(store: Store) -> None:
    good = report(IMAGE).model_copy(update={"checked_at": datetime.now(UTC)})
    checker, teller = Looker([good], stands_for=good.digest), Teller()
    async with working(store, checker, teller), open_queue(store, settings()) as queue:
        for number in range(1, 4):
            await queue.enqueue(push(), key="k")
            await eventually(teller.has_told(number))
        assert (len(checker.looks), len(checker.asked)) == (1, 2)
        await queue.enqueue(question(), key="k")  # a person gets a full look
        await eventually(teller.has_told(4))
        await queue.enqueue(push(origin="recheck", has_evidence=True), key="k")  # a signature has arrived
        await eventually(teller.has_told(5))
        assert len(checker.looks) == 3
        checker.says = CheckPolicy("v2")  # the policy changed
        await queue.enqueue(push(), key="k")
        await eventually(teller.has_told(6))
        assert len(checker.looks) == 4
        checker.stands_for = ""  # the tag moved
        await queue.enqueue(push(), key="k")
        await eventually(teller.has_told(7))
    assert len(checker.looks) == 5


@pytest.mark.parametrize("found", [AWAITED, UNREAD, report(IMAGE)])
async def test_a_report_that_is_open_or_old_is_made_anew(store: Store, found: Report) -> None:
    checker, teller = Looker([found], stands_for=found.digest), Teller()  # made in 2026-11-22
    async with working(store, checker, teller, timing=replace(HASTE, looks=())), open_queue(store, settings()) as queue:
        for number in (1, 2):
            await queue.enqueue(push(), key="k")
            await eventually(teller.has_told(number))
    assert len(checker.looks) == 2


@dataclass(frozen=True, slots=True)
class Scene:
    """The whole bot, an image in a registry, and who may sign it."""

    store: Store
    queue: DocketQueue
    registry: FakeRegistry
    slack: FakeSlack
    signer: Signer
    folder: Path

    @property
    def image(self) -> str:
        return f"{self.registry.host}/demo/app:1.0"

    async def push(self, samples: Path, *, ago: float = 0.0) -> str:
        digest = self.registry.add_layout(samples / "max-sbom_2p_dflt", "demo/app", tag="1.0")
        await self.queue.enqueue(push(self.image, asked_at=time.time() - ago), key=f"{self.image}|")
        return digest

    async def sign(self, digest: str) -> None:
        self.registry.add_layout(self.signer.layout(digest, self.folder / "signature"), "demo/app", tag=tag_of(digest))
        arrived = push(self.image, origin="recheck", has_evidence=True)
        await self.queue.enqueue(arrived, key=f"{self.image}|", delay=0.01)

    async def is_checked(self) -> bool:
        """Whether there is a report; nobody is told while a signature may still arrive."""
        assert not self.slack.parents(CHANNEL)
        return await Reports(self.store).latest(self.image) is not None

    def said(self, text: str) -> bool:
        parents = self.slack.parents(CHANNEL)
        return bool(parents) and text in str(parents[0]["text"])


@asynccontextmanager
async def scene(store: Store, folder: Path, *, settle: str) -> AsyncIterator[Scene]:
    """A policy that requires a signature, which has that time to arrive."""
    signer = Signer.new()
    async with FakeRegistry() as registry, FakeSlack() as slack:
        slack.channel(CHANNEL, "releases")
        entry = {
            "match": f"{registry.host}/demo/*",
            "require": ["signature-missing", "signature-invalid"],
            "keys": [{"name": "release", "pem": signer.pem}],
            "settle": settle,
        }
        file = folder / "policy.yaml"
        file.write_text(json.dumps({"images": [entry]}))
        told = Settings.model_validate(
            {
                "policy": file,
                "private_hosts": [registry.host],
                "insecure_hosts": [registry.host],
                "slack_bot_token": slack.space.token,
                "slack_api_url": slack.api,
                "slack_channel": CHANNEL,
                "github_api": "",  # the labels name a repository there
            }
        )
        stop = asyncio.Event()
        async with (
            open_queue(store, told) as queue,
            open_checker(told, store) as checker,
            open_outbox(told, store) as outbox,
        ):
            working = asyncio.create_task(work(store, told, stop, checker=checker, publisher=outbox, timing=HASTE))
            try:
                yield Scene(store, queue, registry, slack, signer, folder)
            finally:
                stop.set()
                await working


async def test_thread_a_recheck_does_not_take_back_not_signed(store: Store, samples: Path, tmp_path: Path) -> None:
    """Seen: the button turned "not signed" into "waits for signatures" for 12 minutes."""
    async with scene(store, tmp_path, settle="10m") as here:
        await here.push(samples, ago=700)
        await eventually(lambda: here.said("Fail"))
        before = len(here.registry.requests)
        async with door(here.slack, here.queue, store) as sender:
            await sender.press(here.slack.parents(CHANNEL)[0], RERUN)
            await eventually(lambda: bool(here.slack.called("response_url")))
            await eventually(lambda: is_idle(store, here.queue))
        assert len(here.registry.requests) > before
        assert here.said("Fail")
        assert not here.said("wait")


async def test_thread_the_same_push_again_is_one_request_and_says_nothing(
    store: Store, samples: Path, tmp_path: Path
) -> None:
    async with scene(store, tmp_path, settle="10m") as here:
        await here.push(samples, ago=700)
        await eventually(lambda: here.said("Fail"))
        await eventually(lambda: is_idle(store, here.queue))
        before, messages = len(here.registry.requests), dict(here.slack.space.channels[CHANNEL].messages)
        await here.push(samples)
        await eventually(lambda: len(here.registry.requests) > before)
        await eventually(lambda: is_idle(store, here.queue))
        (asked,) = here.registry.requests[before:]
        assert (asked.method, asked.path) == ("HEAD", "/v2/demo/app/manifests/1.0")
        assert here.slack.space.channels[CHANNEL].messages == messages


async def test_thread_the_look_at_the_end_of_settle_fetches_nothing(
    store: Store, samples: Path, tmp_path: Path
) -> None:
    async with scene(store, tmp_path, settle="3s") as here:
        await here.push(samples)
        await eventually(here.is_checked)
        before = len(here.registry.requests)
        await eventually(lambda: here.said("Fail"))
        asked = here.registry.requests[before:]
        assert asked
        assert not [one for one in asked if one.method == "GET" and "/referrers/" not in one.path]


async def test_thread_not_signed_is_said_when_settle_is_over(store: Store, samples: Path, tmp_path: Path) -> None:
    async with scene(store, tmp_path, settle="3s") as here:
        pushed = time.time()
        await here.push(samples)
        await eventually(here.is_checked)
        await eventually(lambda: here.said("Fail"))
        assert time.time() >= pushed + 3
        (parent,) = here.slack.parents(CHANNEL)
        assert "not signed" in str(parent["text"]).lower()


async def test_thread_a_signature_that_arrives_is_not_waited_for_any_longer(
    store: Store, samples: Path, tmp_path: Path
) -> None:
    async with scene(store, tmp_path, settle="2h") as here:
        digest = await here.push(samples)
        await eventually(here.is_checked)
        await here.sign(digest)
        await eventually(lambda: here.said("Pass"))
        (parent,) = here.slack.parents(CHANNEL)
        assert not here.slack.replies(CHANNEL, parent["ts"])
