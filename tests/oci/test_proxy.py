"""A terminal behind a proxy: registries that only the proxy can reach are read through it, and a server has none."""

import asyncio
import ssl
from pathlib import Path
from typing import Any

import pytest
from aiohttp.abc import ResolveResult

from bot.check.not_checked import tried
from bot.errors import ForbiddenAddressError, NotFoundError, UnavailableError, UnusableProxyError
from bot.oci.reference import Reference
from bot.oci.wire import proxy_way
from tests.fake_proxy import FakeProxy
from tests.fake_registry import FakeRegistry
from tests.oci.opened import Clock, Names, opened
from tests.oci.opened import at as plain_at
from tests.registry_auth import Auth
from tests.registry_faults import Redirect
from tests.self_signed import self_signed

HOST = "registry.example"
PLACE = f"{HOST}:443"
STORE = "store.example"
IMAGE = Reference(HOST, "demo/app", "1")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls") / "certificate.pem", {HOST: [], STORE: []})


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy"])
@pytest.mark.parametrize("login", ["", "me:secret%20word"])
async def test_a_registry_is_read_through_the_proxy(
    server_tls: ssl.SSLContext, client_tls: ssl.SSLContext, variable: str, login: str
) -> None:
    """TLS is spoken with the registry itself, and the name is resolved by the proxy alone."""
    async with FakeRegistry(tls=server_tls, auth=Auth()) as fake, FakeProxy(login=login.replace("%20", " ")) as proxy:
        proxy.names[PLACE] = fake.host
        assert fake.auth is not None
        fake.auth.realm = f"https://{HOST}/token"
        digest = fake.push_image("demo/app", tag="1")
        environment = {variable: f"http://{login}{'@' if login else ''}{proxy.host}"}
        async with opened(tls=client_tls, local=True, environment=environment) as registry:
            assert (await registry.manifest(IMAGE)).digest == digest
        assert set(proxy.asked) == {f"CONNECT {PLACE} HTTP/1.1"}
        assert not any("Proxy-Authorization" in asked.headers for asked in fake.requests), "the login is the proxy's"


async def test_plain_http_goes_through_it_only_to_hosts_that_are_listed() -> None:
    place = f"{HOST}:8080"
    async with FakeRegistry() as fake, FakeProxy(names={place: fake.host}) as proxy:
        digest = fake.push_image("demo/app", tag="1")
        image, environment = Reference(place, "demo/app", "1"), {"HTTP_PROXY": proxy.host}
        async with opened(insecure_hosts=(place,), local=True, environment=environment) as registry:
            assert (await registry.manifest(image)).digest == digest
        assert proxy.asked == [f"GET http://{place}/v2/demo/app/manifests/1 HTTP/1.1"]


async def test_a_server_uses_no_proxy(client_tls: ssl.SSLContext) -> None:
    async with FakeProxy() as proxy, opened(tls=client_tls, environment={"HTTPS_PROXY": proxy.host}) as registry:
        with pytest.raises(UnavailableError):
            await registry.manifest(IMAGE)
        assert proxy.asked == []


async def test_this_machine_and_what_needs_no_proxy_are_dialled() -> None:
    async with FakeRegistry() as fake, FakeProxy() as proxy:
        fake.push_image("demo/app", tag="1")
        async with opened(local=True, environment={"HTTP_PROXY": proxy.host}) as registry:
            await registry.manifest(plain_at(fake))
        assert (proxy.asked, fake.count()) == ([], 1)


@pytest.mark.parametrize(
    ("status", "said", "tries"),
    [(407, "asks for a login", 1), (403, "answered 403", 1), (502, "answered 502", 3)],
)
async def test_what_the_proxy_refuses_is_said_of_the_proxy(status: int, said: str, tries: int) -> None:
    async with FakeProxy(status=status) as proxy:
        environment = {"HTTPS_PROXY": f"http://me:s3cret@{proxy.host}"}
        async with opened(local=True, environment=environment) as registry:
            with pytest.raises(UnavailableError, match=f"the proxy {proxy.host} {said}") as error:
                await registry.manifest(IMAGE)
        assert len(proxy.asked) == tries
        assert "s3cret" not in str(error.value)


