"""The tags of a repository through Quay's and Docker Hub's own APIs, and what hostile registries make of them."""

import pytest

from bot.errors import ForbiddenAddressError, RateLimitedError, RegistryError, TooLargeError, UnavailableError
from bot.oci.catalogue.apis import TagApi, tag_api
from bot.oci.catalogue.listing import ListedTag
from bot.oci.reference import Reference
from bot.oci.registries import OpenRegistries
from tests.fake_registry import FakeRegistry
from tests.oci.opened import Clock, at, opened
from tests.oci.test_guard import listening
from tests.registry_faults import Body, Redirect, Status
from tests.registry_shelf import encode

TAGS = ("1.0", "1.1", "latest")
API = {"quay": "/api/v1/repository/", "hub": "/v2/repositories/"}


def filled(fake: FakeRegistry, count: int, repository: str = "demo/app") -> dict[str, str]:
    return {
        f"1.{number}": fake.push_image(repository, tag=f"1.{number}", layer=str(number).encode())
        for number in range(count)
    }


def nothing(tag: ListedTag) -> bool:  # noqa: ARG001 - whatever it is
    return False


async def names(registry: OpenRegistries, fake: FakeRegistry, *, whole: bool = False) -> dict[str, str]:
    listing = await registry.catalogue.tags(at(fake), is_known=nothing, whole=whole)
    return {tag.name: tag.digest for tag in listing.tags}


def test_quay_and_docker_hub_have_an_api_of_their_own_and_the_operator_may_say_otherwise() -> None:
    assert tag_api("quay.io", {}) is TagApi.QUAY
    assert tag_api("docker.io", {}) is TagApi.HUB
    assert tag_api("ghcr.io", {}) is TagApi.TAGS
    assert tag_api("quay.io", {"quay.io": "tags"}) is TagApi.TAGS


