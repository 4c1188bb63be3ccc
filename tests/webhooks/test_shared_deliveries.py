"""Deliveries as registries really send them, and hostile ones, from the data beside the repository."""

import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from multidict import CIMultiDict, CIMultiDictProxy

from bot.errors import ForgedError
from bot.settings import Settings
from bot.settings_values import WebhookSource
from handlers.webhooks import RECEIVERS, WEBHOOK_BODY_MAX, mount
from handlers.webhooks.delivery import Delivery
from handlers.webhooks.proof import SecretInPath, SourceTrust
from tests.fake_google import FakeGoogle
from tests.fake_queue import FakeDigests, FakeQueue
from tests.webhooks.conftest import SECRET, Bot, source_of

MICROCKS = "quay.io/microcks/microcks"
HOSTILE = "hostile/"
ECR, GAR = "123456789012.dkr.ecr.{}.amazonaws.com", "europe-west1-docker.pkg.dev/example-project/microcks/microcks"
KIND_OF: Final = {"azure": "acr", "aws": "ecr", "google": "artifact-registry", "jfrog": "artifactory"}
"""How the folder names a sender, where we name it otherwise."""

SOURCES: Final[dict[str, dict[str, Any]]] = {
    "acr": {"hosts": ["myregistry.azurecr.io"]},
    "aliyun": {"hosts": ["registry.cn-shanghai.aliyuncs.com"]},
    "artifact-registry": {"hosts": ["europe-west1-docker.pkg.dev", "us-east1-docker.pkg.dev"]},
    "artifactory": {
        "hosts": ["example.jfrog.io"],
        "repositories": {
            "docker-local": "example.jfrog.io/docker-local",
            "docker-remote-cache": "example.jfrog.io/docker-remote",
        },
    },
    "cdevents": {"hosts": ["quay.io"]},
    "cloudevents": {"hosts": ["registry.example.com"]},
    "distribution": {"hosts": ["registry.example.com", "127.0.0.1:5004", "127.0.0.1:5005", "127.0.0.1:15057"]},
    "ecr": {"hosts": [ECR.format(region) for region in ("us-east-1", "us-west-2", "eu-west-3")]},
    "gitea": {"hosts": ["git.example.com"]},
    "harbor": {"hosts": ["harbor.example.com", "10.92.103.227", "harbor.dev"]},
    "nexus": {"hosts": ["nexus.example.com:8082"], "repositories": {"docker-hosted": "nexus.example.com:8082"}},
    "zot": {"hosts": ["zot.example.com"]},
}
RELEASES: Final[dict[str, list[str]]] = {
    "aliyun-acr.push.constructed": ["registry.cn-shanghai.aliyuncs.com/ns/app:v1"],
    "aws-ecr.cloudevents-transformed.constructed": [f"{ECR.format('us-east-1')}/my-app:v1.2.3"],
    "aws-ecr.eventbridge.push.constructed": [f"{ECR.format('eu-west-3')}/microcks/microcks:1.12.0"],
    "aws-ecr.eventbridge.push.docs": [f"{ECR.format('us-west-2')}/my-repository-name:latest"],
    "azure-acr.ping.constructed": [],
    "azure-acr.push.by-digest.constructed": [],
    "azure-acr.push.docs": ["myregistry.azurecr.io/hello-world:v1"],
    "cdevents.artifact.published.spec": [],
    "cdevents.artifact.signed.oci.constructed": [f"{MICROCKS}:1.12.0"],
    "cdevents.artifact.signed.spec": [],
    "cloudevents.generic.binary.constructed": ["registry.example.com/microcks/microcks:1.12.0"],
    "cloudevents.generic.structured": ["registry.example.com/myapp/backend:v2.0.0"],
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
    "dockerhub.push.docs": ["docker.io/svendowideit/testhook:latest"],
    "dockerhub.push.images-empty.constructed": ["docker.io/microcks/microcks:1.12.0"],
    "gitea.package-created.child-digest.constructed": [],
    "gitea.package-created.constructed": ["git.example.com/microcks/microcks:1.12.0"],
    "github.package.published.child-manifest.constructed": [],
    "github.package.published.index.constructed": ["ghcr.io/microcks/microcks-uber:1.12.0"],
    "github.package.published.octokit": [],
    "github.ping.constructed": [],
    "github.registry_package.2019-shape.constructed": ["ghcr.io/exampleuser/server:1.2.3"],
    "github.registry_package.published.index.constructed": ["ghcr.io/microcks/microcks-uber:1.12.0"],
    "github.registry_package.published.octokit": [],
    "google-artifact-registry.pubsub-delete.constructed": [],
    "google-artifact-registry.pubsub-push.constructed": [f"{GAR}:1.12.0"],
    "google-artifact-registry.pubsub-push.truncated-digest": ["us-east1-docker.pkg.dev/my-project/my-repo/app1:v1.2.3"],
    "harbor.cloudevents.pull": [],
    "harbor.cloudevents.push.constructed": ["harbor.example.com/microcks/microcks:1.12.0"],
    "harbor.default.push-1.x.constructed": ["harbor.example.com/library/app:1.2.3"],
    "harbor.default.push.child-digest": [],
    "harbor.default.push.constructed": ["harbor.example.com/microcks/microcks:1.12.0"],
    "harbor.default.push.cosign-sig-tag.constructed": [],
    "jfrog-artifactory.docker.pushed.constructed": ["example.jfrog.io/docker-local/microcks/microcks:1.12.0"],
    "jfrog-artifactory.docker.pushed.docs": ["example.jfrog.io/docker-remote/library/ubuntu:latest"],
    "nexus.repository-asset.npm.docs": [],
    "nexus.repository-component.docker.constructed": ["nexus.example.com:8082/microcks/microcks:1.12.0"],
    "quay.repo_push.constructed": [f"{MICROCKS}:1.12.0"],
    "quay.repo_push.cosign-sig-tag.constructed": [],
    "quay.repo_push.referrers-fallback-tag.constructed": [],
    "quay.repo_push.template-secret.constructed": [f"{MICROCKS}:1.12.0"],
    "quay.repo_push.test-button.constructed": [f"{MICROCKS}:latest", f"{MICROCKS}:foo"],
    "quay.repo_push.two-tags.constructed": [f"{MICROCKS}:1.12.0", f"{MICROCKS}:latest"],
    "zot.image-updated.by-digest.constructed": [],
    "zot.image-updated.constructed": ["zot.example.com/microcks/microcks:1.12.0"],
    "hostile/azure-acr.host-localhost": [],
    "hostile/distribution.repository-traversal": ["registry.example.com/microcks/microcks:1.12.0"],
    "hostile/dockerhub.callback-url-metadata": ["docker.io/svendowideit/testhook:latest"],
    "hostile/dockerhub.pusher-mrkdwn": ["docker.io/svendowideit/testhook:1.12.0"],
    "hostile/harbor.resources-null": [],
    "hostile/jfrog.jpd-origin-metadata": [],
    "hostile/quay.docker-url-metadata-host": [],
    "hostile/quay.many-tags": [f"{MICROCKS}:#100"],
    "hostile/quay.tag-newline": [],
    "hostile/quay.tag-too-long": [],
    "hostile/quay.updated-tags-not-a-list": [],
}
REFUSED: Final = {"hostile/jfrog.jpd-origin-metadata"}
"""Unsigned on purpose."""
SHARED_KEY = "test-webhook-key"
SHARED_TOKEN = "test-token"


