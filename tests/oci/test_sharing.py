"""What several images have in common is fetched once, and what that must not hide."""

import asyncio
import gc
import hashlib
import weakref
from collections.abc import AsyncIterator

import pytest

from bot.errors import NotFoundError, TooLargeError, UnavailableError, UntrustworthyError
from bot.oci import tally
from bot.oci.ambiguity import noticing
from bot.oci.manifest import Descriptor, Manifest
from bot.oci.reference import Reference, fallback_tag
from bot.oci.registry import Registry
from bot.oci.sharing import DOCUMENT_MAX, LIFE, SharingRegistry
from tests.fake_registry import FakeRegistry, Referrers
from tests.oci.opened import Clock, at, opened
from tests.registry_faults import Flip, Hang, Status
from tests.registry_shelf import OCI_INDEX, digest_of
from tests.waiting import eventually, many_turns

LIMIT = 1024 * 1024


@pytest.fixture
async def fake() -> AsyncIterator[FakeRegistry]:
    async with FakeRegistry() as registry:
        yield registry


async def blob(registry: Registry, image: Reference, data: bytes, *, size: int | None = None) -> bytes:
    described = Descriptor(digest=digest_of(data), size=len(data) if size is None else size)
    return (await registry.blob(image, described, limit=LIMIT)).data


async def test_a_document_is_fetched_once(fake: FakeRegistry) -> None:
    async with opened(fake) as http:
        registry = SharingRegistry(http)
        image = at(fake).at(fake.push_image("demo/app", tag="1"))
        for _ in range(2):
            assert (await registry.manifest(image)).digest == image.digest
            assert await blob(registry, image, b"layer") == b"layer"
        assert (fake.count("GET", "/manifests/"), fake.count("GET", "/blobs/")) == (1, 1)


async def test_what_was_read_by_a_tag_is_there_by_its_digest_and_a_tag_is_asked_for_again(fake: FakeRegistry) -> None:
    async with opened(fake) as http:
        registry = SharingRegistry(http)
        digest = fake.push_image("demo/app", tag="1")
        assert (await registry.manifest(at(fake))).digest == digest
        await registry.manifest(at(fake).at(digest))
        assert fake.count("GET", "/manifests/") == 1
        moved = fake.push_image("demo/app", tag="1", layer=b"other")
        assert (await registry.manifest(at(fake))).digest == moved


async def test_what_a_registry_has_by_sha512_is_that_for_the_next_image_too(fake: FakeRegistry) -> None:
    """Its signatures are about that digest, and an audit names it so."""
    async with opened(fake) as http:
        registry = SharingRegistry(http)
        held = fake.repository("demo/app")
        stored = held.manifests.pop(fake.push_image("demo/app"))
        digest = f"sha512:{hashlib.sha512(stored.data).hexdigest()}"
        held.manifests[digest], held.tags["1"] = stored, digest
        assert (await registry.manifest(at(fake))).also == digest
        found = await registry.manifest(at(fake).at(digest))
        assert (found.digest, found.also) == (digest, "")


async def test_what_an_image_made_of_a_document_is_not_kept(fake: FakeRegistry) -> None:
    async with opened(fake) as http:
        registry = SharingRegistry(http)
        fake.push_image("demo/app", tag="1")
        made = weakref.ref((await registry.manifest(at(fake))).read(Manifest))
        gc.collect()
        assert made() is None
        await registry.manifest(at(fake))


async def test_another_repository_is_asked_for_itself(fake: FakeRegistry) -> None:
    """It may have lost what this one has."""
    async with opened(fake) as http:
        registry = SharingRegistry(http)
        digest = fake.push_image("demo/app", tag="1")
        await registry.manifest(at(fake).at(digest))
        with pytest.raises(NotFoundError):
            await registry.manifest(at(fake, repository="demo/copy").at(digest))


