"""What `make demo` does, from the announcement to the thread."""

import asyncio
import hashlib
import io
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest
from aiohttp import ClientSession
from rich.console import Console

from bot.demo import deliver, expect, show
from bot.demo.processes import Demo, opened
from bot.demo.registry import serving
from bot.demo.samples import STORIES, repositories
from bot.demo.webhooks import HOSTS
from bot.errors import SettingsError
from bot.oci.manifest import MANIFEST_TYPES
from bot.report import Verdict
from bot.settings import Settings
from bot.store.threads import ALARM, Threads
from bot.values import replace
from tests.real_parts import free_port
from tests.waiting import PATIENCE, eventually


def settings(folder: Path) -> Settings:
    return Settings(port=free_port(), data=folder, slack_bot_token=None, slack_signing_secret=None)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine needs its time; a test of the deadline sets its own."""
    monkeypatch.setattr(expect, "DEADLINE", PATIENCE)


def console() -> tuple[Console, io.StringIO]:
    text = io.StringIO()
    return Console(file=text, width=120, highlight=False), text


@pytest.mark.long
async def test_the_demo_ends_well(tmp_path: Path) -> None:
    on, text = console()
    assert await show.show(settings(tmp_path), on, once=True) == 0
    said = text.getvalue()
    assert "All 7 threads are as expected." in said
    heads = [head for frame, head in pairwise(said.splitlines()) if frame.startswith("╭")]
    for story in STORIES:
        assert sum(story.subject in head for head in heads) == 1, "one thread"
        assert all(str(sample.image) in said for sample in story.pushed)
    assert "Fix for " in said
    assert "provenance-mode-min" in said
    assert "npm_" not in said, "the leaked token of a sample is never shown"


@pytest.mark.long
async def test_a_release_of_several_images_says_first_what_it_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(show, "STORIES", STORIES[-1:])
    monkeypatch.setattr(expect, "STEADY", 5.0)  # what passes is posted last, and the demo is content without it
    on, text = console()
    assert await show.show(settings(tmp_path), on, once=True) == 0, text.getvalue()
    said = " ".join(text.getvalue().split())
    assert "demo/shop 1.1.0: provenance was lost since the release before; 2 of 3 images not ready" in said
    lost = said.index("Provenance was lost since the release before: shop-api · mode=min; it was max in 1.0.0")
    assert lost < said.index("The SBOM was lost since the release before: shop-api") < said.index("Pass: shop-web")
    assert "The tag differs between registries: shop-worker (missing at docker.io)" in said


@pytest.mark.long
async def test_images_that_a_slow_machine_checks_later_are_told_as_such(tmp_path: Path) -> None:
    """The thread is there already when a critical problem comes: that is a post of its own, and as it must be."""
    (story,) = STORIES[-1:]
    first = [sample for sample in story.pushed if sample.failing == {"tag-registries-differ"}]
    own = settings(tmp_path)
    async with opened(own, tmp_path) as demo:
        since = await demo.store.now()
        await deliver.deliver(demo.base, first, demo.settings.webhooks)
        await eventually(lambda: has_thread(demo))
        await deliver.deliver(demo.base, story.pushed, demo.settings.webhooks)
        (found,) = await expect.results(demo, [story], since)
    assert [*expect.differences([found])] == []
    (thread,) = found.threads
    alarms = [reply for reply in thread.replies if reply.part.startswith(ALARM)]
    assert [alarm.facts["rule"] for alarm in alarms] == ["provenance-lost"]
    again = alarms[0].model_copy(update={"part": f"{ALARM}provenance-lost.2"})
    twice = replace(found, threads=(replace(thread, replies=(*thread.replies, again)),))
    assert [said for said in expect.differences([twice]) if "4 replies, 3 of them about fixes" in said]


async def has_thread(demo: Demo) -> bool:
    return bool(await Threads(demo.store).newest())


async def test_the_operators_own_settings_do_not_change_what_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(show, "STORIES", STORIES[:1])
    own = {"policy": tmp_path / "none.yaml", "redis_url": "redis://nobody.invalid", "watch": ("quay.io/acme/*",)}
    on, text = console()
    said = Settings.model_validate(settings(tmp_path).model_dump() | own)
    assert await show.show(said, on, once=True) == 0, text.getvalue()


@pytest.mark.long
async def test_a_thread_that_is_not_as_it_must_be_ends_with_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (sample,) = STORIES[1].pushed
    pushed = (replace(sample, failing=frozenset({"provenance-missing"})),)
    wrong = replace(STORIES[1], verdict=Verdict.PASS, pushed=pushed, problems=(), advice=frozenset())
    monkeypatch.setattr(show, "STORIES", (wrong,))
    monkeypatch.setattr(expect, "DEADLINE", 15.0)
    on, text = console()
    assert await show.show(settings(tmp_path), on, once=True) == 1
    said = " ".join(text.getvalue().split())
    assert f"{sample.image}: the failed rules are provenance-mode-min, sbom-missing, not provenance-missing" in said
    assert f"{wrong.subject}: the verdict is fail, not pass" in said
    assert f"{wrong.subject}: the problems are sbom-missing, provenance-mode-min, not no rule" in said
    assert f"{wrong.subject}: the replies are about attestation-unsigned, provenance-builder-unknown" in said


def test_a_thread_that_never_comes_is_told() -> None:
    nothing = expect.StoryResult(STORIES[0], (), {})
    image = STORIES[0].pushed[0].image
    assert [*expect.differences([nothing])] == [
        f"{image}: not checked within {expect.DEADLINE:.0f} s",
        f"{STORIES[0].subject}: no thread",
    ]


async def test_a_taken_port_is_said_clearly(tmp_path: Path) -> None:
    taken = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    async with taken:
        port = taken.sockets[0].getsockname()[1]
        with pytest.raises(SettingsError, match=f"{port} is in use by another program; set PORT"):
            await show.show(Settings(port=port, data=tmp_path), console()[0], once=True)


@pytest.mark.long
def test_with_once_nothing_is_left_behind(tmp_path: Path) -> None:
    asyncio.run(show.show(settings(tmp_path), console()[0], once=True))
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
async def registry() -> AsyncIterator[str]:
    async with serving(repositories("quay.io")) as host:
        yield f"http://{host}/v2/"


@pytest.mark.parametrize("registry_name", sorted(HOSTS.values()))
async def test_the_registry_serves_bytes_that_hash_to_their_digests(registry_name: str) -> None:
    async with serving(repositories(registry_name)) as host, ClientSession() as session:
        registry = f"http://{host}/v2/"
        for name, repository in repositories(registry_name).items():
            for tag, item in repository.tags.items():
                async with session.get(f"{registry}{name}/manifests/{tag}") as response:
                    body = await response.read()
                    assert response.content_type in MANIFEST_TYPES
                    assert response.headers["Docker-Content-Digest"] == item.digest
                    assert f"sha256:{hashlib.sha256(body).hexdigest()}" == item.digest
                async with session.head(f"{registry}{name}/manifests/{item.digest}") as response:
                    assert (response.status, int(response.headers["Content-Length"])) == (200, len(body))
            for digest in repository.blobs:
                async with session.get(f"{registry}{name}/blobs/{digest}") as response:
                    assert f"sha256:{hashlib.sha256(await response.read()).hexdigest()}" == digest


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "", 200),
        ("GET", "demo/app-min/tags/list", 200),
        ("GET", "demo/nothing/manifests/1.0.0", 404),
        ("GET", "demo/app-none/manifests/1.0.0", 404),  # it is in another registry
        ("GET", "demo/app-min/manifests/sha256:../../../../etc/passwd", 404),
        ("GET", "demo/app-min/blobs/..%2f..%2findex.json", 404),
        ("PUT", "demo/app-min/manifests/1.0.0", 405),
        ("DELETE", "demo/app-min/manifests/1.0.0", 405),
        ("POST", "demo/app-min/blobs/uploads/", 404),
    ],
)
async def test_the_registry_can_only_be_read(registry: str, method: str, path: str, status: int) -> None:
    async with ClientSession() as session, session.request(method, registry + path) as response:
        assert response.status == status