async def test_a_login_that_a_proxy_wants_for_plain_http_is_said_of_the_proxy() -> None:
    place = f"{HOST}:8080"
    async with FakeProxy(login="me:other") as proxy:
        environment = {"HTTP_PROXY": f"http://me:s3cret@{proxy.host}"}
        async with opened(insecure_hosts=(place,), local=True, environment=environment) as registry:
            with pytest.raises(UnavailableError, match=f"the proxy {proxy.host} asks for a login") as error:
                await registry.manifest(Reference(place, "demo/app", "1"))
        assert len(proxy.asked) == 1
        assert "s3cret" not in str(error.value)


async def test_the_certificate_of_a_proxy_is_not_said_to_be_the_registrys(server_tls: ssl.SSLContext) -> None:
    """Something that speaks TLS with a certificate of another name stands where the proxy should be."""
    async with FakeRegistry(tls=server_tls) as fake:
        environment = {"HTTPS_PROXY": f"https://me:s3cret@{fake.host}"}
        async with opened(local=True, environment=environment) as registry:
            with pytest.raises(UnavailableError, match=f"the certificate of the proxy {fake.host}") as error:
                await registry.manifest(IMAGE)
        assert "s3cret" not in str(error.value)


async def test_a_proxy_that_speaks_no_tls_is_named() -> None:
    async with (
        FakeRegistry() as fake,
        opened(local=True, environment={"HTTPS_PROXY": f"https://{fake.host}"}) as registry,
    ):
        with pytest.raises(UnavailableError, match=f"the proxy {fake.host} does not speak TLS"):
            await registry.manifest(IMAGE)


@pytest.mark.parametrize("host", ["127.0.0.1:1", "proxy.example:3128"])
async def test_a_proxy_that_is_not_there_is_named(host: str) -> None:
    async with opened(local=True, environment={"HTTPS_PROXY": host}) as registry:
        with pytest.raises(UnavailableError, match=f"the proxy {host} could not be reached"):
            await registry.manifest(IMAGE)


@pytest.mark.parametrize("host", ["169.254.169.254", "[fd00:ec2::254]", "metadata.example"])
async def test_no_proxy_is_asked_for_a_metadata_service(host: str) -> None:
    names = {"metadata.example": [["169.254.169.254"]]}
    async with (
        FakeProxy() as proxy,
        opened(names=names, local=True, environment={"HTTPS_PROXY": proxy.host}) as registry,
    ):
        with pytest.raises(ForbiddenAddressError, match="metadata"):
            await registry.manifest(Reference(host, "demo/app", "1"))
        assert proxy.asked == []


