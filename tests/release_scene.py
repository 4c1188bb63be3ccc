"""Two docker-registries as sisters, a channel, and somebody who pushes and signs: for the stories of a release."""

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import Struct

from bot.render.slack.digest import EVENT as DIGEST
from bot.settings_values import WebhookSource
from bot.store import Store
from bot.store.polls import Polls
from tests.fake_slack import FakeSlack
from tests.late_signature import Signer, tag_of
from tests.post_office import PostOffice
from tests.real_parts import DockerRegistry
from tests.webhooks.conftest import SECRET

CHANNEL = "C0RELEASES"
NAMES = ("app", "app-uber", "app-cli")
TAGS = ("1.16.0", "latest")
MISSING = frozenset({(1, "app-cli")})
"""The image that is never pushed to the second registry."""


class Scene(Struct):
    """Two registries, their post office, whoever signs, and the channel."""

    registries: tuple[DockerRegistry, DockerRegistry]
    office: PostOffice
    slack: FakeSlack
    signer: Signer
    folder: Path
    complete: float = 40.0  # seconds, for pushes of this machine's speed

    async def warm_up(self, layout: Path) -> None:
        """One push that nobody watches tells how long a release takes on this machine."""
        began = time.monotonic()
        await asyncio.to_thread(self.registries[0].push_layout, layout, "warm/up", "1.0")
        self.complete = max(self.complete, 80 * (time.monotonic() - began))

    @property
    def hosts(self) -> tuple[str, str]:
        return self.registries[0].host, self.registries[1].host

    @property
    def source(self) -> WebhookSource:
        return WebhookSource.model_validate(
            {"id": "own", "kind": "distribution", "secret": SECRET, "hosts": self.hosts}
        )

    def policy(self) -> Path:
        """All of it is one release, signed by that key."""
        entry = {
            "match": [f"{host}/acme/{name}" for host in self.hosts for name in NAMES],
            "group": "acme",
            "sisters": list(self.hosts),
            "require": ["signature-missing", "signature-invalid", "tag-moved", "tag-registries-differ"],
            "keys": [{"name": "release", "pem": self.signer.pem}],
            "settle": "20s",
            "complete": f"{self.complete:.0f}s",
        }
        file = self.folder / "policy.yaml"
        file.write_text(json.dumps({"images": [entry]}))  # JSON is YAML
        return file

    def variables(self, port: int) -> dict[str, object]:
        """The settings of a bot at that port, without its store."""
        return {
            "port": port,
            "policy": self.policy(),
            "webhooks": (self.source,),
            "watch": tuple(f"{host}/acme/{name}" for host in self.hosts for name in NAMES),
            "private_hosts": self.hosts,
            "insecure_hosts": self.hosts,
            "settle": 0.3,
            "github_api": "",
            "slack_bot_token": self.slack.space.token,
            "slack_signing_secret": self.slack.space.secret,
            "slack_api_url": self.slack.api,
            "slack_channel": CHANNEL,
        }

    def environment(self) -> dict[str, str]:
        """The same for processes of their own, as far as `Town` does not say it."""
        source = {"id": "own", "kind": "distribution", "secret": SECRET, "hosts": self.hosts}
        return {
            "PROVENANCE_WEBHOOKS": json.dumps([source]),
            "PROVENANCE_WATCH": json.dumps([f"{host}/acme/{name}" for host in self.hosts for name in NAMES]),
            "PROVENANCE_PRIVATE_HOSTS": json.dumps(self.hosts),
            "PROVENANCE_INSECURE_HOSTS": json.dumps(self.hosts),
            "PROVENANCE_POLICY": str(self.policy()),
            "PROVENANCE_POLL": "0",
            "PROVENANCE_SETTLE": "0.3",
            "PROVENANCE_GITHUB_API": "",
        }

    def expected(self, end: dict[str, Any]) -> dict[str, Any]:
        """That end, with the name of the registry that lacks the image."""
        return {**end, "parents": [text.replace("LACKING", self.hosts[1]) for text in end["parents"]]}

    async def are_polled(self, store: Store) -> bool:
        """Whether all repositories that are there have had their first look."""
        polls = Polls(store)
        names = [
            f"{host}/acme/{name}"
            for number, host in enumerate(self.hosts)
            for name in NAMES
            if (number, name) not in MISSING
        ]
        return all([(await polls.load(name)).baseline_at for name in names])

    async def tell(self, layout: Path) -> None:
        """The whole release, with delays, its signatures late, one image missing in one registry."""
        digests = {}
        for name in NAMES:
            digests[name] = await self.push(layout, name, skip=MISSING)
            await asyncio.sleep(1)
        for name in NAMES:
            await self.sign(digests[name], name, skip=MISSING)
            await asyncio.sleep(0.5)

    async def push(
        self, layout: Path, name: str, *, skip: frozenset[tuple[int, str]] = frozenset(), tags: tuple[str, ...] = TAGS
    ) -> str:
        """With both tags to both registries, one after the other; the digest."""
        digest = ""
        for tag in tags:
            for number, registry in enumerate(self.registries):
                if (number, name) not in skip:
                    digest = await asyncio.to_thread(registry.push_layout, layout, f"acme/{name}", tag)
        return digest

    async def sign(self, digest: str, name: str, *, skip: frozenset[tuple[int, str]] = frozenset()) -> None:
        layout = self.signer.layout(digest, self.folder / f"signature-{name}-{digest[7:19]}")
        for number, registry in enumerate(self.registries):
            if (number, name) not in skip:
                await asyncio.to_thread(registry.push_layout, layout, f"acme/{name}", tag_of(digest))

    def messages(self) -> dict[str, Any]:
        """Those about the release; after a day there is a digest, too."""
        found = self.slack.space.channels[CHANNEL].messages
        return {ts: one for ts, one in found.items() if one["metadata"]["event_type"] != DIGEST}

    def texts(self) -> list[str]:
        return [str(message["text"]) for message in self.messages().values()]

    async def quiet(self) -> None:
        """Nothing has been posted or edited, and no registry asked, for a while."""
        seen: tuple[int, ...] = ()
        while seen != (seen := (len(self.slack.calls), *(self._logged(one) for one in self.registries))):  # noqa: ASYNC110
            await asyncio.sleep(4)

    @staticmethod
    def _logged(registry: DockerRegistry) -> int:
        return (registry.storage.parent / "registry.log").stat().st_size


def end_of(scene: Scene) -> dict[str, Any]:
    """What is in the channel when all is over, without what differs from run to run."""
    parents = [one for one in scene.messages().values() if "thread_ts" not in one]
    payload = parents[0]["metadata"]["event_payload"] if parents else {}
    return {
        "parents": [parent["text"] for parent in parents],
        "failed": payload.get("failed", ""),
        "replies": [
            str(one["text"]).partition(":")[0]
            for parent in parents
            for one in scene.slack.replies(CHANNEL, parent["ts"])
        ],
        "also": "also `latest`" in str(parents[0]["blocks"]) if parents else False,
    }


async def until(condition: Callable[[], bool]) -> None:
    """As `eventually`, but for what takes as long as the policy's `complete`."""
    async with asyncio.timeout(600):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.1)
