"""Debian's docker-registry with its notifications pointed at the bot: an image is pushed, and its thread is there."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec import Struct
from pydantic import SecretStr
from ruamel.yaml import YAML

from bot.settings import Settings
from bot.settings_values import WebhookSource
from bot.store import Store
from bot.store.deliveries import Deliveries
from bot.store.threads import Thread, Threads
from handlers.webhooks.guide import guides
from tests.real_parts import DockerRegistry, free_port, running_registry
from tests.real_redis import RedisServer
from tests.waiting import eventually
from tests.webhooks.conftest import SECRET
from tests.whole_bot import running_bot

pytestmark = pytest.mark.real


class Scene(Struct):
    """A registry that announces its pushes, and what the bot made of them."""

    registry: DockerRegistry
    store: Store
    samples: Path

    async def push(self, layout: str, repository: str, tag: str) -> str:
        return await asyncio.to_thread(self.registry.push_layout, self.samples / layout, repository, tag)

    async def threads(self) -> list[Thread]:
        return await Threads(self.store).newest()

    async def taken(self) -> int:
        counts = await Deliveries(self.store).counts("own")
        return sum(counts.values())


def notifications(bot: str) -> dict[str, object]:
    """What `provenance webhooks` tells an operator of distribution to write, for a bot at that address."""
    source = WebhookSource(id="own", kind="distribution", secret=SecretStr(SECRET), hosts=("registry.example.com",))
    text = guides(Settings(webhooks=(source,), base_url=bot)).partition("\nnotifications:\n")[2].partition("\nFor ")[0]
    return dict(YAML(typ="safe").load(f"notifications:\n{text.replace('SECRET', SECRET)}"))


@pytest.fixture
async def scene(empty_store: RedisServer, store: Store, samples: Path, tmp_path: Path) -> AsyncIterator[Scene]:
    port = free_port()
    with running_registry(tmp_path, more=notifications(f"http://127.0.0.1:{port}")) as own:
        source = WebhookSource.model_validate(
            {"id": "own", "kind": "distribution", "secret": SECRET, "hosts": (own.host,)},
        )
        settings = empty_store.settings(
            port=port,
            webhooks=(source,),
            watch=(f"{own.host}/demo/*",),
            private_hosts=(own.host,),
            settle=0.2,
            slack_bot_token=None,
            slack_signing_secret=None,
        )
        async with running_bot(settings, store):
            yield Scene(own, store, samples)


async def test_a_push_becomes_a_thread_once_and_another_push_edits_it(scene: Scene) -> None:
    first = await scene.push("min_2p_dflt", "demo/app", "1.0.0")
    await eventually(lambda: _verdicts(scene, {"demo/app:1.0.0": ("fail", first)}))

    seen = await scene.taken()
    await scene.push("min_2p_dflt", "demo/app", "1.0.0")
    await eventually(lambda: _more(scene, seen))
    await eventually(lambda: _verdicts(scene, {"demo/app:1.0.0": ("fail", first)}))
    (thread,) = await scene.threads()

    second = await scene.push("max-sbom_2p_dflt", "demo/app", "1.0.0")
    await eventually(lambda: _verdicts(scene, {"demo/app:1.0.0": ("warn", second)}))
    (edited,) = await scene.threads()
    assert edited.parent.ts == thread.parent.ts, "the same message, edited"
    assert edited.parent.rev > thread.parent.rev
    told = [reply for reply in edited.replies if "tag-moved" in str(reply.facts.get("rules", ""))]
    assert len(told) == 1, "a release tag has moved, and that is told once"


async def test_what_was_not_watched_or_has_no_tag_makes_no_thread(scene: Scene) -> None:
    await scene.push("none_2p_dflt", "other/app", "1.0.0")
    digest = await scene.push("none_2p_dflt", "demo/app", "2.0.0")
    await eventually(lambda: _verdicts(scene, {"demo/app:2.0.0": ("fail", digest)}))


async def _verdicts(scene: Scene, expected: dict[str, tuple[str, str]]) -> bool:
    threads = await scene.threads()
    found = {
        thread.address.subject.replace(" ", ":"): (thread.parent.verdict, thread.parent.digest) for thread in threads
    }
    return found == expected and not any(thread.is_pending for thread in threads)


async def _more(scene: Scene, than: int) -> bool:
    return await scene.taken() > than