@pytest.mark.parametrize(("status", "error"), [(404, NotFoundError), (503, UnavailableError)])
async def test_what_failed_is_asked_for_again(fake: FakeRegistry, status: int, error: type[Exception]) -> None:
    async with opened(fake) as http:
        registry = SharingRegistry(http)
        image = at(fake).at(fake.push_image("demo/app", tag="1"))
        fake.fault("/manifests/", Status(status))
        with pytest.raises(error):
            await registry.manifest(image)
        fake.heal()
        assert (await registry.manifest(image)).digest == image.digest


async def test_bytes_that_do_not_match_are_not_kept(fake: FakeRegistry) -> None:
    async with opened(fake) as http:
        registry = SharingRegistry(http)
        image = at(fake).at(fake.push_image("demo/app", tag="1"))
        fake.fault("/blobs/", Flip(), times=1)
        with pytest.raises(UntrustworthyError):
            await blob(registry, image, b"layer")
        assert await blob(registry, image, b"layer") == b"layer"


async def test_a_descriptor_with_another_size_gets_what_the_registry_says(fake: FakeRegistry) -> None:
    async with opened(fake) as http:
        registry = SharingRegistry(http)
        image = at(fake).at(fake.push_image("demo/app", tag="1"))
        await blob(registry, image, b"layer")
        with pytest.raises(UntrustworthyError):
            await blob(registry, image, b"layer", size=3)


async def test_a_document_that_is_there_is_no_way_around_a_limit(fake: FakeRegistry) -> None:
    async with opened(fake) as http:
        registry = SharingRegistry(http)
        image = at(fake).at(fake.push_image("demo/app", tag="1"))
        await registry.manifest(image)
        with pytest.raises(TooLargeError):
            await registry.manifest(image, limit=10)


async def test_what_is_ambiguous_in_a_document_is_told_to_each_image(fake: FakeRegistry) -> None:
    async with opened(fake) as http:
        registry = SharingRegistry(http)
        digest = fake.push_image("demo/app")
        data = fake.repository("demo/app").manifests[digest].data.replace(b'"layers"', b'"Layers": [], "layers"', 1)
        image = at(fake).at(fake.push_manifest("demo/app", data))
        for _ in range(2):
            with noticing() as notices:
                (await registry.manifest(image)).read(Manifest)
            assert notices.all
        assert fake.count("GET", "/manifests/") == 1


async def test_what_is_ambiguous_in_a_list_of_referrers_is_told_to_each_image() -> None:
    async with FakeRegistry(referrers=Referrers.NONE) as fake, opened(fake) as http:
        registry = SharingRegistry(http)
        image = fake.push_image("demo/app")
        twice = b'{"schemaVersion":2,"mediaType":"%s","manifests":[],"manifests":[]}' % OCI_INDEX.encode()
        fake.push_manifest("demo/app", twice, tag=fallback_tag(image))
        for _ in range(2):
            with noticing() as notices:
                assert await registry.referrers(at(fake).at(image)) == ()
            assert notices.all
        assert fake.count("GET", f"/manifests/{digest_of(twice)}") == 1


async def test_what_is_ambiguous_in_a_list_of_referrers_that_is_none_at_its_end_is_told() -> None:
    """Nobody can say who refers to it; that does not hide that the list has two readings."""
    async with FakeRegistry(referrers=Referrers.NONE) as fake, opened(fake) as http:
        registry = SharingRegistry(http)
        image = fake.push_image("demo/app")
        twice = b'{"schemaVersion":2,"mediaType":"%s","manifests":[],"manifests":[{}]}' % OCI_INDEX.encode()
        fake.push_manifest("demo/app", twice, tag=fallback_tag(image))
        for _ in range(2):
            with noticing() as notices, pytest.raises(UnavailableError):
                await registry.referrers(at(fake).at(image))
            assert notices.all


async def test_a_list_of_referrers_is_good_for_a_minute(fake: FakeRegistry) -> None:
    clock = Clock()
    async with opened(fake, clock=clock) as http:
        registry = SharingRegistry(http, clock=lambda: clock.time)
        image = fake.push_image("demo/app")
        with noticing():
            assert await registry.referrers(at(fake).at(image)) == ()
            signature = fake.push_image("demo/app", subject={"digest": image, "size": 1, "mediaType": ""})
            assert await registry.referrers(at(fake).at(image)) == ()
            assert fake.count("GET", "/referrers/") == 1
            clock.time += LIFE + 1
            assert [one.digest for one in await registry.referrers(at(fake).at(image))] == [signature]


