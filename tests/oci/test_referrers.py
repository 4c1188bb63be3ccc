"""Who refers to an image, whatever the registry makes of the question."""

from dataclasses import dataclass, field, replace

import pytest

from bot.errors import DeniedError, RateLimitedError, RegistryError, StoreError, TooLargeError, UnavailableError
from bot.oci import tally
from bot.oci.reference import fallback_tag
from bot.oci.shared_hosts import KnownApi
from tests.fake_registry import FakeRegistry, Referrers
from tests.oci.opened import Clock, at, opened
from tests.registry_faults import Body, Fault, Flip, Redirect, Status
from tests.registry_shelf import OCI_INDEX, OCI_MANIFEST, descriptor, encode

SIGNATURE = "application/vnd.dev.sigstore.bundle.v0.3+json"
ABSENT = "sha256:" + "0" * 64


def signed(fake: FakeRegistry, *, count: int = 1) -> tuple[str, list[str]]:
    """An image with signatures; their digests."""
    image = fake.push_image("demo/app", tag="1")
    subject = {"mediaType": OCI_MANIFEST, "digest": image, "size": 1}
    return image, [
        fake.push_image("demo/app", layer=b"signature %d" % number, subject=subject, artifactType=SIGNATURE)
        for number in range(count)
    ]


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


async def test_nobody_is_found_with_a_head_and_without_a_pull() -> None:
    async with FakeRegistry(referrers=Referrers.NONE) as fake, opened(fake) as registry:
        image = fake.push_image("demo/app", tag="1")
        assert await registry.referrers(at(fake).at(image)) == ()
        assert [(asked.method, asked.path.split("/")[4]) for asked in fake.requests] == [
            ("GET", "referrers"),
            ("HEAD", "manifests"),
        ]


async def test_a_redirect_to_elsewhere_is_not_followed() -> None:
    async with FakeRegistry() as fake, FakeRegistry(shelf=fake) as other, opened(fake, other) as registry:
        image, _ = signed(fake)
        fake.fault("/referrers/", Redirect(other.url, status=303))
        assert await registry.referrers(at(fake).at(image)) == ()
        assert other.requests == []


async def test_pages_are_turned() -> None:
    async with FakeRegistry(page_size=2) as fake, opened(fake) as registry:
        image, signatures = signed(fake, count=5)
        assert [entry.digest for entry in await registry.referrers(at(fake).at(image))] == signatures
        assert fake.count("GET", "/referrers/") == 3


@pytest.mark.parametrize("base", ["https://evil.example", "//evil.example", "http://127.0.0.1:1"])
async def test_a_page_that_is_elsewhere_is_not_fetched_and_the_list_not_taken_for_whole(base: str) -> None:
    async with FakeRegistry(page_size=1, link_base=base) as fake, opened(fake) as registry:
        image, _ = signed(fake, count=2)
        with pytest.raises(UnavailableError, match="next page is elsewhere"):
            await registry.referrers(at(fake).at(image))


@pytest.mark.parametrize("page_size", [1, 1000])
async def test_a_flood_is_named_and_not_cut(page_size: int) -> None:
    async with FakeRegistry(page_size=page_size) as fake, opened(fake) as registry:
        image, _ = signed(fake, count=201 if page_size > 1 else 11)
        with pytest.raises(TooLargeError, match=r"REFERRERS_(PAGES_)?MAX"):
            await registry.referrers(at(fake).at(image))


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Status(401), DeniedError),
        (Status(403), DeniedError),
        (Status(429), RateLimitedError),
        (Status(500), UnavailableError),
        (Status(503), UnavailableError),
        (Body(b"not json"), UnavailableError),
        (Body(b'{"manifests": [{"digest": "sha256:../../x", "size": 1}]}'), UnavailableError),
        (Body(b'{"manifests": {}}'), UnavailableError),
        (Body(b"[" * 100_000), UnavailableError),
        (Body(b" " * 5_000_000), TooLargeError),
    ],
)
async def test_what_could_not_be_asked_is_never_nobody(fault: Fault, expected: type[RegistryError]) -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image, _ = signed(fake)
        fake.fault("/referrers/", fault)
        with pytest.raises(expected):
            await registry.referrers(at(fake).at(image))


@pytest.mark.parametrize("fault", [Status(500), Status(403), Flip(position=20)])
async def test_a_fallback_tag_that_could_not_be_read_is_never_nobody(fault: Fault) -> None:
    async with FakeRegistry(referrers=Referrers.NONE) as fake, opened(fake) as registry:
        image, _ = signed(fake)
        fake.fault(fallback_tag(image), fault)
        fake.fault("/manifests/", fault, method="GET")
        with pytest.raises(RegistryError):
            await registry.referrers(at(fake).at(image))


async def test_a_list_under_a_fallback_tag_that_is_gone_is_never_nobody() -> None:
    async with FakeRegistry(referrers=Referrers.NONE) as fake, opened(fake) as registry:
        image, _ = signed(fake)
        fake.fault("/manifests/", Status(404), method="GET")
        with pytest.raises(UnavailableError, match="gone"):
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


