"""The registries that announce their pushes, and what is in Slack afterwards."""

import asyncio
import json
import random
from collections import Counter
from typing import Any, Final

from aiohttp import ClientError, ClientSession, ClientTimeout
from msgspec import Struct, field

from bot.demo.webhooks import WebhookRequest, request
from bot.oci.reference import Reference
from bot.oci.tag_list import PAGE_SIZE
from bot.render.slack.silence import EVENT as SILENCE
from bot.store import Store
from bot.store.polls import Polls
from tests.chaos.crowd import Crowd
from tests.chaos.plan import SEED_VERSION, Plan, Pushed
from tests.fake_registry import FakeRegistry
from tests.fake_slack import FakeSlack, Fault
from tests.registry_faults import Drop, Hang, Status
from tests.registry_shelf import OCI_MANIFEST, descriptor

IN_FLIGHT: Final = 16
"""Pushes at once."""

PATIENCE: Final = ClientTimeout(total=5.0)
"""Of a registry with the bot's answer; then the same event is sent again, to the other address."""

POLL: Final = 40.0
"""Seconds between two looks at a repository."""

SHORTEST: Final = 0.75
"""Of POLL: it varies by a fifth, and requests take a moment."""

SLACK_FAULTS: Final = (Fault.RATE_LIMITED, Fault.SERVER_ERROR, Fault.DROP_BEFORE, Fault.DROP_AFTER, Fault.HANG_AFTER)
REGISTRY_FAULTS: Final = (Status(429, headers={"Retry-After": "1"}), Status(500), Hang(), Drop())


