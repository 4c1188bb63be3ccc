"""The whole bot with two docker-registries as sisters: a release of three images with two tags each is one thread.

Pushed with delays, signed late, one image never pushed to the second registry.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.settings import WebhookSource
from bot.store import Store
from tests.fake_slack import FakeSlack
from tests.late_signature import Signer, tag_of
from tests.real_parts import DockerRegistry, free_port, running_registry
from tests.real_redis import RedisServer
from tests.webhooks.conftest import SECRET
from tests.whole_bot import running_bot

pytestmark = pytest.mark.real

CHANNEL = "C0RELEASES"
NAMES = ("app", "app-uber", "app-cli")
TAGS = ("1.16.0", "latest")


@dataclass(slots=True)
class Scene:
    """Two registries, whoever signs, and the channel."""

    registries: tuple[DockerRegistry, DockerRegistry]
    slack: FakeSlack
    signer: Signer
    folder: Path

    async def push(self, layout: Path, name: str, *, skip: frozenset[tuple[int, str]] = frozenset()) -> str:
        """With both tags to both registries, one after the other; the digest."""
        digest = ""
        for tag in TAGS:
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
        return dict(self.slack.space.channels[CHANNEL].messages)

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


async def until(condition: Callable[[], bool]) -> None:
    """As `eventually`, but for what takes as long as the policy's `complete`."""
    async with asyncio.timeout(150):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.1)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def registries(tmp_path: Path, port: int) -> Iterator[tuple[DockerRegistry, DockerRegistry]]:
    where, header = f"http://127.0.0.1:{port}/webhooks/own", {"Authorization": f"Bearer {SECRET}"}
    with ExitStack() as stack:
        one, two = (
            stack.enter_context(running_registry(tmp_path / name, notify_url=where, notify_headers=header))
            for name in ("one", "two")
        )
        yield one, two


@pytest.fixture
async def scene(
    empty_store: RedisServer,
    store: Store,
    registries: tuple[DockerRegistry, DockerRegistry],
    port: int,
    tmp_path: Path,
) -> AsyncIterator[Scene]:
    signer, hosts = Signer.new(), tuple(registry.host for registry in registries)
    entry = {
        "match": [f"{host}/acme/{name}" for host in hosts for name in NAMES],
        "group": "acme",
        "sisters": list(hosts),
        "require": ["signature-missing", "signature-invalid", "tag-moved", "tag-registries-differ"],
        "keys": [{"name": "release", "pem": signer.pem}],
        "settle": "20s",
        "complete": "40s",
    }
    policy = tmp_path / "policy.yaml"
    policy.write_text(json.dumps({"images": [entry]}))  # JSON is YAML
    source = WebhookSource.model_validate({"id": "own", "kind": "distribution", "secret": SECRET, "hosts": hosts})
    async with FakeSlack() as slack:
        slack.channel(CHANNEL, "releases")
        settings = empty_store.settings(
            port=port,
            policy=policy,
            webhooks=(source,),
            watch=tuple(f"{host}/acme/*" for host in hosts),
            private_hosts=hosts,
            insecure_hosts=hosts,
            settle=0.3,
            github_api="",
            slack_bot_token=slack.space.token,
            slack_signing_secret=slack.space.secret,
            slack_api_url=slack.api,
            slack_channel=CHANNEL,
        )
        async with running_bot(settings, store):
            yield Scene(registries, slack, signer, tmp_path)


async def test_one_thread_for_a_release_over_two_registries(scene: Scene, samples: Path) -> None:
    skip = frozenset({(1, "app-cli")})
    digests: dict[str, str] = {}
    for name in NAMES:
        digests[name] = await scene.push(samples / "max-sbom_2p_dflt", name, skip=skip)
        await asyncio.sleep(1)
    assert scene.texts() == [], "nothing is told while signatures and images are awaited"
    for name in NAMES:
        await scene.sign(digests[name], name, skip=skip)
        await asyncio.sleep(0.5)

    await until(lambda: bool(scene.texts()))
    await scene.quiet()
    (parent,) = scene.slack.parents(CHANNEL)
    print(json.dumps([parent["text"], *scene.texts()[1:]], indent=1))  # noqa: T201
    assert parent["text"].startswith("Fail: acme 1.16.0, 1 of 3 images not ready. ")
    assert "also `latest`" in str(parent["blocks"])
    payload = parent["metadata"]["event_payload"]
    assert payload["failed"] == "tag-registries-differ"
    assert len(scene.slack.replies(CHANNEL, parent["ts"])) == 1
    before = scene.messages()

    for name in NAMES:
        await scene.push(samples / "max-sbom_2p_dflt", name, skip=skip)
    await scene.quiet()
    assert scene.messages() == before, "the same pushes again: silence"

    await scene.push(samples / "min_2p_dflt", "app")
    await until(lambda: "tag-moved" in str(scene.slack.parents(CHANNEL)[0]["metadata"]))
    await scene.quiet()
    (parent,) = scene.slack.parents(CHANNEL)
    replies = scene.slack.replies(CHANNEL, parent["ts"])
    told = [one for one in replies if "tag-moved" in str(one["metadata"]["event_payload"].get("rules", ""))]
    assert len(told) == 1
    assert len(replies) <= 3 + sum(one["metadata"]["event_type"] == "provenance_verdict" for one in replies)
