"""Who refers to an image: in the API, and under the fallback tag."""

import pytest

from bot.errors import UnavailableError
from bot.oci import tally
from bot.oci.reference import fallback_tag
from bot.oci.referrer_list import ApiRefusal, ListedBy
from tests.fake_registry import FakeRegistry, Referrers
from tests.oci.opened import at, opened
from tests.oci.test_referrers_apis import Others
from tests.oci.with_referrers import SIGNATURE, signed
from tests.registry_faults import Body, Status
from tests.registry_shelf import OCI_INDEX, OCI_MANIFEST, descriptor, encode


async def test_the_api_lists_them_in_one_request() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image, signatures = signed(fake, count=2)
        found = await registry.referrers(at(fake).at(image))
        assert [entry.digest for entry in found] == signatures
        assert {entry.artifact_type for entry in found} == {SIGNATURE}
        assert [asked.path for asked in fake.requests] == [f"/v2/demo/app/referrers/{image}"]


@pytest.mark.parametrize("kind", [kind for kind in Referrers if kind is not Referrers.API])
async def test_where_the_api_is_of_no_use_the_fallback_tag_lists_them(kind: Referrers) -> None:
    async with FakeRegistry(referrers=kind) as fake, opened(fake) as registry:
        image, signatures = signed(fake)
        assert [entry.digest for entry in await registry.referrers(at(fake).at(image))] == signatures


@pytest.mark.parametrize("has_api", [True, False])
async def test_what_the_tag_alone_lists_is_told_apart_where_there_is_the_api(*, has_api: bool) -> None:
    """A tool that uses the API does not see it."""
    async with FakeRegistry(referrers=Referrers.API if has_api else Referrers.NONE) as fake, opened(fake) as registry:
        image = fake.push_image("demo/app", tag="1")
        other = fake.push_image("demo/app", layer=b"older", artifactType=SIGNATURE)
        entry = descriptor(fake.repository("demo/app").manifests[other].data, OCI_MANIFEST)
        listed = encode({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [entry]})
        fake.push_manifest("demo/app", listed, tag=fallback_tag(image))
        (found,) = await registry.referrers(at(fake).at(image))
        assert (found.digest, found.by is ListedBy.TAG_ALONE) == (other, has_api)


@pytest.mark.parametrize("status", [404, 405, 501])
async def test_the_answer_in_place_of_the_list_is_known_where_the_api_is_not_asked_again(status: int) -> None:
    """Of the same process, and of another one that shares a store with it. Tools differ in what they do then."""
    others = Others()
    async with FakeRegistry(referrers=Referrers.NONE) as fake:
        fake.fault("/referrers/", Status(status))
        image, _ = signed(fake)
        for _ in range(2):
            async with opened(fake, shared=others) as registry:
                for _ in range(2):
                    (found,) = await registry.referrers(at(fake).at(image))
                    assert (found.by, found.refusal) == (ListedBy.TAG, ApiRefusal(str(status)))
        assert fake.count("GET", "/referrers/") == 1


async def test_nobody_is_found_with_a_head_and_without_a_pull() -> None:
    async with FakeRegistry(referrers=Referrers.NONE) as fake, opened(fake) as registry:
        image = fake.push_image("demo/app", tag="1")
        await registry.resolve(at(fake))  # a HEAD means something there
        assert await registry.referrers(at(fake).at(image)) == ()
        assert [(asked.method, asked.path.split("/")[4]) for asked in fake.requests[1:]] == [
            ("GET", "referrers"),
            ("HEAD", "manifests"),
        ]


async def test_pages_are_turned() -> None:
    async with FakeRegistry(page_size=2) as fake, opened(fake) as registry:
        image, signatures = signed(fake, count=5)
        assert [entry.digest for entry in await registry.referrers(at(fake).at(image))] == signatures
        assert fake.count("GET", "/referrers/") == 3


async def test_a_page_of_referrers_that_cannot_be_read_is_not_the_end_of_them() -> None:
    async with FakeRegistry(page_size=2) as fake, opened(fake) as registry:
        image, _ = signed(fake, count=3)
        fake.headers["Link"] = f'/v2/demo/app/referrers/{image}?start=2; rel="next"'
        with pytest.raises(UnavailableError, match="names a next page that is not a URL"):
            await registry.referrers(at(fake).at(image))


async def test_what_is_no_index_under_the_fallback_tag_lists_nobody() -> None:
    async with FakeRegistry(referrers=Referrers.NONE) as fake, opened(fake) as registry:
        image = fake.push_image("demo/app", tag="1")
        fake.tag("demo/app", fallback_tag(image), image)
        assert await registry.referrers(at(fake).at(image)) == ()


async def test_types_are_told_as_the_registry_tells_them() -> None:
    """Clients wrote the config's type into fallback indexes: whoever wants to know opens the manifest."""
    async with FakeRegistry(referrers=Referrers.NONE, lying_fallback=True) as fake, opened(fake) as registry:
        image, _ = signed(fake)
        (entry,) = await registry.referrers(at(fake).at(image))
        assert entry.artifact_type == "application/vnd.oci.empty.v1+json"
        assert entry.annotations == {}


async def test_an_entry_that_is_listed_twice_counts_once() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image = fake.push_image("demo/app", tag="1")
        twice = encode({"manifests": [descriptor(b"x", OCI_MANIFEST)] * 2})
        fake.fault("/referrers/", Body(twice))
        assert len(await registry.referrers(at(fake).at(image))) == 1


@pytest.mark.parametrize("content_type", ["application/json", "application/octet-stream", ""])
async def test_a_list_is_one_whatever_its_type_is_called(content_type: str) -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image, signatures = signed(fake)
        fake.headers["Content-Type"] = content_type
        assert [entry.digest for entry in await registry.referrers(at(fake).at(image))] == signatures


@pytest.mark.parametrize("alone", [True, False])
async def test_what_stands_in_the_api_and_what_stands_under_the_tag_are_both_there(*, alone: bool) -> None:
    """The registry got the API later, and did not move what was pushed before."""
    async with FakeRegistry() as fake, opened(fake) as registry:
        image, signatures = signed(fake)
        older = fake.push_image("demo/app", layer=b"older", artifactType=SIGNATURE)
        data = fake.repository("demo/app").manifests[older].data
        entries = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [descriptor(data, OCI_MANIFEST)]}
        fake.push_manifest("demo/app", entries, tag=fallback_tag(image))
        with tally.counting(searching=image, alone=alone):
            found = await registry.referrers(at(fake).at(image))
        assert [entry.digest for entry in found] == [*signatures, older]
