"""What the thread says while signatures may still arrive, and after: the whole bot on a push that settles."""

import asyncio
import json
import re
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec import Struct

from bot.jobs.open_checker import open_checker
from bot.jobs.queue import DocketQueue, open_queue
from bot.jobs.worker import work
from bot.settings import Settings
from bot.slack.outbox import open_outbox
from bot.store import Store
from bot.store.reports import Reports
from tests.fake_registry import FakeRegistry
from tests.fake_slack import FakeSlack
from tests.jobs.idle import is_idle
from tests.jobs.parts import (
    HASTE,
    push,
)
from tests.late_signature import Signer, tag_of
from tests.slack.door import door
from tests.waiting import PATIENCE, eventually

CHANNEL = "C0RELEASES"


RERUN = "check.rerun"


class Scene(Struct, frozen=True):
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
        """Whether there is a report."""
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
        await eventually(lambda: here.said("Fail"))
    lists = ("/referrers/", "/tags/list")
    asked = Counter((one.method, one.path) for one in here.registry.requests)
    fetched = {path for method, path in asked if method == "GET" and not any(part in path for part in lists)}
    assert fetched
    assert {asked["GET", path] for path in fetched} == {1}, "by the first look"
    assert asked["HEAD", "/v2/demo/app/manifests/1.0"], "by the second"


async def test_thread_not_signed_is_said_when_settle_is_over(store: Store, samples: Path, tmp_path: Path) -> None:
    async with scene(store, tmp_path, settle="3s") as here:
        pushed = time.time()
        await here.push(samples)
        await eventually(lambda: here.said("Fail"))
        (parent,) = here.slack.parents(CHANNEL)
        assert float(parent["ts"]) >= pushed + 3, "nobody is told while a signature may still arrive"
        assert "not signed" in str(parent["text"]).lower()


async def test_thread_a_signature_that_arrives_is_not_waited_for_any_longer(
    store: Store, samples: Path, tmp_path: Path
) -> None:
    async with scene(store, tmp_path, settle="2h") as here:
        digest = await here.push(samples)
        await eventually(here.is_checked)
        assert not here.slack.parents(CHANNEL), "nobody is told while a signature may still arrive"
        await here.sign(digest)
        await eventually(lambda: here.said("Pass"))
        (parent,) = here.slack.parents(CHANNEL)
        assert not here.slack.replies(CHANNEL, parent["ts"])


async def test_who_asks_meanwhile_is_told_until_when_a_signature_may_arrive(
    store: Store, samples: Path, tmp_path: Path
) -> None:
    async with scene(store, tmp_path, settle="2h") as here:
        pushed = int(time.time())
        await here.push(samples)
        await eventually(here.is_checked)
        async with door(here.slack, here.queue, store) as sender:
            await sender.command(f"check {here.image}")
            await eventually(lambda: bool(here.slack.called("response_url")))
        (answer,) = [one for url in here.slack.space.responses.values() for one in url.got]
        assert "waits for signatures" in answer["text"]
        due = re.search(r"Waiting\* for signatures of app, due by <!date\^(\d+)", str(answer["blocks"]))
        assert due is not None
        assert 0 <= int(due[1]) - (pushed + 7200) <= PATIENCE
