"""The whole bot with two docker-registries as sisters: a release of three images with two tags each is one thread.

Pushed with delays, signed late, one image never pushed to the second registry; and the same with deliveries that are
lost, doubled, out of order, or sent again a day and more later.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from pathlib import Path

import pytest

from bot.store import Store
from bot.store.engine.binary import find_binary
from tests.fake_slack import FakeSlack
from tests.late_signature import Signer
from tests.post_office import Post, PostOffice
from tests.real_parts import DockerRegistry, free_port, running_registry
from tests.real_redis import RedisServer, running_server
from tests.release_scene import CHANNEL, MISSING, NAMES, Scene, end_of, until
from tests.town import Town
from tests.waiting import eventually
from tests.webhooks.conftest import SECRET
from tests.whole_bot import running_bot

pytestmark = pytest.mark.real

SAMPLE = "max-sbom_2p_dflt"
FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"
END = {
    "parents": [
        (
            "Fail: acme 1.16.0, 1 of 3 images not ready. The tag differs between registries: cli (missing at LACKING). "
            "Fixes are in the thread."
        )
    ],
    "failed": "tag-registries-differ",
    "replies": ["Fix for tag-registries-differ"],
    "also": True,
}
"""One thread, with the same words whatever became of the deliveries."""


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    """It delivers at once."""
    async with PostOffice(Post.DELIVERED).open() as opened:
        yield opened


@pytest.fixture
def registries(tmp_path: Path, office: PostOffice) -> Iterator[tuple[DockerRegistry, DockerRegistry]]:
    where, header = f"{office.url}/webhooks/own", {"Authorization": f"Bearer {SECRET}"}
    with ExitStack() as stack:
        one, two = (
            stack.enter_context(running_registry(tmp_path / name, notify_url=where, notify_headers=header))
            for name in ("one", "two")
        )
        yield one, two


@pytest.fixture
async def scene(
    registries: tuple[DockerRegistry, DockerRegistry], office: PostOffice, tmp_path: Path, samples: Path
) -> AsyncIterator[Scene]:
    async with FakeSlack() as slack:
        slack.channel(CHANNEL, "releases")
        made = Scene(registries, office, slack, Signer.new(), tmp_path)
        await made.warm_up(samples / SAMPLE)
        yield made


@asynccontextmanager
async def bot(scene: Scene, store: Store, empty_store: RedisServer, *, poll: float = 0.0) -> AsyncIterator[None]:
    port = free_port()
    scene.office.bot = f"http://127.0.0.1:{port}"
    async with running_bot(empty_store.settings(**scene.variables(port), poll=poll), store, polls=poll > 0):
        yield


async def the_end(scene: Scene) -> dict[str, object]:
    """When nothing more happens."""
    await until(lambda: bool(scene.texts()))
    await scene.quiet()
    end = end_of(scene)
    print(json.dumps(end, indent=1))  # noqa: T201
    return end


async def test_one_thread_for_a_release_over_two_registries(
    scene: Scene, store: Store, empty_store: RedisServer, samples: Path
) -> None:
    async with bot(scene, store, empty_store):
        await scene.tell(samples / SAMPLE)
        assert await the_end(scene) == scene.expected(END)
        before = scene.messages()

        for name in NAMES:
            await scene.push(samples / SAMPLE, name, skip=MISSING)
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

        await scene.push(samples / SAMPLE, "app")
        await until(lambda: "tag-moved" not in str(scene.slack.parents(CHANNEL)[0]["metadata"]))
        await scene.quiet()
    (parent,) = scene.slack.parents(CHANNEL)
    assert [parent["text"]] == scene.expected(END)["parents"], "pushed by mistake and back"
    texts = [str(one["text"]) for one in scene.slack.replies(CHANNEL, parent["ts"])]
    assert len(texts) == len(set(texts)), "nothing is told twice"


async def test_with_all_webhooks_lost_polling_alone_comes_to_the_same_end(
    scene: Scene, store: Store, empty_store: RedisServer, samples: Path
) -> None:
    scene.office.post = Post.LOST
    for name in NAMES:  # the first look at a repository is a baseline, so there must be something to see
        await scene.push(samples / "min_2p_dflt", name, skip=MISSING, tags=("1.15.0",))
    async with bot(scene, store, empty_store, poll=2.0):
        await eventually(lambda: scene.are_polled(store))
        await scene.tell(samples / SAMPLE)
        assert await the_end(scene) == scene.expected(END)
    assert scene.office.letters
    assert not scene.office.answers


async def test_with_every_delivery_doubled_the_end_is_the_same(
    scene: Scene, store: Store, empty_store: RedisServer, samples: Path
) -> None:
    scene.office.post = Post.DOUBLED
    async with bot(scene, store, empty_store):
        await scene.tell(samples / SAMPLE)
        assert await the_end(scene) == scene.expected(END)
    assert len(scene.office.answers) == 2 * len(scene.office.letters)


async def test_with_all_deliveries_backwards_the_end_is_the_same(
    scene: Scene, store: Store, empty_store: RedisServer, samples: Path
) -> None:
    """Signatures are announced before their images."""
    scene.office.post = Post.HELD
    async with bot(scene, store, empty_store):
        await scene.tell(samples / SAMPLE)
        await scene.office.deliver_again(backwards=True)
        assert await the_end(scene) == scene.expected(END)


@pytest.fixture
def lasting_store(tmp_path: Path) -> Iterator[RedisServer]:
    """Valkey with an append-only file. Debian's redis-server does not start with another clock than the machine's."""
    folder, port = tmp_path / "valkey", free_port()
    folder.mkdir()
    flags = ("--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "yes")
    with running_server(RedisServer(str(find_binary()), folder, f"redis://127.0.0.1:{port}/0", flags)) as server:
        yield server


@pytest.mark.parametrize("later", ["+25h", "+8d"])
async def test_replayed_later_all_deliveries_change_nothing(
    scene: Scene, lasting_store: RedisServer, samples: Path, later: str
) -> None:
    """By the clocks of all processes, the store's too. Deliveries are remembered for a week."""
    town = Town(scene.hosts[0], scene.slack, scene.folder, redis_url=lasting_store.url, more=scene.environment())
    scene.office.bot = town.base
    async with running(town):
        await scene.tell(samples / SAMPLE)
        assert await the_end(scene) == scene.expected(END)
    await asyncio.to_thread(lasting_store.kill)

    shifted = {"LD_PRELOAD": FAKETIME, "FAKETIME": later, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    lasting_store.environment = shifted
    await asyncio.to_thread(lasting_store.start)
    town.more |= shifted
    async with running(town):
        await scene.quiet()
        before = scene.messages()
        assert end_of(scene) == scene.expected(END)
        scene.office.answers.clear()
        await scene.office.deliver_again()
        await scene.quiet()
    assert set(scene.office.answers) == {202}
    assert scene.messages() == before
    assert "Traceback" not in town.said()


@asynccontextmanager
async def running(town: Town) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(town.web())
        await stack.enter_async_context(town.worker())
        await eventually(town.is_ready)
        yield