async def test_what_was_asked_about_a_platform_is_not_enough_for_an_image(fake: FakeRegistry) -> None:
    """For a platform, the list of tags decides whether there is an older list of referrers."""
    async with opened(fake) as http:
        registry = SharingRegistry(http)
        image = fake.push_image("demo/app")
        other = fake.push_image("demo/app", layer=b"other")
        with noticing():
            with tally.counting(searching=other):
                await registry.referrers(at(fake).at(image))
            with tally.counting(searching=image):
                await registry.referrers(at(fake).at(image))
        assert fake.count("GET", "/referrers/") == 2


async def test_two_that_need_it_at_the_same_time_ask_once(fake: FakeRegistry) -> None:
    async with opened(fake) as http:
        registry = SharingRegistry(http)
        image = at(fake).at(fake.push_image("demo/app", tag="1"))
        found = await asyncio.gather(*(registry.manifest(image) for _ in range(4)))
        assert {one.digest for one in found} == {image.digest}
        assert fake.count("GET", "/manifests/") == 1


async def test_who_waits_for_one_that_gives_up_asks_for_itself(fake: FakeRegistry) -> None:
    async with opened(fake) as http:
        registry = SharingRegistry(http)
        image = at(fake).at(fake.push_image("demo/app", tag="1"))
        fake.fault("/manifests/", Hang(), times=1)
        first = asyncio.create_task(registry.manifest(image))
        await eventually(lambda: bool(fake.requests))
        second = asyncio.create_task(registry.manifest(image))
        await many_turns()  # it waits
        first.cancel()
        assert (await second).digest == image.digest
        with pytest.raises(asyncio.CancelledError):
            await first


async def test_who_waits_for_one_that_hangs_asks_for_itself_after_a_while(fake: FakeRegistry) -> None:
    """Else one answer that hangs takes the time of all images that need it, and none of them is checked."""
    async with opened(fake) as http:
        registry = SharingRegistry(http, patience=0)
        image = at(fake).at(fake.push_image("demo/app", tag="1"))
        fake.fault("/manifests/", Hang(), times=1)
        first = asyncio.create_task(registry.manifest(image))
        await eventually(lambda: bool(fake.requests))
        assert (await registry.manifest(image)).digest == image.digest
        assert not first.done()
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first


async def test_a_list_of_referrers_weighs_what_its_referrers_say(fake: FakeRegistry) -> None:
    async with opened(fake) as http:
        registry = SharingRegistry(http)
        image = fake.push_image("demo/app")
        about = {"digest": image, "size": 1, "mediaType": ""}
        fake.push_image("demo/app", subject=about, annotations={"said": "x" * DOCUMENT_MAX})
        for _ in range(2):
            with noticing():
                assert len(await registry.referrers(at(fake).at(image))) == 1
        assert fake.count("GET", "/referrers/") == 2


async def test_what_is_kept_has_a_bound(fake: FakeRegistry) -> None:
    async with opened(fake) as http:
        registry = SharingRegistry(http, most=5000)
        image = at(fake).at(fake.push_image("demo/app", tag="1"))
        blobs = [b"%d" % number * 1000 for number in range(9)]
        large = b"x" * (DOCUMENT_MAX + 1)
        for data in (*blobs, large):
            fake.push_blob("demo/app", data)
        for data in (*blobs, large, blobs[-1], blobs[0], large):
            assert await blob(registry, image, data) == data
        assert fake.count("GET", f"/blobs/{digest_of(blobs[-1])}") == 1
        assert fake.count("GET", f"/blobs/{digest_of(blobs[0])}") == 2
        assert fake.count("GET", f"/blobs/{digest_of(large)}") == 2
