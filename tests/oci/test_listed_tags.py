"""Evidence that stands under tags: what a list of tags saves, and when it must not decide."""

import asyncio

import pytest

from bot.errors import NotFoundError, UnavailableError
from bot.oci import tally
from bot.oci.listed_tags import LIMITED, PAGES
from bot.oci.reference import Reference, fallback_tag
from bot.oci.registries import OpenRegistries
from tests.fake_registry import FakeRegistry
from tests.oci.opened import at, opened
from tests.registry_faults import Body, Status
from tests.registry_shelf import encode

SUFFIXES = ("sig", "att", "sbom")
OWN = len(SUFFIXES) + 1  # and the list of referrers: what is asked for unless it is listed
TRUST = 1  # of the image itself: whether a HEAD means anything there


def signature_of(fake: FakeRegistry, image: str) -> str:
    """A signature of the image is pushed; its digest."""
    return fake.push_image("demo/app", layer=b"signature", tag=f"{fallback_tag(image)}.sig")


async def there(registry: OpenRegistries, image: Reference, suffix: str) -> bool:
    try:
        await registry.resolve(image.tagged(f"{fallback_tag(image.digest)}.{suffix}"))
    except NotFoundError:
        return False
    return True


async def found(registry: OpenRegistries, image: Reference) -> list[str]:
    """Which of cosign's tags are there, in one check."""
    with tally.counting(searching=image.digest):
        answers = await asyncio.gather(*(there(registry, image, suffix) for suffix in SUFFIXES))
    return [suffix for suffix, there in zip(SUFFIXES, answers, strict=True) if there]


async def test_what_the_list_has_not_is_asked_for_once() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image = fake.push_image("demo/app", tag="1")
        signature_of(fake, image)
        assert await found(registry, at(fake).at(image)) == ["sig"]
        assert (fake.count("GET", "/tags/list"), fake.count("HEAD")) == (1, OWN + TRUST)


async def test_the_list_stands_for_a_head_of_each_tag_of_the_platforms() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image, *platforms = (fake.push_image("demo/app", layer=b"%d" % number) for number in range(5))
        signature_of(fake, platforms[2])
        with tally.counting(searching=image):
            assert [await there(registry, at(fake).at(one), "sig") for one in platforms] == [False, False, True, False]
        assert (fake.count("GET", "/tags/list"), fake.count("HEAD")) == (
            1,
            OWN + TRUST + 1,
        )  # and one for what is there


@pytest.mark.parametrize("suffix", [".sig", ".att", ".sbom", ""])
async def test_evidence_that_the_list_hides_is_found(suffix: str) -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image = fake.push_image("demo/app", tag="1")
        tag = f"{fallback_tag(image)}{suffix}"
        hidden = fake.push_image("demo/app", layer=b"evidence", tag=tag)
        fake.fault("/tags/list", Body(encode({"name": "demo/app", "tags": ["1"]})))
        with tally.counting(searching=image):
            assert await registry.resolve(at(fake).tagged(tag)) == hidden


@pytest.mark.parametrize("shown", [".sig", ".att", ".sbom", ""])
async def test_a_list_that_shows_one_kind_may_hide_another(shown: str) -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image = fake.push_image("demo/app", tag="1")
        others = fallback_tag("sha256:" + "0" * 64)
        for suffix in SUFFIXES:
            fake.push_image("demo/app", layer=suffix.encode(), tag=f"{fallback_tag(image)}.{suffix}")
        fake.fault("/tags/list", Body(encode({"name": "demo/app", "tags": ["1", f"{others}{shown}"]})))
        assert await found(registry, at(fake).at(image)) == list(SUFFIXES)


async def test_a_list_that_hides_something_of_an_image_does_not_count_for_its_platforms() -> None:
    """A pull-through cache lists what somebody has fetched."""
    async with FakeRegistry() as fake, opened(fake) as registry:
        image, platform = (fake.push_image("demo/app", layer=b"%d" % number) for number in range(2))
        signature_of(fake, image)
        signature_of(fake, platform)
        fake.fault("/tags/list", Body(encode({"name": "demo/app", "tags": ["1"]})))
        with tally.counting(searching=image):
            assert await there(registry, at(fake).at(platform), "sig")


