"""Reading manifests and blobs: one request each, verified, bounded, and honest about what went wrong."""

import asyncio
import hashlib
from pathlib import Path

import pytest

from bot.errors import (
    NotFoundError,
    TooLargeError,
    UntrustworthyError,
)
from bot.oci import tally
from bot.oci.manifest import Descriptor, Index, Manifest
from bot.oci.reference import Reference
from bot.oci.wire.gates import HOST_CONCURRENCY
from tests.fake_registry import FakeRegistry
from tests.oci.opened import at, opened
from tests.registry_faults import (
    Body,
    Endless,
    Fault,
    Flip,
    GzipBomb,
    Hang,
    Headers,
    Longer,
    Shorter,
    Status,
)
from tests.waiting import eventually, many_turns

LAYER = b"a layer of some bytes"


def layer(data: bytes = LAYER, algorithm: str = "sha256") -> Descriptor:
    digest = f"{algorithm}:{hashlib.new(algorithm, data).hexdigest()}"
    return Descriptor(media_type="application/octet-stream", digest=digest, size=len(data))


async def test_two_platforms_with_provenance_and_sbom_cost_one_request_each(samples: Path) -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        fake.add_layout(samples / "max-sbom_2p_dflt", "demo/app", tag="1")
        with tally.counting() as counted:
            index = (await registry.manifest(at(fake))).read(Index)
            carriers = [child.digest for child in index.manifests if child.platform and not child.platform.known]
            contents = await asyncio.gather(*(registry.manifest(at(fake).at(digest)) for digest in carriers))
            layers = [layer for content in contents for layer in content.read(Manifest).layers]
            await asyncio.gather(*(registry.blob(at(fake), layer, limit=2**20) for layer in layers))
        assert (len(carriers), len(layers)) == (2, 4)
        assert (counted.total, counted.manifest_pulls, counted.tokens) == (7, 3, 0)
        assert len(fake.requests) == 7
        assert counted.received > 0


async def test_a_manifest_is_what_its_tag_stands_for(samples: Path) -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        digest = fake.add_layout(samples / "none_2p_dflt", "demo/app", tag="1")
        content = await registry.manifest(at(fake))
        assert (content.digest, content.media_type) == (digest, "application/vnd.oci.image.index.v1+json")
        assert await registry.manifest(at(fake, digest)) == content


async def test_every_request_says_who_asks_and_for_what() -> None:
    async with FakeRegistry() as fake, opened(fake, user_agent="provenance-bot/1 (+https://bot.example)") as registry:
        fake.push_image("demo/app", tag="1")
        await registry.manifest(at(fake))
        headers = fake.requests[0].headers
        assert headers["User-Agent"] == "provenance-bot/1 (+https://bot.example)"
        assert headers["Accept-Encoding"] == "identity"
        assert headers["Accept"].count("application/vnd.") == 4
        assert "Authorization" not in headers


async def test_resolving_a_tag_is_no_pull() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        digest = fake.push_image("demo/app", tag="1")
        with tally.counting() as counted:
            assert await registry.resolve(at(fake)) == digest
        assert [asked.method for asked in fake.requests] == ["HEAD"]
        assert (counted.total, counted.manifest_pulls) == (1, 0)


@pytest.mark.parametrize("header", [None, "sha256:../../etc", "sha256:" + "A" * 64])
async def test_a_head_without_a_digest_is_followed_by_a_get(header: str | None) -> None:
    async with FakeRegistry(digest_header=False) as fake, opened(fake) as registry:
        digest = fake.push_image("demo/app", tag="1")
        if header:
            fake.headers["Docker-Content-Digest"] = header
        assert await registry.resolve(at(fake)) == digest
        assert [asked.method for asked in fake.requests] == ["HEAD", "GET"]


async def test_a_registry_that_takes_no_head_is_asked_by_get() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        digest = fake.push_image("demo/app", tag="1")
        fake.fault("/manifests/", Status(405), method="HEAD")
        assert await registry.resolve(at(fake)) == digest