@pytest.mark.parametrize("api", ["quay", "hub"])
@pytest.mark.parametrize("count", [0, 1, 100, 101, 250])
async def test_all_tags_come_with_their_digests_and_no_pull(api: str, count: int) -> None:
    async with FakeRegistry(api=api) as fake, opened(fake, tag_apis={fake.host: api}) as registry:
        fake.repository("demo/app")
        tags = filled(fake, count)
        listing = await registry.catalogue.tags(at(fake), is_known=nothing, whole=True)
        assert {tag.name: tag.digest for tag in listing.tags} == tags
        assert listing.is_whole
        assert fake.count() == fake.count("GET", API[api]) == max(1, -(-count // 100))


async def test_quay_has_the_newest_first_so_what_is_known_ends_the_list() -> None:
    async with FakeRegistry(api="quay") as fake, opened(fake, tag_apis={fake.host: "quay"}) as registry:
        tags = filled(fake, 250)
        known = dict(tags)
        await names(registry, fake)  # now they have their times
        fake.requests.clear()
        fake.push_image("demo/app", tag="2.0", layer=b"new")
        fake.tag("demo/app", "1.7", tags["1.8"])  # the oldest page, until it moved
        listing = await registry.catalogue.tags(at(fake), is_known=lambda tag: known.get(tag.name) == tag.digest)
        assert fake.count() == 1
        assert not listing.is_whole
        assert {tag.name for tag in listing.tags if known.get(tag.name) != tag.digest} == {"2.0", "1.7"}


async def test_on_docker_hub_no_order_holds_so_every_page_is_read() -> None:
    async with FakeRegistry(api="hub") as fake, opened(fake, tag_apis={fake.host: "hub"}) as registry:
        filled(fake, 250)
        assert len((await registry.catalogue.tags(at(fake), is_known=lambda _: True)).tags) == 250
        assert fake.count() == 3


@pytest.mark.parametrize("api", ["quay", "hub"])
async def test_what_the_api_does_not_show_is_listed_by_names_and_the_api_is_left_alone_for_a_day(api: str) -> None:
    clock = Clock()
    async with FakeRegistry(api=api) as fake, opened(fake, clock=clock, tag_apis={fake.host: api}) as registry:
        filled(fake, 2)
        fake.fault(API[api], Status(401))
        assert await names(registry, fake) == {"1.0": "", "1.1": ""}
        assert await names(registry, fake) == {"1.0": "", "1.1": ""}
        assert fake.count("GET", API[api]) == 1
        clock.time += 25 * 3600
        fake.heal()
        assert all((await names(registry, fake)).values())


async def test_docker_hubs_api_is_elsewhere_so_its_outage_is_not_the_registrys() -> None:
    async with FakeRegistry(api="hub") as fake, opened(fake, tag_apis={fake.host: "hub"}) as registry:
        filled(fake, 2)
        fake.fault(API["hub"], Status(503))
        assert await names(registry, fake) == {"1.0": "", "1.1": ""}


@pytest.mark.parametrize("api", ["quay", "hub"])
async def test_pages_that_never_end_and_repeat_themselves_end_at_the_first_repetition(api: str) -> None:
    pages: dict[str, dict[str, object]] = {
        "quay": {"tags": [{"name": "1.0", "manifest_digest": "x"}], "page": 1, "has_additional": True},
        "hub": {"results": [{"name": "1.0", "digest": "x"}], "next": "https://elsewhere.example/more"},
    }
    async with FakeRegistry(api=api) as fake, opened(fake, tag_apis={fake.host: api}) as registry:
        filled(fake, 201)
        fake.fault(API[api], Body(encode(pages[api])))
        listing = await registry.catalogue.tags(at(fake), is_known=nothing, whole=True)
        assert listing.tags == (ListedTag("1.0", ""),)
        assert not listing.is_whole  # so nothing is said to have vanished
        assert fake.count() == 2


async def test_a_next_page_on_another_host_is_not_asked_for() -> None:
    async with (
        FakeRegistry(api="hub") as fake,
        listening() as elsewhere,
        opened(fake, tag_apis={fake.host: "hub"}) as registry,
    ):
        filled(fake, 101)
        page = {"results": [{"name": "1.0"}], "next": f"http://127.0.0.1:{elsewhere.port}/v2/repositories/x"}
        fake.fault(API["hub"], Body(encode(page)), times=1)
        await names(registry, fake)
        assert elsewhere.connections == 0


@pytest.mark.parametrize("api", ["quay", "hub"])
async def test_only_names_of_the_grammar_and_digests_that_are_digests(api: str) -> None:
    entry = {"quay": ("tags", "manifest_digest"), "hub": ("results", "digest")}[api]
    listed = [{"name": "ok", entry[1]: "sha256:short"}, {"name": "../../etc", entry[1]: ""}, {"name": "a\n"}, {}]
    async with FakeRegistry(api=api) as fake, opened(fake, tag_apis={fake.host: api}) as registry:
        fake.repository("demo/app")
        fake.fault(API[api], Body(encode({entry[0]: listed})))
        assert await names(registry, fake) == {"ok": ""}


@pytest.mark.parametrize(
    "body", [b"<html>", b"[]", b"{}", b'{"tags": null}', b'{"tags": 5}', b'{"tags": [5]}', b"[" * 100_000]
)
async def test_a_page_that_is_not_one_is_no_answer(body: bytes) -> None:
    async with FakeRegistry(api="quay") as fake, opened(fake, tag_apis={fake.host: "quay"}) as registry:
        fake.repository("demo/app")
        fake.fault(API["quay"], Body(body))
        with pytest.raises(UnavailableError):
            await names(registry, fake)


async def test_an_answer_of_docker_hub_without_a_list_is_not_an_empty_repository() -> None:
    """All tags would be new at the next look, and each be checked and posted."""
    async with FakeRegistry(api="hub") as fake, opened(fake, tag_apis={fake.host: "hub"}) as registry:
        tags = filled(fake, 2)
        fake.fault(API["hub"], Body(b'{"message": "try later"}'))
        assert set(await names(registry, fake)) == set(tags)  # asked for at the registry itself


async def test_a_page_of_any_size_is_not_read() -> None:
    async with FakeRegistry(api="quay") as fake, opened(fake, tag_apis={fake.host: "quay"}) as registry:
        fake.repository("demo/app")
        fake.fault(API["quay"], Body(b" " * (4 * 1024 * 1024 + 1)))
        with pytest.raises(TooLargeError):
            await names(registry, fake)


async def test_a_redirect_of_the_api_is_not_followed() -> None:
    async with (
        FakeRegistry(api="quay") as fake,
        listening() as elsewhere,
        opened(fake, tag_apis={fake.host: "quay"}) as registry,
    ):
        fake.repository("demo/app")
        fake.fault(API["quay"], Redirect(f"http://127.0.0.1:{elsewhere.port}"))
        with pytest.raises(RegistryError):
            await names(registry, fake)
        assert elsewhere.connections == 0


async def test_the_api_is_asked_behind_the_guard() -> None:
    async with FakeRegistry(api="quay") as fake, opened(private_hosts=(), tag_apis={fake.host: "quay"}) as registry:
        with pytest.raises(ForbiddenAddressError):
            await names(registry, fake)
        assert fake.requests == []


async def test_too_many_requests_is_told_with_its_time_and_no_other_list_is_asked_for() -> None:
    async with FakeRegistry(api="quay") as fake, opened(fake, tag_apis={fake.host: "quay"}) as registry:
        fake.fault(API["quay"], Status(429, headers={"Retry-After": "3600"}))
        with pytest.raises(RateLimitedError) as caught:
            await names(registry, fake)
        assert caught.value.retry_at is not None
        assert fake.count("", "/tags/list") == 0


@pytest.mark.parametrize("api", ["quay", "hub"])
async def test_the_repositories_of_a_namespace_and_of_no_other(api: str) -> None:
    async with FakeRegistry(api=api) as fake, opened(fake, tag_apis={fake.host: api}) as registry:
        for number in range(230):
            fake.repository(f"acme/app-{number}")
        fake.repository("other/app")
        found = await registry.catalogue.repositories(fake.host, "acme")
        assert set(found) == {f"acme/app-{number}" for number in range(230)}
        assert fake.count() == 3, "after the last page nothing is asked"


@pytest.mark.parametrize("api", ["quay", "hub"])
async def test_an_answer_cannot_put_other_repositories_into_a_namespace(api: str) -> None:
    """They would be audited, and watched, in its place."""
    entry = {"quay": "repositories", "hub": "results"}[api]
    listed = [
        {"namespace": "acme", "name": "app"},
        {"namespace": "evil", "name": "other"},
        {"namespace": "acme", "name": "../evil/app"},
        {"namespace": "acme", "name": "app/evil"},
        {"namespace": "acme", "name": "App"},
        {"namespace": "acme", "name": ""},
    ]
    async with FakeRegistry(api=api) as fake, opened(fake, tag_apis={fake.host: api}) as registry:
        fake.fault(API[api].rstrip("/"), Body(encode({entry: listed})))
        assert list(await registry.catalogue.repositories(fake.host, "acme")) == ["acme/app"]


async def test_a_registry_that_lists_no_repositories_says_so() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        with pytest.raises(RegistryError, match="does not list its repositories"):
            await registry.catalogue.repositories(fake.host, "acme")


@pytest.mark.parametrize("path", ["", "/hub"])
async def test_the_repositories_of_a_mirrored_namespace_are_those_of_the_mirror(path: str) -> None:
    inside = "acme" if not path else "hub/acme"
    async with FakeRegistry(api="quay") as fake:
        fake.repository("acme/app")
        mirrors = {"docker.io": f"{fake.host}{path}"}
        async with opened(fake, tag_apis={fake.host: "quay"}, mirrors=mirrors) as registry:
            if not path:
                assert await registry.catalogue.repositories("docker.io", "acme") == ("acme/app",)
            else:
                assert await registry.catalogue.repositories("docker.io", "acme") == ()
        assert fake.count("", f"namespace={inside.replace('/', '%2F')}") + fake.count("", f"namespace={inside}") > 0


async def test_a_mirror_is_asked_in_its_own_way() -> None:
    async with FakeRegistry(api="quay") as fake:
        mirrors = {"docker.io/demo": f"{fake.host}/demo"}
        async with opened(fake, tag_apis={fake.host: "quay"}, mirrors=mirrors) as registry:
            tags = filled(fake, 3)
            listing = await registry.catalogue.tags(Reference("docker.io", "demo/app", "x"), is_known=nothing)
            assert {tag.name: tag.digest for tag in listing.tags} == tags


async def test_limits_that_a_registry_tells_are_known_and_end() -> None:
    clock = Clock()
    told = {"ratelimit-limit": "100;w=21600", "ratelimit-remaining": "9;w=21600", "X-RateLimit-Limit": "180"}
    async with FakeRegistry(headers=told) as fake, opened(fake, clock=clock) as registry:
        fake.push_image("demo/app", tag="1")
        await registry.resolve(at(fake))
        pulls = registry.limits.pulls(fake.host, clock.time)
        assert pulls is not None
        assert (pulls.limit, pulls.remaining, pulls.is_low) == (100, 9, True)
        assert registry.limits.api(fake.host, clock.time) is None  # only half of it was told
        assert registry.limits.pulls(fake.host, clock.time + 21601) is None


@pytest.mark.parametrize("value", ["", "-1", "9" * 40, "1;w=x", "ten", "5;w=99999999999"])
async def test_limits_that_are_none_are_not_believed(value: str) -> None:
    told = {"ratelimit-limit": value, "ratelimit-remaining": value}
    async with FakeRegistry(headers=told) as fake, opened(fake) as registry:
        fake.push_image("demo/app", tag="1")
        await registry.resolve(at(fake))
        assert registry.limits.pulls(fake.host, 0.0) is None