async def test_a_list_that_hides_something_discredits_those_of_its_neighbours() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image, other = fake.push_image("demo/app"), fake.push_image("demo/other")
        signature_of(fake, image)
        platform = fake.push_image("demo/other", layer=b"platform")
        fake.push_image("demo/other", layer=b"signature", tag=f"{fallback_tag(platform)}.sig")
        fake.fault("/tags/list", Body(encode({"name": "demo", "tags": ["1"]})))
        assert await found(registry, at(fake).at(image)) == ["sig"]
        with tally.counting(searching=other):
            assert await there(registry, at(fake, repository="demo/other").at(platform), "sig")


async def test_where_nothing_but_one_digest_may_have_evidence_no_list_is_asked_for() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image = fake.push_image("demo/app", tag="1")
        signature_of(fake, image)
        with tally.counting(searching=image, alone=True):
            assert [await there(registry, at(fake).at(image), suffix) for suffix in SUFFIXES] == [True, False, False]
        assert (fake.count("GET", "/tags/list"), fake.count("HEAD")) == (0, len(SUFFIXES) + TRUST)


async def test_a_registry_that_hides_such_tags_is_asked_for_each() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image = fake.push_image("demo/app", tag="1")
        signature_of(fake, image)
        fake.fault("/tags/list", Body(encode({"name": "demo/app", "tags": ["1"]})))
        assert await found(registry, at(fake).at(image)) == ["sig"]


async def test_the_proof_is_the_signature_of_the_image_whatever_is_sought_first() -> None:
    """There is nothing under the other tag, hidden or not; the signature is what a registry may hide."""
    async with FakeRegistry() as fake, opened(fake) as registry:
        image = fake.push_image("demo/app", tag="1")
        signature_of(fake, image)
        fake.fault("/tags/list", Body(encode({"name": "demo/app", "tags": ["1"]})))
        with tally.counting(searching=image):
            with pytest.raises(NotFoundError):
                await registry.resolve(at(fake).tagged(f"{fallback_tag(image)}.att"))
            await registry.resolve(at(fake).tagged(f"{fallback_tag(image)}.sig"))


@pytest.mark.parametrize("local", [True, False])
async def test_that_one_image_is_not_signed_proves_nothing_of_another(*, local: bool) -> None:
    async with FakeRegistry() as fake, opened(fake, local=local) as registry:
        images = [fake.push_image("demo/app", layer=b"%d" % number, tag=str(number)) for number in range(2)]
        signature_of(fake, images[1])
        fake.fault("/tags/list", Body(encode({"name": "demo/app", "tags": ["0", "1"]})))
        with tally.counting():  # one check of a server that looks at both
            assert [await found(registry, at(fake).at(image)) for image in images] == [[], ["sig"]]


async def test_what_the_list_has_and_the_registry_does_not_give_is_not_absent() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image = fake.push_image("demo/app", tag="1")
        signature_of(fake, image)
        tag = f"{fallback_tag(image)}.sig"
        fake.fault(f"/manifests/{tag}", Status(404))
        with tally.counting(searching=image):
            with pytest.raises(UnavailableError, match="is in the repository's list of tags"):
                await registry.manifest(at(fake).tagged(tag))
            with pytest.raises(UnavailableError, match="is in the repository's list of tags"):
                await registry.resolve(at(fake).tagged(tag))


@pytest.mark.parametrize("length", sorted(PAGES))
async def test_a_list_that_may_be_cut_off_without_saying_so_proves_nothing(length: int) -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image = fake.push_image("demo/app", tag="1")
        signature_of(fake, image)
        older = [f"{fallback_tag('sha256:' + '0' * 64)}.sig", *(f"1.{number}" for number in range(length - 1))]
        fake.fault("/tags/list", Body(encode({"name": "demo/app", "tags": older})))
        assert await found(registry, at(fake).at(image)) == ["sig"]


@pytest.mark.parametrize("status", [401, 403, 404, 405])
async def test_where_tags_may_not_be_listed_each_is_asked_for(status: int) -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image = fake.push_image("demo/app", tag="1")
        signature_of(fake, image)
        fake.fault("/tags/list", Status(status))
        for _ in range(2):
            assert await found(registry, at(fake).at(image)) == ["sig"]
        assert fake.count("HEAD") == 2 * len(SUFFIXES) + TRUST
        assert fake.count("GET", "/tags/list") == 1  # nobody asks again that hour


