"""All tags of a repository, however many pages they come on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from bot.errors import RegistryError, TooLargeError, UnavailableError
from bot.oci import tag_list
from bot.oci.wire.messages import RegistryRequest, Response
from bot.oci.wire.pages import next_page
from tests.fake_registry import FakeRegistry
from tests.oci.opened import at, opened
from tests.oci.test_guard import listening
from tests.registry_auth import Auth
from tests.registry_faults import Body, Fault, Redirect, Status
from tests.registry_shelf import encode

HERE = "https://registry.example/v2/demo/app/tags/list?n=1000"


def tagged(fake: FakeRegistry, count: int) -> list[str]:
    names = [f"v{number:04}" for number in range(count)]
    for name in names:
        fake.push_image("demo/app", tag=name)
    return names


@pytest.mark.parametrize("page_size", [1, 2, 7, 1000])
@pytest.mark.parametrize("absolute", [False, True])
async def test_all_pages_are_turned(page_size: int, absolute: bool) -> None:  # noqa: FBT001
    async with FakeRegistry(page_size=page_size) as fake, opened(fake) as registry:
        names = tagged(fake, 7)
        fake.link_base = fake.url if absolute else ""
        assert await registry.tags(at(fake)) == tuple(names)
        assert fake.count("GET", "/tags/list") == -(-7 // page_size)
        assert "n=1000" in fake.requests[0].path


async def test_pages_behind_a_login_are_turned_with_the_same_token() -> None:
    async with FakeRegistry(page_size=2, auth=Auth()) as fake, opened(fake) as registry:
        names = tagged(fake, 5)
        assert await registry.tags(at(fake)) == tuple(names)
        assert fake.count("GET", "/token") == 1


async def test_an_empty_repository_has_no_tags() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        fake.push_image("demo/app")
        assert await registry.tags(at(fake)) == ()


@pytest.mark.parametrize("body", [b'{"tags": null}', b'{"name": "demo/app"}', b'{"name": "demo/app", "tags": []}'])
async def test_an_empty_list_may_be_written_in_several_ways(body: bytes) -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        tagged(fake, 1)
        fake.fault("/tags/", Body(body))
        assert await registry.tags(at(fake)) == ()


async def test_a_page_that_is_elsewhere_is_not_fetched() -> None:
    async with listening() as listener, FakeRegistry(page_size=1) as fake, opened(fake) as registry:
        tagged(fake, 2)
        fake.link_base = f"http://127.0.0.1:{listener.port}"
        with pytest.raises(UnavailableError, match="next page is elsewhere; not followed"):
            await registry.tags(at(fake))
        assert listener.connections == 0


@pytest.mark.parametrize("page_size", [1, 1000])
async def test_a_redirect_to_the_same_list_of_another_registry_is_followed_without_a_login(page_size: int) -> None:
    """As registry.k8s.io does, which drops the query: so the next page is asked where the first one was."""
    async with (
        FakeRegistry(auth=Auth()) as fake,
        FakeRegistry(shelf=fake, page_size=page_size) as other,
        opened(fake, other) as registry,
    ):
        names = tagged(fake, 3)
        await registry.tags(at(fake))  # it is logged in, and has a token that it could give away
        fake.fault("/tags/", Redirect(f"{other.url}/v2/demo/app/tags/list", keep_path=False))
        assert await registry.tags(at(fake)) == tuple(names)
        assert other.count("GET", "/tags/") == (3 if page_size == 1 else 1)
        assert all("Authorization" not in asked.headers for asked in other.requests)


async def test_a_page_that_names_itself_is_the_last_one() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        names = tagged(fake, 2)
        fake.headers["Link"] = '</v2/demo/app/tags/list?n=1000>; rel="next"'
        assert await registry.tags(at(fake)) == tuple(names)


async def test_a_book_without_end_is_closed() -> None:
    async with FakeRegistry(page_size=1) as fake, opened(fake) as registry:
        tagged(fake, 51)
        with pytest.raises(TooLargeError, match="TAGS_PAGES_MAX = 50"):
            await registry.tags(at(fake))
        assert len(fake.requests) == 50


async def test_very_many_tags_are_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tag_list, "TAGS_MAX", 3)
    async with FakeRegistry(page_size=2) as fake, opened(fake) as registry:
        names = tagged(fake, 3)
        assert await registry.tags(at(fake)) == tuple(names)
        fake.push_image("demo/app", tag="one-more")
        with pytest.raises(TooLargeError, match="TAGS_MAX = 3"):
            await registry.tags(at(fake))


async def test_what_is_no_tag_is_left_out() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        tagged(fake, 1)
        fake.fault("/tags/", Body(encode({"tags": ["1.0", "a b", "<!channel>", "../x", "", "1.0", "x" * 200]})))
        assert await registry.tags(at(fake)) == ("1.0",)


@pytest.mark.parametrize(
    "fault",
    [
        Body(b"[]"),
        Body(b"{}"),
        Body(b'{"errors": [{"code": "UNAUTHORIZED"}]}'),
        Body(b'{"tags": 5}'),
        Body(b"{" * 5000),
        Body(b" " * 5_000_000),
        Redirect("https://a.b"),
    ],
)
async def test_what_is_no_list_is_an_unusable_answer(fault: Fault) -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        tagged(fake, 1)
        fake.fault("/tags/", fault)
        with pytest.raises((UnavailableError, TooLargeError)):
            await registry.tags(at(fake))


async def test_a_list_that_breaks_off_is_no_list() -> None:
    async with FakeRegistry(page_size=1) as fake, opened(fake) as registry:
        tagged(fake, 3)
        fake.fault("/tags/", Status(500), after=1)
        with pytest.raises(UnavailableError):
            await registry.tags(at(fake))


def answered(*links: str) -> Response:
    headers = CIMultiDict([("Link", link) for link in links])
    ask = RegistryRequest(registry="registry.example", what="the tags", url=URL(HERE, encoded=True))
    return Response(ask=ask, status=200, headers=CIMultiDictProxy(headers))


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ('</v2/demo/app/tags/list?last=b&n=2>; rel="next"', "/v2/demo/app/tags/list?last=b&n=2"),
        ("<?last=b>; rel=next", "/v2/demo/app/tags/list?last=b"),
        ('<?last=%2Fb%20c>; title="a, b"; rel="next"', "/v2/demo/app/tags/list?last=%2Fb%20c"),
        ('<?p=0>; rel="prev", <?p=2>; rel="next"', "/v2/demo/app/tags/list?p=2"),
        ('<https://registry.example:443/v2/demo/app/tags/list?p=2>; rel="last next"', "/v2/demo/app/tags/list?p=2"),
        ("<?p=2>; REL='NEXT'", "/v2/demo/app/tags/list?p=2"),
        (' < ?p=2 > ;  rel = "next" ', "/v2/demo/app/tags/list?p=2"),
    ],
)
def test_links_to_the_next_page(link: str, path: str) -> None:
    url = next_page(answered(link))
    assert url is not None
    assert (url.host, url.raw_path_qs) == ("registry.example", path)


@pytest.mark.parametrize(
    "links", [(), ("",), ('<?p=1>; rel="prev"',), ("<?rel=next>; rel=prev",), ('<?p=1>; rel="nextish"',), ("<?p=1>",)]
)
def test_no_link_to_a_next_page(links: tuple[str, ...]) -> None:
    assert next_page(answered(*links)) is None


@pytest.mark.parametrize(
    "target",
    [
        "http://registry.example/v2/demo/app/tags/list?p=2",
        "https://registry.example:8443/v2/demo/app/tags/list?p=2",
        "https://user@registry.example/v2/demo/app/tags/list?p=2",
        "/v2/demo/secret/tags/list?p=2",
        "/v2/demo/app/tags/list/../../../other/tags/list",
        "https://[::1",
    ],
)
def test_links_that_lead_elsewhere_are_refused(target: str) -> None:
    with pytest.raises(UnavailableError):
        next_page(answered(f'<{target}>; rel="next"'))


@pytest.mark.parametrize(
    "link",
    [
        "?p=2; rel=next",
        '/v2/demo/app/tags/list?p=2; rel="next"',
        '</v2/demo/app/tags/list?p=2; rel="next"',
        '<?p=2; rel="next", <?p=0>; rel="prev"',
        '<?last=1 2>; rel="next"',
        '<?last=ü>; rel="next"',
        '<>; rel="next"',
        f'<?p={"2" * 9000}>; rel="next"',
    ],
)
def test_a_next_page_that_cannot_be_read_is_not_the_end_of_the_list(link: str) -> None:
    """What stands on that page would count as absent: a tag as vanished, a signature as missing."""
    with pytest.raises(UnavailableError):
        next_page(answered(link))


def test_an_address_of_the_registry_may_be_written_in_any_form() -> None:
    ask = RegistryRequest(registry="[::1]:5000", what="the tags", url=URL("https://[::1]:5000/v2/a/tags/list"))
    headers = CIMultiDict(Link='<https://[0:0:0:0:0:0:0:1]:5000/v2/a/tags/list?p=2>; rel="next"')
    assert next_page(Response(ask=ask, status=200, headers=CIMultiDictProxy(headers))) is not None


@given(st.text(max_size=200) | st.text(alphabet='<>;,"= relnxt/?:', max_size=100))
def test_garbage_is_no_link_or_refused(header: str) -> None:
    try:
        url = next_page(answered(header))
    except RegistryError:
        return
    assert url is None or (url.host, url.raw_path) == ("registry.example", "/v2/demo/app/tags/list")
