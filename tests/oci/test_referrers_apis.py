"""Which registries have the referrers API, and for how long that is believed."""

import pytest
from msgspec import Struct, field

from bot.errors import StoreError, UnavailableError
from bot.oci import tally
from bot.oci.referrer_list import ApiRefusal
from bot.oci.shared_hosts import KnownApi
from bot.values import replace
from tests.fake_registry import FakeRegistry, Referrers
from tests.oci.opened import Clock, at, opened
from tests.oci.with_referrers import ABSENT, signed
from tests.registry_faults import Body, Fault, Instead, Status
from tests.registry_shelf import OCI_INDEX


@pytest.mark.parametrize(("kind", "asked_again"), [
    (Referrers.NONE, False),
    (Referrers.ELSEWHERE, False),
    (Referrers.LOGIN_PAGE, False),
    (Referrers.BAD_REQUEST, True),  # of this digest alone
    (Referrers.EMPTY, True),  # may be otherwise in a moment
])  # fmt: skip
async def test_a_registry_without_the_api_is_not_asked_again_that_hour(kind: Referrers, asked_again: bool) -> None:  # noqa: FBT001
    clock = Clock()
    async with FakeRegistry(referrers=kind) as fake, opened(fake, clock=clock) as registry:
        image, _ = signed(fake)
        for _ in range(2):
            await registry.referrers(at(fake).at(image))
        assert fake.count("GET", "/referrers/") == (2 if asked_again else 1)
        clock.time += 3601
        await registry.referrers(at(fake).at(image))
        assert fake.count("GET", "/referrers/") == (3 if asked_again else 2)


async def test_an_unknown_repository_does_not_cost_its_registry_the_api() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image, signatures = signed(fake)
        unknown = Status(404, b'{"errors":[{"code":"NAME_UNKNOWN","message":"unknown"}]}')
        fake.fault("/referrers/", unknown, times=1)
        await registry.referrers(at(fake).at(ABSENT))
        assert [entry.digest for entry in await registry.referrers(at(fake).at(image))] == signatures


@pytest.mark.parametrize(
    "answer",
    [
        Status(404, b"default backend - 404"),
        Body(b"<html>back soon</html>", {"Content-Type": "text/html"}),
        Status(501),
    ],
)
async def test_what_a_gateway_answers_in_place_of_a_registry_is_not_nobody(answer: Fault) -> None:
    """While the registry is started anew, something before it answers; what is signed is found again afterwards."""
    async with FakeRegistry() as fake, opened(fake) as registry:
        image, signatures = signed(fake)
        assert await registry.referrers(at(fake).at(image))
        fake.fault("/referrers/", answer, times=1)
        with pytest.raises(UnavailableError, match="not one of a registry that has this API"):
            await registry.referrers(at(fake).at(image))
        assert [entry.digest for entry in await registry.referrers(at(fake).at(image))] == signatures


async def test_a_404_while_the_image_is_not_found_either_does_not_cost_its_registry_the_api() -> None:
    """All images of the place would be without signatures for an hour, and in all processes that share a store."""
    others = Others()
    async with FakeRegistry() as fake, opened(fake, shared=others) as registry:
        image, signatures = signed(fake)
        with tally.counting(searching=image):
            fake.fault("", Status(404))
            with pytest.raises(UnavailableError, match="not found there either"):
                await registry.referrers(at(fake).at(image))
            assert others.known == {}
            fake.heal()
            assert [entry.digest for entry in await registry.referrers(at(fake).at(image))] == signatures


async def test_what_is_called_a_list_and_is_none_gives_no_registry_the_api() -> None:
    """Its true answer, that it lacks the API, would not be believed for a day."""
    others = Others()
    async with FakeRegistry(referrers=Referrers.NONE) as fake, opened(fake, shared=others) as registry:
        image, signatures = signed(fake)
        fake.fault("/referrers/", Instead(404, 200, {"Content-Type": OCI_INDEX}), times=1)
        with pytest.raises(UnavailableError):
            await registry.referrers(at(fake).at(image))
        assert others.known == {}
        assert [entry.digest for entry in await registry.referrers(at(fake).at(image))] == signatures


class Others(Struct):
    """What other processes know, in memory."""

    known: dict[str, ApiRefusal | None] = field(default_factory=dict)
    broken: bool = False

    async def referrers_api(self, place: str) -> KnownApi | None:
        if self.broken:
            raise StoreError("away")
        return KnownApi(self.known[place], 3600.0) if place in self.known else None

    async def keep_referrers_api(self, place: str, *, refusal: ApiRefusal | None) -> None:
        if self.broken:
            raise StoreError("away")
        self.known[place] = refusal

    async def share(self, host: str, most: int, *, refused: bool = False) -> int:
        del host, refused
        return most