def kind_of(name: str) -> str:
    told = name.rpartition("/")[2].partition(".")[0].partition("-")[0]
    return KIND_OF.get(told, told)


def load(shared: Path, name: str) -> tuple[dict[str, str], Any, bytes]:
    document = json.loads((shared / "webhooks" / f"{name}.json").read_text())
    raw = json.dumps(document["body"], separators=(",", ":"), ensure_ascii=False).encode()
    headers = {key: value for key, value in document["headers"].items() if key not in ("Content-Length", "Host")}
    return headers, document["body"], raw


def source(kind: str) -> WebhookSource:
    return source_of(kind, **SOURCES.get(kind, {}))


@pytest.fixture
async def open_bot(google: FakeGoogle) -> AsyncIterator[Bot]:
    """Everything is watched, and the registries of the deliveries are among the hosts."""
    queue = FakeQueue()
    app = web.Application(client_max_size=WEBHOOK_BODY_MAX)
    digests = FakeDigests(queue)
    sources = tuple(source(kind) for kind in RECEIVERS)
    settings = Settings(webhooks=sources, watch=("*/**",), google_keys_url=google.url)
    mount(app, settings, queue, digests, digests)
    async with TestClient(TestServer(app)) as client:
        yield Bot(client, queue, digests, google)


def test_every_delivery_has_an_expectation(shared_data: Path) -> None:
    folder = shared_data / "webhooks"
    names = {str(path.relative_to(folder)).removesuffix(".json") for path in folder.rglob("*.json")}
    assert names == RELEASES.keys()
    assert {kind_of(name) for name in names} <= RECEIVERS.keys()