async def test_a_repository_with_many_tags_is_not_listed_to_the_end() -> None:
    async with FakeRegistry(page_size=2) as fake, opened(fake) as registry:
        image = fake.push_image("demo/app", tag="1")
        signature_of(fake, image)
        for number in range(3):
            fake.tag("demo/app", f"0.{number}", image)
        for _ in range(2):
            assert await found(registry, at(fake).at(image)) == ["sig"]
        assert fake.count("GET", "/tags/list") == 1


async def test_a_server_sees_a_signature_that_was_pushed_after_the_last_check() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image = fake.push_image("demo/app", tag="1")
        assert await found(registry, at(fake).at(image)) == []
        signature_of(fake, image)
        assert await found(registry, at(fake).at(image)) == ["sig"]


async def test_in_a_terminal_one_list_serves_all_images_of_a_repository() -> None:
    async with FakeRegistry() as fake, opened(fake, local=True) as registry:
        images = [fake.push_image("demo/app", layer=b"%d" % number, tag=str(number)) for number in range(5)]
        signature_of(fake, images[0])
        for image in images:
            await found(registry, at(fake).at(image))
        assert fake.count("GET", "/tags/list") == 1


async def test_in_a_terminal_the_whole_list_of_an_audit_serves_a_repository_with_many_tags() -> None:
    async with FakeRegistry(page_size=7) as fake, opened(fake, local=True) as registry:
        images = [fake.push_image("demo/app", layer=b"%d" % number, tag=str(number)) for number in range(20)]
        signature_of(fake, images[0])
        await registry.tags(at(fake))
        listed = fake.count("GET", "/tags/list")
        assert [await found(registry, at(fake).at(image)) for image in images] == [["sig"], *([[]] * 19)]
        assert fake.count("GET", "/tags/list") == listed == 3
        assert fake.count("HEAD") == 20 * OWN + TRUST


async def test_a_whole_list_that_may_hide_such_tags_is_proved_or_does_not_count() -> None:
    async with FakeRegistry() as fake, opened(fake, local=True) as registry:
        image = fake.push_image("demo/app", tag="1")
        signature_of(fake, image)
        fake.fault("/tags/list", Body(encode({"name": "demo/app", "tags": ["1"]})))
        await registry.tags(at(fake))
        assert await found(registry, at(fake).at(image)) == ["sig"]


async def test_a_whole_list_that_may_be_cut_off_does_not_count() -> None:
    async with FakeRegistry() as fake, opened(fake, local=True) as registry:
        image = fake.push_image("demo/app", tag="1")
        signature_of(fake, image)
        older = [f"{fallback_tag('sha256:' + '0' * 64)}.sig", *(f"1.{number}" for number in range(99))]
        fake.fault("/tags/list", Body(encode({"name": "demo/app", "tags": older})))
        await registry.tags(at(fake))
        assert await found(registry, at(fake).at(image)) == ["sig"]


async def test_in_a_server_a_whole_list_of_before_does_not_count() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image = fake.push_image("demo/app", tag="1")
        await registry.tags(at(fake))
        signature_of(fake, image)
        assert await found(registry, at(fake).at(image)) == ["sig"]


async def test_outside_of_a_search_a_tag_is_asked_for_alone() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image = fake.push_image("demo/app", tag="1")
        with pytest.raises(NotFoundError):
            await registry.resolve(at(fake).tagged(f"{fallback_tag(image)}.sig"))
        assert fake.count("GET", "/tags/list") == 0


def test_quay_lets_lists_of_tags_through_too_seldom() -> None:
    assert "quay.io" in LIMITED


async def test_a_quay_of_ones_own_may_show_a_list_of_two_minutes_ago() -> None:
    """A platform that was signed since, and nothing else, would be called unsigned."""
    async with FakeRegistry() as fake, opened(fake, tag_apis={fake.host: "quay"}) as registry:
        image, platform = (fake.push_image("demo/app", layer=b"%d" % number) for number in range(2))
        fake.fault("/tags/list", Body(encode({"name": "demo/app", "tags": ["1"]})))
        signature_of(fake, platform)
        with tally.counting(searching=image):
            assert await there(registry, at(fake).at(platform), "sig")
        assert fake.count("GET", "/tags/list") == 0
