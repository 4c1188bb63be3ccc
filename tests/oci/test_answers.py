"""What an answer means, and that nothing else is ever raised than what the port promises."""

import hashlib

import pytest

from bot.errors import DeniedError, NotFoundError, RegistryError, UnavailableError
from bot.oci.manifest import Descriptor
from tests.fake_registry import FakeRegistry
from tests.oci.opened import Clock, at, opened
from tests.registry_faults import Body, Drop, Endless, Fault, Hang, Redirect, Slow, Status

LAYER = Descriptor(digest=f"sha256:{hashlib.sha256(b'layer').hexdigest()}", size=5)
"""Of FakeRegistry.push_image."""


@pytest.mark.parametrize("status", [401, 403])
async def test_refused_is_said_as_not_found_or_not_public(status: int) -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        fake.fault("", Status(status))
        with pytest.raises(DeniedError, match=r"was not found on .* or is not public"):
            await registry.manifest(at(fake))
        assert len(fake.requests) == 1


@pytest.mark.parametrize("status", [204, 206, 304, 400, 405, 418, 451])
async def test_other_answers_say_nothing_about_the_image(status: int) -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        fake.push_image("demo/app", tag="1")
        fake.fault("", Status(status, b'{"errors":[{"code":"X","message":"because\\u0007 of <that>"}]}'))
        with pytest.raises(UnavailableError, match=f"answered {status}") as caught:
            await registry.manifest(at(fake))
        assert "\x07" not in str(caught.value)
        assert len(fake.requests) == 1


@pytest.mark.parametrize("page", [b"404 page not found\n", b"<html><body>default backend - 404</body></html>", b"[]"])
async def test_a_page_is_no_proof_that_what_a_tag_or_a_document_names_is_gone(page: bytes) -> None:
    """A gateway whose registry is being restarted answers so."""
    async with FakeRegistry() as fake, opened(fake) as registry:
        digest = fake.push_image("demo/app", tag="1")
        fake.fault("", Status(404, page))
        with pytest.raises(UnavailableError, match="that is not an answer of a registry"):
            await registry.manifest(at(fake).at(digest))
        with pytest.raises(UnavailableError, match="that is not an answer of a registry"):
            await registry.manifest(at(fake))
        with pytest.raises(UnavailableError, match="that is not an answer of a registry"):
            await registry.blob(at(fake), LAYER, limit=100)


@pytest.mark.parametrize("body", [b"", b'{"errors":[]}', b' {"message":"not found"}'])
async def test_what_a_registry_says_to_be_gone_is_gone(body: bytes) -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        digest = fake.push_image("demo/app", tag="1")
        fake.fault("", Status(404, body))
        with pytest.raises(NotFoundError):
            await registry.manifest(at(fake).at(digest))
        with pytest.raises(NotFoundError):
            await registry.blob(at(fake), LAYER, limit=100)


@pytest.mark.parametrize("code", ["UNAUTHORIZED", "DENIED", "TOOMANYREQUESTS", "UNAVAILABLE"])
async def test_a_404_that_says_that_it_refuses_does_not_say_that_something_is_gone(code: str) -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        digest = fake.push_image("demo/app", tag="1")
        fake.fault("", Status(404, b'{"errors":[{"code":"%s","message":"not you"}]}' % code.encode()))
        with pytest.raises(UnavailableError, match="answered 404: not you"):
            await registry.manifest(at(fake).at(digest))
        with pytest.raises(UnavailableError, match="answered 404: not you"):
            await registry.blob(at(fake), LAYER, limit=100)


async def test_a_404_that_also_says_that_it_is_unknown_is_one() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        digest = fake.push_image("demo/app", tag="1")
        fake.fault("", Status(404, b'{"errors":[{"code":"DENIED"},{"code":"MANIFEST_UNKNOWN"}]}'))
        with pytest.raises(NotFoundError):
            await registry.manifest(at(fake).at(digest))


async def test_a_registry_may_explain_itself_at_length_but_only_the_beginning_is_said() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        fake.fault("", Status(400, b'{"errors":[{"message":"' + b"x" * 5000 + b'"}]}'))
        with pytest.raises(UnavailableError) as caught:
            await registry.manifest(at(fake))
        assert "x" * 200 in str(caught.value)
        assert "x" * 201 not in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, b'{"errors":[{"message":' + b"9" * 5000 + b"}]}", b'{"errors":null}', b"\xff\xfe", b"[]", b"NaN"],
)
async def test_an_odd_explanation_is_left_out(body: bytes) -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        fake.fault("", Status(400, body))
        with pytest.raises(UnavailableError, match=r"answered 400$"):
            await registry.manifest(at(fake))


async def test_an_endless_explanation_is_cut() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        fake.fault("", Endless(status=400))
        with pytest.raises(UnavailableError, match="answered 400"):
            await registry.manifest(at(fake))


@pytest.mark.parametrize("fault", [Hang(), Slow(0.05)])
async def test_who_does_not_come_to_an_end_is_left(fault: Fault) -> None:
    async with FakeRegistry() as fake, opened(fake, pace=Clock().pace(read=0.2, total=0.3)) as registry:
        fake.push_image("demo/app", tag="1")
        fake.fault("/manifests/", fault)
        with pytest.raises(UnavailableError, match="did not answer in time") as caught:
            await registry.manifest(at(fake))
        assert caught.value.tried == 3


@pytest.mark.parametrize("fault", [Drop(), Drop(after=0), Drop(after=10), Status(503), Status(500)])
async def test_a_passing_trouble_passes(fault: Fault) -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        digest = fake.push_image("demo/app", tag="1")
        fake.fault("/manifests/", fault, times=2)
        assert (await registry.manifest(at(fake))).digest == digest


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("file:///etc/passwd", "redirects to nowhere"),
        ("gopher://127.0.0.1/v2/", "redirects to nowhere"),
        ("http://127.0.0.1:0/v2/", "redirects to nowhere"),
        ("/v2/a b HTTP/1.1", "redirects to nowhere"),
        ("/v2/\u00e9", "redirects to nowhere"),
        ("", "redirects to nowhere"),
        ("ftp://127.0.0.1/v2/", "led to something that is not a plain web address"),
    ],
)
async def test_a_redirect_to_what_is_not_http_is_not_followed(to: str, said: str) -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        fake.push_image("demo/app", tag="1")
        fake.fault("/manifests/", Redirect(to, keep_path=False))
        with pytest.raises(RegistryError, match=said):
            await registry.manifest(at(fake))
        assert fake.count("GET", "/manifests/") == 1


async def test_all_that_is_raised_is_promised() -> None:
    faults: list[Fault] = [Status(n) for n in (299, 300, 399, 499, 599)]
    faults += [Body(b"not json"), Redirect("http://[::1", keep_path=False), Redirect("", keep_path=False)]
    for fault in faults:
        async with FakeRegistry() as fake, opened(fake) as registry:
            fake.push_image("demo/app", tag="1")
            fake.fault("", fault)
            for ask in (registry.tags, registry.referrers, registry.resolve):
                try:
                    await ask(at(fake, "sha256:" + "0" * 64))
                except RegistryError:
                    continue
