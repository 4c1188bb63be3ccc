"""A server behind PROVENANCE_PROXY: what goes through it, what goes without, and what an unwilling proxy means."""

import ssl
from pathlib import Path

import pytest

from bot.errors import NotFoundError, UnavailableError
from bot.oci.reference import Reference
from bot.oci.wire.outbound import of_operator
from tests.dialled import connections
from tests.fake_proxy import FakeProxy
from tests.fake_registry import FakeRegistry
from tests.oci.opened import Clock, opened
from tests.oci.opened import at as plain_at
from tests.registry_auth import Auth
from tests.registry_faults import Redirect
from tests.self_signed import self_signed

HOST, TOKENS, STORE = "registry.example", "tokens.example", "store.example"
PLACE = f"{HOST}:443"
IMAGE = Reference(HOST, "demo/app", "1")
LOGIN = "me:s3cret"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls") / "certificate.pem", (HOST, TOKENS, STORE))


async def test_registry_token_server_and_store_are_asked_through_it(
    server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    async with (
        FakeRegistry(tls=server_tls, auth=Auth(realm=f"https://{TOKENS}/token")) as fake,
        FakeRegistry(tls=server_tls, shelf=fake) as store,
        FakeProxy(login=LOGIN) as proxy,
    ):
        proxy.names = {PLACE: fake.host, f"{TOKENS}:443": fake.host, f"{STORE}:443": store.host}
        digest = fake.push_image("demo/app", tag="1")
        proxies = of_operator(f"http://{LOGIN}@{proxy.host}")
        realms = {HOST: f"https://{TOKENS}/token"}
        async with opened(tls=client_tls, proxies=proxies, realms=realms) as registry:
            assert (await registry.manifest(IMAGE)).digest == digest
            fake.fault("/manifests/", Redirect(f"https://{STORE}"))
            assert (await registry.manifest(IMAGE)).digest == digest
    assert set(proxy.asked) == {f"CONNECT {host}:443 HTTP/1.1" for host in (HOST, TOKENS, STORE)}


def _ports(*places: FakeProxy | FakeRegistry) -> set[int]:
    return {int(place.host.rpartition(":")[2]) for place in places}


async def test_a_proxy_may_speak_tls_itself(server_tls: ssl.SSLContext, client_tls: ssl.SSLContext) -> None:
    async with FakeRegistry(tls=server_tls) as fake, FakeProxy(names={PLACE: fake.host}, tls=server_tls) as proxy:
        digest = fake.push_image("demo/app", tag="1")
        async with opened(tls=client_tls, proxies=of_operator(f"https://{proxy.host}")) as registry:
            assert (await registry.manifest(IMAGE)).digest == digest
    assert proxy.asked == [f"CONNECT {PLACE} HTTP/1.1"]


async def test_private_hosts_and_those_without_a_proxy_are_dialled() -> None:
    async with FakeRegistry() as fake, FakeProxy() as proxy:
        address, port = fake.host.split(":")
        fake.push_image("demo/app", tag="1")
        for host, without, private in (
            (address, (), (fake.host,)),
            ("inner.example", (), (f"inner.example:{port}",)),
            ("inner.example", (".example",), (f"inner.example:{port}",)),
        ):
            place = f"{host}:{port}"
            proxies = of_operator(proxy.host, without, private)
            names = {"inner.example": [[address]]}
            async with opened(names=names, proxies=proxies, private_hosts=private, insecure_hosts=(place,)) as registry:
                await registry.manifest(Reference(place, "demo/app", "1"))
        assert (proxy.asked, fake.count()) == ([], 3)


async def test_the_guard_stands_before_a_host_that_needs_no_proxy() -> None:
    async with FakeRegistry() as fake, FakeProxy() as proxy:
        for without in ((), ("127.0.0.0/8",)):
            async with opened(proxies=of_operator(proxy.host, without)) as registry:
                with connections() as dialled, pytest.raises(Exception, match="PROVENANCE_PRIVATE_HOSTS"):
                    await registry.manifest(plain_at(fake))
                assert dialled == []
        assert proxy.asked == []


@pytest.mark.parametrize(
    ("faults", "said", "tries"),
    [
        ({"status": 407}, "asks for a login: PROVENANCE_PROXY", 1),
        ({"status": 403}, "answered 403", 1),
        ({"status": 503}, "answered 503", 3),
        ({"breaks": True}, "the connection to registry.example:443 failed", 3),
    ],
)
async def test_an_unwilling_proxy_is_no_answer_and_nobody_is_dialled_around_it(
    faults: dict[str, bool | int], said: str, tries: int
) -> None:
    async with FakeProxy(**faults) as proxy:  # type: ignore[arg-type]
        names = {HOST: [["93.184.215.14"]]}
        async with opened(names=names, proxies=of_operator(f"http://{LOGIN}@{proxy.host}")) as registry:
            with connections() as dialled, pytest.raises(UnavailableError, match=said) as error:
                await registry.manifest(IMAGE)
        assert len(proxy.asked) == tries
        assert {str(address) for address in dialled} == {str(("127.0.0.1", *_ports(proxy)))}
        assert "s3cret" not in str(error.value)


async def test_a_proxy_that_says_nothing_is_named() -> None:
    async with FakeProxy(is_mute=True) as proxy:
        pace = Clock().pace(total=0.05)
        async with opened(pace=pace, proxies=of_operator(proxy.host)) as registry:
            with pytest.raises(UnavailableError, match=f"did not answer in time through the proxy {proxy.host}"):
                await registry.manifest(IMAGE)


async def test_a_proxy_that_is_not_there_is_named() -> None:
    async with opened(proxies=of_operator("127.0.0.1:1")) as registry:
        with connections() as dialled, pytest.raises(UnavailableError, match=r"the proxy 127\.0\.0\.1:1 could not be"):
            await registry.manifest(IMAGE)
    assert set(map(str, dialled)) == {str(("127.0.0.1", 1))}


async def test_what_is_not_there_is_still_not_there_behind_a_proxy(
    server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    async with (
        FakeRegistry(tls=server_tls) as fake,
        FakeProxy(names={PLACE: fake.host}) as proxy,
        opened(tls=client_tls, proxies=of_operator(proxy.host)) as registry,
    ):
        with pytest.raises(NotFoundError):
            await registry.manifest(IMAGE)


async def test_the_operators_proxy_stands_before_a_terminals(
    server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    async with FakeRegistry(tls=server_tls) as fake, FakeProxy(names={PLACE: fake.host}) as proxy, FakeProxy() as other:
        digest = fake.push_image("demo/app", tag="1")
        environment = {"HTTPS_PROXY": other.host, "NO_PROXY": "*"}
        proxies = of_operator(proxy.host)
        async with opened(tls=client_tls, local=True, environment=environment, proxies=proxies) as registry:
            assert (await registry.manifest(IMAGE)).digest == digest
        assert (len(proxy.asked), other.asked) == (1, [])
