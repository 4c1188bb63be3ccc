"""Deliveries as registries really send them, and hostile ones, from the data beside the repository."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from multidict import CIMultiDict, CIMultiDictProxy

from bot.errors import ForgedError
from bot.settings import Settings
from handlers.webhooks import RECEIVERS, mount
from handlers.webhooks.delivery import Delivery
from tests.fake_queue import FakeDigests, FakeQueue
from tests.webhooks.conftest import SECRET, SOURCES, Bot

MICROCKS = "quay.io/microcks/microcks"
RELEASES: dict[str, list[str]] = {
    "quay.repo_push.constructed": [f"{MICROCKS}:1.12.0"],
    "quay.repo_push.cosign-sig-tag.constructed": [],
    "quay.repo_push.referrers-fallback-tag.constructed": [],
    "quay.repo_push.template-secret.constructed": [f"{MICROCKS}:1.12.0"],
    "quay.repo_push.test-button.constructed": [f"{MICROCKS}:latest", f"{MICROCKS}:foo"],
    "quay.repo_push.two-tags.constructed": [f"{MICROCKS}:1.12.0", f"{MICROCKS}:latest"],
    "dockerhub.push.docs": ["docker.io/svendowideit/testhook:latest"],
    "dockerhub.push.images-empty.constructed": ["docker.io/microcks/microcks:1.12.0"],
    "github.package.published.child-manifest.constructed": [],
    "github.package.published.index.constructed": ["ghcr.io/microcks/microcks-uber:1.12.0"],
    "github.package.published.octokit": [],
    "github.ping.constructed": [],
    "github.registry_package.2019-shape.constructed": ["ghcr.io/exampleuser/server:1.2.3"],
    "github.registry_package.published.index.constructed": ["ghcr.io/microcks/microcks-uber:1.12.0"],
    "github.registry_package.published.octokit": [],
    "distribution-2.8.2.attestation-manifest-push.captured": [],
    "distribution-2.8.2.blob-push.captured": [],
    "distribution-2.8.2.index-push.captured": ["127.0.0.1:15057/microcks/microcks-uber:latest"],
    "distribution-3.1.1.cosign-sig-tag-push.captured": [],
    "distribution-3.1.1.index-push.captured": ["127.0.0.1:5005/demo/app:v1.2.3"],
    "distribution-3.1.1.mount.captured": [],
    "distribution-3.1.1.pull.captured": [],
    "distribution-3.1.1.referrers-fallback-tag-push.captured": [],
    "distribution.pull.docs": [],
    "distribution.push-docker-manifest.constructed": ["registry.example.com/foo/bar:1.6.1"],
    "distribution.push-envelope.docs": [],
    "hostile/distribution.repository-traversal": ["registry.example.com/microcks/microcks:1.12.0"],
    "hostile/dockerhub.callback-url-metadata": ["docker.io/svendowideit/testhook:latest"],
    "hostile/dockerhub.pusher-mrkdwn": ["docker.io/svendowideit/testhook:1.12.0"],
    "hostile/quay.docker-url-metadata-host": [],
    "hostile/quay.many-tags": [f"{MICROCKS}:#100"],
    "hostile/quay.tag-newline": [],
    "hostile/quay.tag-too-long": [],
}
MALFORMED = {"hostile/quay.updated-tags-not-a-list"}
SHARED_KEY = "test-webhook-key"
SHARED_TOKEN = "test-token"


def kind_of(name: str) -> str:
    return name.rpartition("/")[2].partition(".")[0].partition("-")[0]


def load(shared: Path, name: str) -> tuple[dict[str, str], Any, bytes]:
    document = json.loads((shared / "webhooks" / f"{name}.json").read_text())
    raw = json.dumps(document["body"], separators=(",", ":"), ensure_ascii=False).encode()
    headers = {key: value for key, value in document["headers"].items() if key not in ("Content-Length", "Host")}
    return headers, document["body"], raw


@pytest.fixture
async def open_bot() -> AsyncIterator[Bot]:
    """Everything is watched, and the captured registries are among the hosts."""
    queue = FakeQueue()
    hosts = ("registry.example.com", "127.0.0.1:5004", "127.0.0.1:5005", "127.0.0.1:15057")
    own = SOURCES[3].model_copy(update={"hosts": hosts})
    app = web.Application(client_max_size=1024 * 1024)
    digests = FakeDigests(queue)
    mount(app, Settings(webhooks=(*SOURCES[:3], own), watch=("*/**",)), queue, digests, digests, digests)
    async with TestClient(TestServer(app)) as client:
        yield Bot(client, queue, digests)


def test_every_delivery_of_our_kinds_has_an_expectation(shared_data: Path) -> None:
    folder = shared_data / "webhooks"
    names = {str(path.relative_to(folder)).removesuffix(".json") for path in folder.rglob("*.json")}
    assert {name for name in names if kind_of(name) in RECEIVERS} == RELEASES.keys() | MALFORMED


@pytest.mark.parametrize("name", RELEASES)
async def test_a_delivery_as_sent_gives_its_releases(open_bot: Bot, shared_data: Path, name: str) -> None:
    headers, body, _ = load(shared_data, name)
    status, answer = await open_bot.deliver(kind_of(name), body, headers)
    assert status in (200, 202)
    if name.endswith("many-tags"):
        assert answer["accepted"] == len(open_bot.queue.images) == 100
    else:
        assert open_bot.queue.images == RELEASES[name]


@pytest.mark.parametrize("name", sorted(MALFORMED))
async def test_a_malformed_delivery_is_refused(open_bot: Bot, shared_data: Path, name: str) -> None:
    headers, body, _ = load(shared_data, name)
    assert (await open_bot.deliver(kind_of(name), body, headers))[0] == 400
    assert open_bot.queue.calls == []


@pytest.mark.parametrize("name", [name for name in RELEASES if kind_of(name) in ("github", "distribution")])
def test_the_proof_that_was_sent_holds_and_another_key_does_not(shared_data: Path, name: str) -> None:
    headers, _, raw = load(shared_data, name)
    delivery = Delivery(CIMultiDictProxy(CIMultiDict(headers)), raw)
    receiver = RECEIVERS[kind_of(name)]
    receiver.verify(delivery, SHARED_KEY if kind_of(name) == "github" else SHARED_TOKEN)
    with pytest.raises(ForgedError):
        receiver.verify(delivery, SECRET)


@pytest.mark.parametrize("version", ["2.8.2", "3.1.1"])
async def test_a_captured_push_copy_and_signature_give_three_releases_and_wake_one(
    open_bot: Bot, shared_data: Path, version: str
) -> None:
    lines = (shared_data / "webhooks" / "sequences" / f"distribution-{version}.jsonl").read_text().splitlines()
    accepted = []
    for line in lines:
        document = json.loads(line)
        status, answer = await open_bot.deliver("distribution", document["body"])
        assert status == 202
        accepted.append(answer["accepted"])
    port = {"2.8.2": 5004, "3.1.1": 5005}[version]
    assert open_bot.queue.images == [f"127.0.0.1:{port}/demo/{app}:v1.2.3" for app in ("app", "app2", "app3")]
    assert [job.image for job in open_bot.queue.calls if job.origin == "recheck"] == [
        f"127.0.0.1:{port}/demo/app3:v1.2.3"
    ]
    assert len(open_bot.queue.calls) == 4
    assert sum(accepted) == 3