@dataclass(slots=True)
class Others:
    """What other processes know, in memory."""

    known: dict[str, bool] = field(default_factory=dict)
    broken: bool = False

    async def referrers_api(self, place: str) -> KnownApi | None:
        if self.broken:
            raise StoreError("away")
        return KnownApi(self.known[place], 3600.0) if place in self.known else None

    async def keep_referrers_api(self, place: str, *, has: bool) -> None:
        if self.broken:
            raise StoreError("away")
        self.known[place] = has

    async def share(self, host: str, most: int, *, refused: bool = False) -> int:
        del host, refused
        return most


@pytest.mark.parametrize(("kind", "has"), [(Referrers.API, True), (Referrers.NONE, False)])
async def test_what_a_registry_has_is_told_to_other_processes(kind: Referrers, *, has: bool) -> None:
    others = Others()
    async with FakeRegistry(referrers=kind) as fake:
        image, signatures = signed(fake)
        for asked in (1, 2 if has else 1):  # who knows that the API is lacking does not ask
            async with opened(fake, shared=others) as registry:
                assert [entry.digest for entry in await registry.referrers(at(fake).at(image))] == signatures
            assert others.known == {f"{fake.host}/demo": has}
            assert fake.count("GET", "/referrers/") == asked


async def test_what_a_gateway_answers_is_not_nobody_in_a_process_that_only_heard_of_the_api() -> None:
    async with FakeRegistry() as fake, opened(fake, shared=Others({f"{fake.host}/demo": True})) as registry:
        image, _ = signed(fake)
        fake.fault("/referrers/", Status(404, b"default backend - 404"), times=1)
        with pytest.raises(UnavailableError, match="not one of a registry that has this API"):
            await registry.referrers(at(fake).at(image))


async def test_what_others_know_is_true_for_as_long_as_they_say() -> None:
    clock = Clock()
    async with FakeRegistry() as fake:
        others = Others({f"{fake.host}/demo": False})
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


async def test_an_answer_that_was_filtered_unasked_is_not_the_whole_list() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image, _ = signed(fake)
        fake.headers["OCI-Filters-Applied"] = "artifactType"
        with pytest.raises(UnavailableError, match="only some"):
            await registry.referrers(at(fake).at(image))


@pytest.mark.parametrize("body", [b"{}", b'{"schemaVersion": 2}', b'{"manifests": null}', b'{"errors": []}'])
async def test_an_index_without_a_list_is_not_nobody(body: bytes) -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image, _ = signed(fake)
        fake.fault("/referrers/", Body(body))
        with pytest.raises(UnavailableError, match="no list"):
            await registry.referrers(at(fake).at(image))


@pytest.mark.parametrize("content_type", ["application/json", "application/octet-stream", ""])
async def test_a_list_is_one_whatever_its_type_is_called(content_type: str) -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image, signatures = signed(fake)
        fake.headers["Content-Type"] = content_type
        assert [entry.digest for entry in await registry.referrers(at(fake).at(image))] == signatures


@pytest.mark.parametrize("body", [b"{}", b'{"manifests": []}', b'{"schemaVersion": 1, "manifests": []}', b"[]"])
async def test_what_answers_everything_with_json_has_no_api(body: bytes) -> None:
    async with FakeRegistry(fallback_tags=True) as fake, opened(fake) as registry:
        image, signatures = signed(fake)
        fake.fault("/referrers/", Body(body, {"Content-Type": "application/json"}))
        assert [entry.digest for entry in await registry.referrers(at(fake).at(image))] == signatures


@pytest.mark.parametrize("status", [400, 404])
async def test_that_the_image_is_unknown_is_not_nobody_where_the_api_is(status: int) -> None:
    """A replica that lags behind: the index was read a moment ago."""
    async with FakeRegistry() as fake, opened(fake) as registry:
        image, _ = signed(fake)
        await registry.referrers(at(fake).at(image))
        fake.fault("/referrers/", Status(status, b'{"errors":[{"code":"MANIFEST_UNKNOWN"}]}'))
        with tally.counting(searching=image), pytest.raises(UnavailableError, match="does not know it"):
            await registry.referrers(at(fake).at(image))


async def test_a_registry_that_says_that_it_does_not_support_it_is_not_asked_again() -> None:
    async with FakeRegistry(fallback_tags=True) as fake, opened(fake) as registry:
        image, signatures = signed(fake)
        fake.fault("/referrers/", Status(404, b'{"errors":[{"code":"UNSUPPORTED","message":"not here"}]}'))
        for _ in range(2):
            assert [entry.digest for entry in await registry.referrers(at(fake).at(image))] == signatures
        assert fake.count("GET", "/referrers/") == 1


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


@pytest.mark.parametrize("status", [400, 404, 303, 500])
async def test_a_page_that_is_not_there_is_not_the_end_of_the_list(status: int) -> None:
    async with FakeRegistry(page_size=1) as fake, opened(fake) as registry:
        image, _ = signed(fake, count=2)
        fake.fault("start=1", Status(status, headers={"Location": "/"}))
        with pytest.raises(UnavailableError):
            await registry.referrers(at(fake).at(image))


@pytest.mark.parametrize("status", [204, 402, 409, 410, 413, 418, 451, 505, 507, 520, 521, 524, 525, 530])
async def test_an_answer_of_which_nobody_knows_what_it_means_is_not_nobody(status: int) -> None:
    """Cloudflare's are among them, which stands before many registries."""
    async with FakeRegistry() as fake, opened(fake) as registry:
        image, _ = signed(fake)
        fake.fault("/referrers/", Status(status))
        with pytest.raises(UnavailableError):
            await registry.referrers(at(fake).at(image))