@pytest.mark.parametrize("name", RELEASES)
async def test_a_delivery_as_sent_gives_its_releases(open_bot: Bot, shared_data: Path, name: str) -> None:
    headers, body, raw = load(shared_data, name)
    if name in REFUSED:
        assert (await open_bot.post(f"/webhooks/{kind_of(name)}", raw, headers))[0] == 401
        return
    status, answer = await open_bot.deliver(kind_of(name), body, headers)
    assert status == (200 if ".ping." in name else 202)
    if name.endswith("many-tags"):
        assert answer["accepted"] == len(open_bot.queue.images) == 100
    else:
        assert open_bot.queue.images == RELEASES[name]
        assert answer["accepted"] == len(RELEASES[name])


SENT_WITH_PROOF = [
    name
    for name in RELEASES
    if name not in REFUSED and kind_of(name) not in ("artifact-registry", "dockerhub", "quay", "aliyun")
    if not name.endswith(".spec")
]


@pytest.mark.parametrize("name", SENT_WITH_PROOF)
async def test_the_proof_that_was_sent_holds_and_another_secret_does_not(shared_data: Path, name: str) -> None:
    headers, _, raw = load(shared_data, name)
    delivery = Delivery(CIMultiDictProxy(CIMultiDict(headers)), raw)
    proof = RECEIVERS[kind_of(name)].proof
    is_signed = kind_of(name) in ("github", "gitea", "nexus", "artifactory")
    await proof.verify(delivery, SourceTrust(SHARED_KEY if is_signed else SHARED_TOKEN))
    with pytest.raises(ForgedError):
        await proof.verify(delivery, SourceTrust(SECRET))


async def test_the_secret_in_quays_template_holds(shared_data: Path) -> None:
    headers, _, raw = load(shared_data, "quay.repo_push.template-secret.constructed")
    delivery = Delivery(CIMultiDictProxy(CIMultiDict(headers)), raw)
    await SecretInPath(in_body=True).verify(delivery, SourceTrust("test-template-secret"))


async def test_a_signed_artifact_wakes_its_check(open_bot: Bot, shared_data: Path) -> None:
    headers, body, _ = load(shared_data, "cdevents.artifact.signed.oci.constructed")
    await open_bot.deliver("cdevents", body, headers)
    (job,) = open_bot.queue.calls
    assert (job.origin, job.has_evidence) == ("recheck", True)


@pytest.mark.parametrize("version", ["2.8.2", "3.1.1"])
async def test_a_captured_push_copy_and_signature_give_three_releases_and_wake_one(
    open_bot: Bot, shared_data: Path, version: str
) -> None:
    lines = (shared_data / "webhooks" / "sequences" / f"distribution-{version}.jsonl").read_text().splitlines()
    nothing = 0
    for line in lines:
        document, before = json.loads(line), len(open_bot.queue.calls)
        status, _ = await open_bot.deliver("distribution", document["body"])
        assert status == 202
        nothing += before == len(open_bot.queue.calls)
    port = {"2.8.2": 5004, "3.1.1": 5005}[version]
    assert open_bot.queue.images == [f"127.0.0.1:{port}/demo/{app}:v1.2.3" for app in ("app", "app2", "app3")]
    assert [job.image for job in open_bot.queue.calls if job.origin == "recheck"] == [
        f"127.0.0.1:{port}/demo/app3:v1.2.3"
    ]
    assert (len(open_bot.queue.calls), nothing) == (4, 41)


@pytest.mark.parametrize("order", ["backwards", "doubled", "shuffled"])
async def test_the_order_and_number_of_deliveries_makes_no_difference_to_what_is_checked(
    open_bot: Bot, shared_data: Path, order: str
) -> None:
    lines = (shared_data / "webhooks" / "sequences" / "distribution-3.1.1.jsonl").read_text().splitlines()
    lines = {"backwards": lines[::-1], "doubled": [*lines, *lines], "shuffled": sorted(lines, key=hash_of)}[order]
    for line in lines:
        assert (await open_bot.deliver("distribution", json.loads(line)["body"]))[0] == 202
    assert set(open_bot.queue.images) == {f"127.0.0.1:5005/demo/{app}:v1.2.3" for app in ("app", "app2", "app3")}


def hash_of(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()
