"""Registries whose answers to a HEAD say nothing, and those that refuse what is absent."""

import pytest

from bot.errors import AbsenceHiddenError, DeniedError, NotFoundError, UnavailableError
from bot.oci import head_trust, tally
from bot.unreadable import UnknownReason, unreadable
from tests.fake_registry import FakeRegistry
from tests.oci.opened import at, opened
from tests.registry_faults import Status


@pytest.mark.parametrize("status", [401, 403, 404, 405, 501])
async def test_where_every_head_says_no_a_get_tells_what_is_there(status: int) -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image = fake.push_image("demo/app", tag="1")
        signature = fake.push_image("demo/app", layer=b"signature", tag=absent(image))
        fake.fault("/manifests/", Status(status), method="HEAD")
        fake.fault("/tags/list", Status(404))
        with tally.counting(searching=image):
            assert (await registry.manifest(at(fake).tagged(absent(image)))).digest == signature
            with pytest.raises(NotFoundError):
                await registry.manifest(at(fake).tagged(absent(image).replace(".sig", ".att")))


async def test_where_a_head_finds_the_image_a_404_means_absent() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image = fake.push_image("demo/app", tag="1")
        with tally.counting(searching=image, alone=True), pytest.raises(NotFoundError):
            await registry.resolve(at(fake).tagged(absent(image)))
        assert (fake.count("HEAD"), fake.count("GET")) == (2, 0)


async def test_where_a_404_is_known_to_mean_absent_nobody_asks_what_it_means(monkeypatch: pytest.MonkeyPatch) -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        monkeypatch.setattr(head_trust, "PLAIN", frozenset({fake.host}))
        image = fake.push_image("demo/app", tag="1")
        with tally.counting(searching=image, alone=True), pytest.raises(NotFoundError):
            await registry.resolve(at(fake).tagged(absent(image)))
        assert len(fake.requests) == 1