async def test_names_that_nobody_here_resolves_hold_up_no_request(
    server_tls: ssl.SSLContext, client_tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some networks do not even refuse such a question: it is asked once, and not waited for as long as a request."""
    asked: list[str] = []

    async def unanswered(_: Names, host: str, *__: object) -> list[ResolveResult]:
        asked.append(host)
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(proxy_way, "LOOKUP_MAX", 0.0)
    async with FakeRegistry(tls=server_tls) as fake, FakeProxy(names={PLACE: fake.host}) as proxy:
        digest = fake.push_image("demo/app", tag="1")
        async with opened(tls=client_tls, local=True, environment={"HTTPS_PROXY": f"http://{proxy.host}"}) as registry:
            monkeypatch.setattr(Names, "resolve", unanswered)
            assert (await registry.manifest(IMAGE)).digest == digest
            assert (await registry.manifest(IMAGE.at(digest))).digest == digest
    assert asked.count(HOST) == 1


@pytest.mark.parametrize("target", ["https://10.0.0.1/x", "https://inner.example/x", "http://other.example/x"])
async def test_a_registry_leads_through_the_proxy_to_nothing_that_it_could_not_lead_to_without(
    server_tls: ssl.SSLContext, client_tls: ssl.SSLContext, target: str
) -> None:
    names = {"inner.example": [["10.0.0.1"]], HOST: [["93.184.215.14"]]}
    async with FakeRegistry(tls=server_tls) as fake, FakeProxy(names={PLACE: fake.host}) as proxy:
        fake.fault("/manifests/", Redirect(target, keep_path=False))
        environment = {"HTTPS_PROXY": proxy.host, "HTTP_PROXY": proxy.host}
        async with opened(names=names, tls=client_tls, local=True, environment=environment) as registry:
            with pytest.raises(ForbiddenAddressError):
                await registry.manifest(IMAGE)
        assert proxy.asked == [f"CONNECT {PLACE} HTTP/1.1"]


async def test_the_certificate_of_the_registry_is_checked_behind_the_proxy(server_tls: ssl.SSLContext) -> None:
    async with FakeRegistry(tls=server_tls) as fake, FakeProxy(names={PLACE: fake.host}) as proxy:
        async with opened(local=True, environment={"HTTPS_PROXY": proxy.host}) as registry:
            with pytest.raises(UnavailableError, match=f"the certificate of {PLACE}"):
                await registry.manifest(IMAGE)
        assert fake.requests == []


async def test_what_a_registry_keeps_elsewhere_is_fetched_through_it(
    server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    async with (
        FakeRegistry(tls=server_tls) as fake,
        FakeRegistry(tls=server_tls, shelf=fake) as store,
        FakeProxy(names={PLACE: fake.host, f"{STORE}:443": store.host}) as proxy,
    ):
        digest = fake.push_image("demo/app", tag="1")
        fake.fault("/manifests/", Redirect(f"https://{STORE}"))
        async with opened(tls=client_tls, local=True, environment={"HTTPS_PROXY": proxy.host}) as registry:
            assert (await registry.manifest(IMAGE)).digest == digest
        assert proxy.asked == [f"CONNECT {PLACE} HTTP/1.1", f"CONNECT {STORE}:443 HTTP/1.1"]


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy"])
@pytest.mark.parametrize(
    "text",
    [
        "socks5://me:s3cret@proxy.corp:1080",
        "htp://proxy.corp:3128",
        "http:/proxy.corp:3128",
        "https//proxy.corp:3128",
        "http:proxy.corp:3128",
        "://",
        "http://",
        "http://[::1",
        "http://p:99999999",
        "http://my proxy:3128",
        "http://me:s3#cret@proxy.corp:3128",
        # The host is `me` here, and its port the first part of a password.
        "http://me:12#s3cret@proxy.corp:3128",
        "http://me:12/s3cret@proxy.corp:3128",
        "http://me:12?s3cret@proxy.corp:3128",
        "me:12/s3cret@proxy.corp:3128",
        "http://me:12://s3cret@proxy.corp:3128",
    ],
)
async def test_an_unusable_proxy_is_said_and_nothing_is_dialled_without_it(variable: str, text: str) -> None:
    """Whoever asked for a proxy may have a reason not to be seen without it."""
    clock = Clock()
    async with FakeRegistry() as fake:
        address, port = fake.host.split(":")
        names, place = {"plain.example": [[address]]}, f"plain.example:{port}"
        plain = {"HTTP_PROXY": text, variable: text}
        listed: dict[str, Any] = {"insecure_hosts": (place,), "private_hosts": (place,)}
        async with opened(names=names, clock=clock, local=True, environment=plain, **listed) as registry:
            for image in (Reference(place, "demo/app", "1"), IMAGE):
                with pytest.raises(UnusableProxyError, match="_PROXY does not name a proxy") as error:
                    await registry.manifest(image)
                assert not any(part in str(error.value) for part in ("s3cret", "me:", ":12"))
                assert tried(error.value) == "Nobody was asked."
            with pytest.raises(NotFoundError):  # this machine needs none
                await registry.manifest(plain_at(fake))
        assert (fake.count(), clock.waits) == (1, [])