async def test_by_tag_the_own_hash_counts_whatever_the_header_says() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        digest = fake.push_image("demo/app", tag="1")
        fake.headers["Docker-Content-Digest"] = "sha256:" + "0" * 64
        assert (await registry.manifest(at(fake))).digest == digest


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
async def test_a_tag_that_is_one_image_by_the_header_and_another_by_its_bytes_is_not_known(algorithm: str) -> None:
    """Docker and containerd pull what the header names."""
    async with FakeRegistry() as fake, opened(fake) as registry:
        fake.push_image("demo/app", tag="1")
        other = fake.push_image("demo/app", layer=b"what runs")
        held = fake.repository("demo/app").manifests[other]
        named = f"{algorithm}:{hashlib.new(algorithm, held.data).hexdigest()}"
        fake.repository("demo/app").manifests[named] = held
        fake.fault("/manifests/1", Headers({"Docker-Content-Digest": named}), method="GET")
        with pytest.raises(UntrustworthyError, match="not known which of them is pulled"):
            await registry.manifest(at(fake))


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
async def test_a_blob_is_verified_by_the_algorithm_of_its_digest(algorithm: str) -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        wanted = layer(algorithm=algorithm)
        fake.repository("demo/app").blobs[wanted.digest] = LAYER
        content = await registry.blob(at(fake), wanted, limit=100)
        assert (content.data, content.digest) == (LAYER, wanted.digest)


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Flip(), "does not match"),
        (Flip(position=5), "does not match"),
        (Longer(), "should have 21 bytes"),
        (Longer(chunked=True), "should have 21 bytes"),
        (Shorter(), "should have 21 bytes; .* sent 20 bytes"),
        (Body(b""), "should have 21 bytes"),
        (Endless(), "should have 21 bytes"),
        (GzipBomb(), "should have 21 bytes"),
    ],
)
async def test_other_bytes_than_were_named_are_never_taken(fault: Fault, why: str) -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        fake.push_image("demo/app", tag="1", layer=LAYER)
        fake.fault("/blobs/", fault)
        with pytest.raises(UntrustworthyError, match=why) as caught:
            await registry.blob(at(fake), layer(), limit=2**30)
        assert caught.value.host == fake.host
        assert fake.count("GET", "/blobs/") == 1


async def test_a_manifest_that_does_not_hash_to_its_digest_is_never_taken() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        digest = fake.push_image("demo/app", tag="1")
        fake.fault("/manifests/", Flip(position=20))
        with pytest.raises(UntrustworthyError, match=digest):
            await registry.manifest(at(fake, digest))


@pytest.mark.parametrize("fault", [Endless(), GzipBomb(), Longer(extra=2000), Longer(extra=2000, chunked=True)])
async def test_a_body_without_end_is_left_at_the_limit(fault: Fault) -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        fake.push_image("demo/app", tag="1")
        fake.fault("/manifests/", fault)
        with tally.counting() as counted, pytest.raises(TooLargeError, match="limit of 1000 bytes"):
            await registry.manifest(at(fake), limit=1000)
        assert counted.received <= 1000


async def test_a_blob_that_is_said_to_be_too_large_is_not_asked_for() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        with pytest.raises(TooLargeError, match="21 bytes, more than the limit of 20"):
            await registry.blob(at(fake), layer(), limit=20)
        assert fake.requests == []


async def test_what_is_not_there_is_not_found() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        fake.push_image("demo/app", tag="1")
        with pytest.raises(NotFoundError, match=r"demo/app:2 was not found on .*: manifest unknown"):
            await registry.manifest(at(fake, "2"))
        with pytest.raises(NotFoundError):
            await registry.resolve(at(fake, "2"))
        with pytest.raises(NotFoundError, match="blob unknown"):
            await registry.blob(at(fake), layer(b"other"), limit=100)
        with pytest.raises(NotFoundError):
            await registry.tags(at(fake, repository="demo/other"))


@pytest.mark.parametrize(
    "reference",
    [
        Reference("quay.io", "a/../../etc/manifests", "x"),
        Reference("quay.io", "a", "../x"),
        Reference("quay.io", "a", "", "sha256:../../x"),
        Reference("quay.io/a", "b", "x"),
        Reference("quay.io@evil.example", "b", "x"),
        Reference("quay.io", "a%2fb", "x"),
        Reference("quay.io", "a\n", "x"),
        Reference("quay.io", "a" * 300, "x"),
        Reference("", "a", "x"),
        Reference("quay.io", "a"),
    ],
)
async def test_what_is_no_name_never_becomes_a_url(reference: Reference) -> None:
    async with opened() as registry:
        for ask in (registry.manifest, registry.resolve, registry.referrers, registry.tags):
            with pytest.raises(NotFoundError, match="is no"):
                await ask(reference)


async def test_one_check_asks_only_so_much() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        fake.push_image("demo/app", tag="1")
        with tally.counting() as counted:
            counted.total = tally.CHECK_REQUESTS_MAX
            with pytest.raises(TooLargeError, match="CHECK_REQUESTS_MAX"):
                await registry.manifest(at(fake))
        assert fake.requests == []


async def test_a_host_is_asked_a_few_things_at_a_time() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        fake.push_image("demo/app", tag="1")
        fake.fault("/manifests/", Hang())
        tasks = [asyncio.create_task(registry.manifest(at(fake))) for _ in range(HOST_CONCURRENCY + 4)]
        await eventually(lambda: len(fake.requests) >= HOST_CONCURRENCY)
        await many_turns()  # one more would be there by then
        assert len(fake.requests) == HOST_CONCURRENCY
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_an_operator_says_how_many_things_at_a_time() -> None:
    async with FakeRegistry() as fake, opened(fake, concurrency=2) as registry:
        fake.push_image("demo/app", tag="1")
        fake.fault("/manifests/", Hang())
        tasks = [asyncio.create_task(registry.manifest(at(fake))) for _ in range(4)]
        await eventually(lambda: len(fake.requests) >= 2)
        await many_turns()  # one more would be there by then
        assert len(fake.requests) == 2
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