@pytest.mark.parametrize("status", [401, 403, 405, 501])
async def test_what_else_is_refused_there_may_be_refused_by_what_stands_between(
    monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """A company's proxy may let no HEAD through."""
    async with FakeRegistry() as fake, opened(fake) as registry:
        monkeypatch.setattr(head_trust, "PLAIN", frozenset({fake.host}))
        image = fake.push_image("demo/app", tag="1")
        signature = fake.push_image("demo/app", layer=b"signature", tag=absent(image))
        fake.fault("/manifests/", Status(status), method="HEAD")
        with tally.counting(searching=image, alone=True):
            assert (await registry.manifest(at(fake).tagged(absent(image)))).digest == signature


def test_a_404_is_plain_where_pulls_begin_with_a_head() -> None:
    assert {"docker.io", "ghcr.io", "quay.io"} == head_trust.PLAIN


async def test_one_head_tells_for_all_tags_of_a_place() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image = fake.push_image("demo/app", tag="1")
        with tally.counting(searching=image, alone=True):
            for suffix in (".sig", ".att", ".sbom"):
                with pytest.raises(NotFoundError):
                    await registry.resolve(at(fake).tagged(absent(image).replace(".sig", suffix)))
        assert fake.count("HEAD", image) == 1


async def test_a_404_is_no_proof_while_nobody_can_see_what_a_head_means() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image = fake.push_image("demo/app", tag="1")
        fake.fault(f"/manifests/{image}", Status(503), method="HEAD")
        with tally.counting(searching=image, alone=True), pytest.raises(UnavailableError):
            await registry.resolve(at(fake).tagged(absent(image)))


@pytest.mark.parametrize("body", [b"", b'{"errors": [{"code": "MANIFEST_UNKNOWN"}]}'])
async def test_where_not_even_the_image_is_found_any_more_nothing_is_absent(body: bytes) -> None:
    """A GET of the image tells that from a registry that answers 404 to each HEAD."""
    async with FakeRegistry() as fake, opened(fake) as registry:
        image = fake.push_image("demo/app", tag="1")
        tag = absent(image)
        with tally.counting(searching=image, alone=True):
            fake.fault("", Status(404, body))
            for _ in range(2):
                with pytest.raises(UnavailableError):
                    await registry.resolve(at(fake).tagged(tag))
            fake.heal()
            with pytest.raises(NotFoundError):
                await registry.resolve(at(fake).tagged(tag))


GONE_AWAY = Status(404, b"404 page not found\n", {"Content-Type": "text/plain; charset=utf-8"})
"""What a gateway says whose registry is being restarted."""


@pytest.mark.parametrize("seen", [0, 1], ids=["never seen before", "seen within the hour"])
async def test_what_a_gateway_says_in_place_of_its_registry_is_no_proof(seen: int) -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image = fake.push_image("demo/app", tag="1")
        with tally.counting(searching=image, alone=True):
            for _ in range(seen):
                with pytest.raises(NotFoundError):
                    await registry.resolve(at(fake).tagged(absent(image)))
            fake.fault("", GONE_AWAY)
            with pytest.raises(UnavailableError):
                await registry.manifest(at(fake).tagged(absent(image).replace(".sig", ".att")))
            fake.heal()
            with pytest.raises(NotFoundError):
                await registry.manifest(at(fake).tagged(absent(image).replace(".sig", ".att")))


async def test_a_page_is_no_plain_404(monkeypatch: pytest.MonkeyPatch) -> None:
    """A company's proxy may stand before ghcr.io, too."""
    async with FakeRegistry() as fake, opened(fake) as registry:
        monkeypatch.setattr(head_trust, "PLAIN", frozenset({fake.host}))
        image = fake.push_image("demo/app", tag="1")
        fake.fault("", GONE_AWAY)
        with tally.counting(searching=image, alone=True), pytest.raises(UnavailableError):
            await registry.resolve(at(fake).tagged(absent(image)))


async def test_a_page_in_place_of_what_a_tag_stands_for_says_nothing_where_a_head_found_it_before() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        digest = fake.push_image("demo/app", tag="1")
        assert await registry.resolve(at(fake)) == digest
        fake.fault("", GONE_AWAY)
        with pytest.raises(UnavailableError, match="that is not an answer of a registry"):
            await registry.resolve(at(fake))
        fake.heal()
        with pytest.raises(NotFoundError):
            await registry.resolve(at(fake, "2"))


@pytest.mark.parametrize("plain", [(), ("fake",)])
async def test_a_registry_that_writes_pages_for_what_is_absent_is_believed_while_it_has_the_image(
    monkeypatch: pytest.MonkeyPatch, plain: tuple[str, ...]
) -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        monkeypatch.setattr(head_trust, "PLAIN", frozenset(fake.host for _ in plain))
        image = fake.push_image("demo/app", tag="1")
        fake.fault("/manifests/sha256-", GONE_AWAY)
        with tally.counting(searching=image, alone=True), pytest.raises(NotFoundError):
            await registry.manifest(at(fake).tagged(absent(image)))


async def test_a_registry_that_refuses_what_is_absent_is_told_in_words_and_never_missing() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image = fake.push_image("demo/app", tag="1")
        fake.fault("/manifests/sha256-", Status(403), method="HEAD")
        with tally.counting(searching=image, alone=True), pytest.raises(AbsenceHiddenError) as caught:
            await registry.resolve(at(fake).tagged(absent(image)))
        assert unreadable(caught.value).code is UnknownReason.ABSENCE_HIDDEN
        assert "answers the same for tags that nobody has pushed" in str(caught.value)


async def test_a_registry_that_refuses_one_tag_alone_refuses_it() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image = fake.push_image("demo/app", tag="1")
        fake.fault(absent(image), Status(403), method="HEAD")
        with tally.counting(searching=image, alone=True), pytest.raises(DeniedError) as caught:
            await registry.resolve(at(fake).tagged(absent(image)))
        assert not isinstance(caught.value, AbsenceHiddenError)


def absent(image: str) -> str:
    return f"{image.replace(':', '-')}.sig"


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_outside_of_a_search_a_get_tells_what_every_head_refuses(status: int) -> None:
    """Polling and audits resolve tags alone."""
    async with FakeRegistry() as fake, opened(fake) as registry:
        digest = fake.push_image("demo/app", tag="1")
        fake.fault("/manifests/", Status(status), method="HEAD")
        assert await registry.resolve(at(fake)) == digest
        with pytest.raises(NotFoundError):
            await registry.resolve(at(fake, "absent"))


async def test_where_a_head_found_something_its_404_is_believed_without_a_get() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        fake.push_image("demo/app", tag="1")
        await registry.resolve(at(fake))
        with pytest.raises(NotFoundError):
            await registry.resolve(at(fake, "absent"))
        assert fake.count("GET") == 0