@pytest.mark.parametrize(("kind", "refusal"), [(Referrers.API, None), (Referrers.NONE, ApiRefusal.NOT_FOUND)])
async def test_what_a_registry_has_is_told_to_other_processes(kind: Referrers, refusal: ApiRefusal | None) -> None:
    others = Others()
    async with FakeRegistry(referrers=kind) as fake:
        image, signatures = signed(fake)
        for asked in (1, 1 if refusal else 2):  # who knows that the API is lacking does not ask
            async with opened(fake, shared=others) as registry:
                assert [entry.digest for entry in await registry.referrers(at(fake).at(image))] == signatures
            assert others.known == {f"{fake.host}/demo": refusal}
            assert fake.count("GET", "/referrers/") == asked


async def test_what_a_gateway_answers_is_not_nobody_in_a_process_that_only_heard_of_the_api() -> None:
    async with FakeRegistry() as fake, opened(fake, shared=Others({f"{fake.host}/demo": None})) as registry:
        image, _ = signed(fake)
        fake.fault("/referrers/", Status(404, b"default backend - 404"), times=1)
        with pytest.raises(UnavailableError, match="not one of a registry that has this API"):
            await registry.referrers(at(fake).at(image))


async def test_what_others_know_is_true_for_as_long_as_they_say() -> None:
    clock = Clock()
    async with FakeRegistry() as fake:
        others = Others({f"{fake.host}/demo": ApiRefusal.NOT_FOUND})
        async with opened(fake, shared=others, clock=clock) as registry:
            image, signatures = signed(fake)
            assert await registry.referrers(at(fake).at(image)) == ()  # the API came meanwhile
            others.known.clear()
            clock.time += 3601
            assert [entry.digest for entry in await registry.referrers(at(fake).at(image))] == signatures


async def test_what_a_gateway_answered_first_hides_nothing_that_another_process_has_seen_since() -> None:
    clock, others = Clock(), Others()
    async with FakeRegistry() as fake, opened(fake, shared=others, clock=clock) as registry:
        image, signatures = signed(fake)
        fake.fault("/referrers/", Status(404, b"default backend - 404"), times=1)
        assert await registry.referrers(at(fake).at(image)) == ()
        others.known.clear()  # as the store does after one such answer
        clock.time += 601
        assert [entry.digest for entry in await registry.referrers(at(fake).at(image))] == signatures


async def test_a_registry_that_gets_the_api_is_believed_within_the_hour() -> None:
    """Cosign puts no list of referrers under a tag where there is the API."""
    clock = Clock()
    fake = FakeRegistry(referrers=Referrers.NONE, fallback_tags=False)
    async with fake, opened(fake, clock=clock) as registry:
        image, signatures = signed(fake)
        assert await registry.referrers(at(fake).at(image)) == ()
        fake.referrers = Referrers.API
        clock.time += 3601
        assert [entry.digest for entry in await registry.referrers(at(fake).at(image))] == signatures


async def test_without_the_store_a_process_finds_out_alone() -> None:
    async with FakeRegistry() as fake, opened(fake, shared=Others(broken=True)) as registry:
        image, signatures = signed(fake)
        assert [entry.digest for entry in await registry.referrers(at(fake).at(image))] == signatures


async def test_one_repository_without_the_api_does_not_cost_its_neighbours_theirs() -> None:
    """As in Artifactory and Nexus, where the first part of the name says which repository it is."""
    async with FakeRegistry() as fake, opened(fake) as registry:
        image, signatures = signed(fake)
        fake.fault("/old/app/referrers/", Status(404, b"not here"))
        assert await registry.referrers(replace(at(fake), repository="old/app").at(ABSENT)) == ()
        assert [entry.digest for entry in await registry.referrers(at(fake).at(image))] == signatures


@pytest.mark.parametrize("body", [b"{}", b'{"manifests": []}', b'{"schemaVersion": 1, "manifests": []}', b"[]"])
async def test_what_answers_everything_with_json_has_no_api(body: bytes) -> None:
    async with FakeRegistry(fallback_tags=True) as fake, opened(fake) as registry:
        image, signatures = signed(fake)
        fake.fault("/referrers/", Body(body, {"Content-Type": "application/json"}))
        assert [entry.digest for entry in await registry.referrers(at(fake).at(image))] == signatures


async def test_a_registry_that_says_that_it_does_not_support_it_is_not_asked_again() -> None:
    async with FakeRegistry(fallback_tags=True) as fake, opened(fake) as registry:
        image, signatures = signed(fake)
        fake.fault("/referrers/", Status(404, b'{"errors":[{"code":"UNSUPPORTED","message":"not here"}]}'))
        for _ in range(2):
            assert [entry.digest for entry in await registry.referrers(at(fake).at(image))] == signatures
        assert fake.count("GET", "/referrers/") == 1