class Scene(Struct):
    """One run."""

    plan: Plan
    crowd: Crowd
    registries: tuple[FakeRegistry, ...]
    slack: FakeSlack
    sent: Counter[str] = field(default_factory=Counter)
    digests: dict[str, str] = field(default_factory=dict)  # what each image is
    is_pushing: bool = True

    def seed(self) -> None:
        """One version of each repository is there before the bot starts."""
        for number in range(len(self.registries)):
            for repository in self.plan.repositories:
                self._put(Pushed(number, repository, SEED_VERSION))

    async def is_known(self, store: Store) -> bool:
        """Whether each repository had its first look, so that polling notices what is new from now on."""
        names = [f"{registry.host}/{name}" for registry in self.registries for name in self.plan.repositories]
        return all([(await Polls(store).load(name)).baseline_at for name in names])

    async def push_all(self) -> None:
        """All of the plan's, a few at a time."""
        places, chance = asyncio.Semaphore(IN_FLIGHT), random.Random(self.plan.seed)  # noqa: S311 - no secret
        async with ClientSession(timeout=PATIENCE) as session, asyncio.TaskGroup() as group:
            for push in self.plan.pushes():
                await places.acquire()
                task = group.create_task(self._push(push, session))
                task.add_done_callback(lambda _: places.release())
                await asyncio.sleep(chance.uniform(0.0, 2 * self.plan.pause))
        self.is_pushing = False

    async def _push(self, push: Pushed, session: ClientSession) -> None:
        image = self._put(push)
        self.sent["pushes"] += 1
        if push.is_lost:
            self.sent["lost"] += 1
            return
        sent = request(self.crowd.towns[0].source, image, self.digests[str(image)])
        await self._deliver(sent, session)
        if push.is_doubled:
            self.sent["doubled"] += 1
            await self._deliver(sent, session)

    async def _deliver(self, sent: WebhookRequest, session: ClientSession) -> None:
        """Until one of the two addresses takes it, as a registry does: for ever, and the same each time."""
        number = self.sent["deliveries"]
        while True:
            self.sent["deliveries"] += 1
            base = self.crowd.towns[number % 2].base
            try:
                async with session.post(base + sent.path, data=sent.body, headers=sent.headers) as answer:
                    if answer.status == 202:
                        return
                    self.sent[f"answered {answer.status}"] += 1
            except (ClientError, TimeoutError):
                self.sent["not answered"] += 1
            number += 1
            await asyncio.sleep(0.3)

    def _put(self, push: Pushed) -> Reference:
        registry = self.registries[push.registry]
        digest = registry.push_manifest(push.repository, _image(registry, push), tag=push.version)
        image = Reference(registry.host, push.repository, push.version)
        self.digests[str(image)] = digest
        return image

    async def spoil_now_and_then(self, chance: random.Random) -> None:
        """Slack and the registries fail in all their ways, for as long as there are pushes."""
        while self.is_pushing:
            method = chance.choice(("chat.postMessage", "chat.postMessage", "chat.update", "conversations.history"))
            self.slack.fail(method, chance.choice(SLACK_FAULTS))
            chance.choice(self.registries).fault("/manifests/", chance.choice(REGISTRY_FAULTS), times=1)
            self.sent["faults"] += 2
            await asyncio.sleep(chance.uniform(0.5, 2.0))

    # --- what came of it

    def threads(self) -> dict[str, list[dict[str, Any]]]:
        """The parents of each release, by "project version"."""
        found: dict[str, list[dict[str, Any]]] = {}
        for channel in self.slack.space.channels:
            for parent in self.slack.parents(channel):
                if parent["metadata"]["event_type"] != SILENCE:
                    found.setdefault(subject(parent), []).append(parent)
        return found

    def notices_of_silence(self) -> int:
        """Deliveries are lost: after a quarter of an hour, the source is called silent, once."""
        parents = [parent for channel in self.slack.space.channels for parent in self.slack.parents(channel)]
        return sum(parent["metadata"]["event_type"] == SILENCE for parent in parents)

    def unfinished(self) -> list[str]:
        """The releases whose thread is not there, or not as it must be at the end."""
        threads = self.threads()
        names = [f"{project} {version}" for project, version in self.plan.releases]
        return [name for name in names if not any(self.is_final(one) for one in threads.get(name, []))]

    def is_final(self, parent: dict[str, Any]) -> bool:
        """All images of the release are judged: those that must fail do, and no other."""
        said = f"1 of {self.plan.parts} images not ready" if self.plan.parts > 1 else ", not ready"
        waits = ("Still to come", "*Waiting*", "*Unknown*", "*Not checked*", "*Not seen*")
        return said in str(parent["text"]) and not any(word in str(parent["blocks"]) for word in waits)

    def looks(self) -> Counter[str]:
        """How often each image was read by its tag."""
        return Counter(
            f"{registry.host}{asked.path}"
            for registry in self.registries
            for asked in registry.requests
            if asked.method == "GET" and "/manifests/1." in asked.path
        )

    def polled_twice(self) -> int:
        """How often a repository's tags were listed again before that was due. A check's search asks for few only."""
        last: dict[str, float] = {}
        count = 0
        for registry in self.registries:
            for asked in registry.requests:
                if asked.path.partition("?")[0].endswith("/tags/list") and asked.path.endswith(f"?n={PAGE_SIZE}"):
                    name = f"{registry.host}{asked.path}"
                    count += asked.at - last.get(name, -POLL) < POLL * SHORTEST
                    last[name] = asked.at
        return count


def _image(registry: FakeRegistry, push: Pushed) -> dict[str, Any]:
    """The manifest of an image, the same in both registries, and no other is like it."""
    parts = (
        (json.dumps({"os": "linux", "architecture": "amd64"}).encode(), "application/vnd.oci.image.config.v1+json"),
        (f"{push.repository} {push.version}".encode(), "application/vnd.oci.image.layer.v1.tar+gzip"),
    )
    for data, _ in parts:
        registry.push_blob(push.repository, data)
    config, layer = (descriptor(data, kind) for data, kind in parts)
    return {"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": config, "layers": [layer]}


def subject(parent: dict[str, Any]) -> str:
    """`p00 1.0.0` of a parent."""
    return str(parent["metadata"]["event_payload"]["subject"])
