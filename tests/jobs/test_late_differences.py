"""A signature reaches one registry seconds before the other: not a difference, until `settle` is over again."""

import asyncio
import json
import time
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
from bot.store.pushes import Pushes
from tests.fake_registry import FakeRegistry
from tests.fake_slack import FakeSlack
from tests.jobs.idle import is_idle_until
from tests.jobs.parts import HASTE, push
from tests.late_signature import Signer, tag_of
from tests.waiting import eventually

CHANNEL = "C0RELEASES"
QUAY, HUB = "quay.io/demo/app:1.0", "docker.io/demo/app:1.0"


class Sisters(Struct, frozen=True):
    """The whole bot, an image in two registries, and who signs it."""

    store: Store
    queue: DocketQueue
    registries: dict[str, FakeRegistry]
    slack: FakeSlack
    signer: Signer
    folder: Path

    async def push(self, layout: Path, image: str, *, ago: float = 0.0) -> str:
        digest = self.registries[image].add_layout(layout, "demo/app", tag="1.0")
        await self.queue.enqueue(push(image, asked_at=time.time() - ago), key=f"{image}|")
        return digest

    async def sign(self, image: str, digest: str) -> None:
        layout = self.signer.layout(digest, self.folder / "signature")
        self.registries[image].add_layout(layout, "demo/app", tag=tag_of(digest))
        arrived = push(image, origin="recheck", has_evidence=True)
        await self.queue.enqueue(arrived, key=f"{image}|", delay=0.01)
        await self.rest()

    async def rest(self) -> None:
        await eventually(lambda: is_idle_until(self.store, self.queue, time.time() + 1.5))

    def texts(self) -> list[str]:
        return [str(one["text"]) for one in self.slack.space.channels[CHANNEL].messages.values()]

    def ever(self, word: str) -> list[str]:
        """What was posted or edited, with that word in it."""
        return [str(call.args) for call in self.slack.calls if word in str(call.args)]


@asynccontextmanager
async def sisters(store: Store, folder: Path, *, settle: str) -> AsyncIterator[Sisters]:
    signer = Signer.new()
    async with FakeRegistry() as quay, FakeRegistry() as hub, FakeSlack() as slack:
        slack.channel(CHANNEL, "releases")
        entry = {
            "match": "*/demo/*",
            "sisters": ["quay.io", "docker.io"],
            "require": ["signature-missing", "tag-registries-differ"],
            "keys": [{"name": "release", "pem": signer.pem}],
            "settle": settle,
            "complete": settle,
        }
        file = folder / "policy.yaml"
        file.write_text(json.dumps({"images": [entry]}))
        hosts = [quay.host, hub.host]
        settings = Settings.model_validate(
            {
                "policy": file,
                "mirrors": {"quay.io": quay.host, "docker.io": hub.host},
                "private_hosts": hosts,
                "insecure_hosts": hosts,
                "slack_bot_token": slack.space.token,
                "slack_api_url": slack.api,
                "slack_channel": CHANNEL,
                "github_api": "",
            }
        )
        stop = asyncio.Event()
        async with (
            open_queue(store, settings) as queue,
            open_checker(settings, store) as checker,
            open_outbox(settings, store) as outbox,
        ):
            working = asyncio.create_task(work(store, settings, stop, checker=checker, publisher=outbox, timing=HASTE))
            try:
                yield Sisters(store, queue, {QUAY: quay, HUB: hub}, slack, signer, folder)
            finally:
                stop.set()
                await working


async def test_signatures_that_come_late_and_one_after_the_other(store: Store, samples: Path, tmp_path: Path) -> None:
    """Seen: "the tag differs between registries" was posted, and turned into "Fixed" seconds later."""
    async with sisters(store, tmp_path, settle="10m") as here:
        for image in (QUAY, HUB):
            digest = await here.push(samples / "max-sbom_2p_dflt", image, ago=700)
        await here.rest()
        assert any("not signed" in text for text in here.texts())
        await here.sign(QUAY, digest)
        assert not here.ever("tag-registries-differ")
        assert any("not signed" in text for text in here.texts()), "docker.io's is not"
        await here.sign(HUB, digest)
        assert not here.ever("tag-registries-differ")
        (parent,) = here.slack.parents(CHANNEL)
        assert "Pass" in parent["text"]


async def test_a_signature_that_never_comes_is_a_difference(store: Store, samples: Path, tmp_path: Path) -> None:
    async with sisters(store, tmp_path, settle="4s") as here:
        for image in (QUAY, HUB):
            digest = await here.push(samples / "max-sbom_2p_dflt", image, ago=700)
        await here.rest()
        await here.sign(QUAY, digest)
        await eventually(lambda: bool(here.ever("tag-registries-differ")))
        (parent,) = here.slack.parents(CHANNEL)
        await eventually(lambda: "differs" in str(here.slack.parents(CHANNEL)[0]["text"]))
        assert "Fail" in parent["text"]


async def test_signatures_without_end_put_nothing_off(store: Store) -> None:
    pushes = Pushes(store)
    await pushes.signed_late(QUAY, "sha256:1", 100.0)
    await pushes.signed_late(QUAY, "sha256:1", 900.0)
    assert await pushes.late_signature(QUAY, "sha256:1") == 100.0
    assert not await pushes.late_signature(HUB, "sha256:1")
