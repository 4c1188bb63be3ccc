"""What strangers could reach through the operator's proxy, and who could read its password."""

import ssl
from pathlib import Path

import pytest
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from bot.errors import ForbiddenAddressError, NotFoundError, UnavailableError
from bot.oci.local_names import is_local_name
from bot.oci.options import RegistryOptions
from bot.oci.reference import Reference
from bot.oci.wire.messages import RegistryRequest, Response
from bot.oci.wire.outbound import of_operator
from bot.oci.wire.proxy_way import in_place_of_host
from tests.fake_proxy import FakeProxy
from tests.fake_registry import FakeRegistry
from tests.oci.opened import opened
from tests.registry_auth import Auth
from tests.registry_faults import Redirect
from tests.self_signed import self_signed

HOST = "registry.example"
PLACE = f"{HOST}:443"
IMAGE = Reference(HOST, "demo/app", "1")

INSIDE = (
    "10.0.0.1",
    "127.0.0.1",
    "[::1]",
    "[fd00::1]",
    "[::ffff:10.0.0.1]",
    "[64:ff9b::a00:1]",
    "0.0.0.0",  # noqa: S104 - nobody listens there
    "169.254.1.1",
    "169.254.169.254",
    "100.100.100.200",
    "2130706433",
    "0x7f000001",
    "127.1",
    "0x7f.0.0.1",
    "127.0x1",
    "10.0.0.1.",
    "localhost",
    "localhost.",
    "a.localhost",
    "redis",
    "vault.svc",
    "api.default.svc.cluster.local",
    "db.internal",
    "db.internal.",
    "wiki.corp",
    "nas.home.arpa",
    "db.internal%2e",
    "metadata.google.internal%2E",
    "metadata.google.internal",
    "metadata.goog",
    "metadata.tencentyun.com",
    "kubernetes.default",
    "grafana.team-a",
    "vault.service.consul",
    "cache.node1",
    "known.example",
    "xn--fa-hia.example",
)
HERE = ("localhost", "localhost.", "a.localhost")
NAMES = {"known.example": [["10.0.0.1"]], "xn--fa-hia.example": [["10.0.0.1"]]}
NAMES |= {"fa\u00df.example": [["93.184.215.14"]]}  # IDNA 2003 makes another name of it, which anybody may own
NAMES |= {name: [["127.0.0.1"]] for name in HERE}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls") / "certificate.pem", {HOST: []})


@pytest.mark.parametrize("host", INSIDE)
async def test_no_redirect_leads_into_the_network_of_the_proxy(
    server_tls: ssl.SSLContext, client_tls: ssl.SSLContext, host: str
) -> None:
    async with FakeRegistry(tls=server_tls) as fake, FakeProxy(names={PLACE: fake.host}) as proxy:
        fake.fault("/manifests/", Redirect(f"https://{host}/x", keep_path=False))
        async with opened(names=NAMES, tls=client_tls, proxies=of_operator(proxy.host)) as registry:
            with pytest.raises(ForbiddenAddressError):
                await registry.manifest(IMAGE)
        assert set(proxy.asked) == {f"CONNECT {PLACE} HTTP/1.1"}


@pytest.mark.parametrize("host", INSIDE)
async def test_no_reference_and_no_realm_does(
    host: str, server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    auth = Auth(realm=f"https://{host}/token")
    async with FakeRegistry(tls=server_tls, auth=auth) as fake, FakeProxy(names={PLACE: fake.host}) as proxy:
        realms = {HOST: f"https://{host}/token"}
        async with opened(names=NAMES, tls=client_tls, proxies=of_operator(proxy.host), realms=realms) as registry:
            with pytest.raises(ForbiddenAddressError):
                await registry.manifest(IMAGE)
            with pytest.raises((ForbiddenAddressError, NotFoundError)):  # or it is not even a name
                await registry.manifest(Reference(f"{host}:443", "demo/app", "1"))
        assert set(proxy.asked) == {f"CONNECT {PLACE} HTTP/1.1"}


METADATA = ("metadata.google.internal", "metadata.goog", "metadata.tencentyun.com", "169.254.169.254")


@pytest.mark.parametrize("host", METADATA)
async def test_no_setting_and_no_terminal_leads_to_a_metadata_service(host: str) -> None:
    async with FakeProxy() as proxy:
        for local in (True, False):
            async with opened(local=local, private_hosts=(host,), proxies=of_operator(proxy.host)) as registry:
                with pytest.raises(ForbiddenAddressError, match="metadata"):
                    await registry.manifest(Reference(host, "demo/app", "1"))
        assert proxy.asked == []


@pytest.mark.parametrize(
    "url",
    ["http://other.example/x", "https://other.example:8443/x", "ftp://other.example/x", "https://u:p@other.example/"],
)
async def test_scheme_and_port_are_checked_before_the_proxy_is_asked(
    server_tls: ssl.SSLContext, client_tls: ssl.SSLContext, url: str
) -> None:
    async with FakeRegistry(tls=server_tls) as fake, FakeProxy(names={PLACE: fake.host}) as proxy:
        fake.fault("/manifests/", Redirect(url, keep_path=False))
        async with opened(tls=client_tls, proxies=of_operator(proxy.host)) as registry:
            with pytest.raises(ForbiddenAddressError):
                await registry.manifest(IMAGE)
        assert proxy.asked == [f"CONNECT {PLACE} HTTP/1.1"]


async def test_plain_http_goes_through_it_only_to_hosts_that_are_listed() -> None:
    place = f"{HOST}:8080"
    image, login = Reference(place, "demo/app", "1"), "me:s3cret"
    async with FakeRegistry() as fake, FakeProxy(names={place: fake.host}, login=login) as proxy:
        digest = fake.push_image("demo/app", tag="1")
        proxies = of_operator(f"http://{login}@{proxy.host}")
        async with opened(insecure_hosts=(place,), proxies=proxies) as registry:
            assert (await registry.manifest(image)).digest == digest
        assert proxy.asked == [f"GET http://{place}/v2/demo/app/manifests/1 HTTP/1.1"]


async def test_a_web_server_that_is_taken_for_a_proxy_makes_no_image_missing() -> None:
    """It reads a request in plain HTTP, and its 404 is not one of the registry."""
    place = f"{HOST}:8080"
    image = Reference(place, "demo/app", "1")
    async with (
        FakeProxy(status=404) as proxy,
        opened(insecure_hosts=(place,), proxies=of_operator(proxy.host)) as registry,
    ):
        with pytest.raises(UnavailableError, match=f"or the proxy {proxy.host} answered 404"):
            await registry.manifest(image)
    async with (
        FakeRegistry() as fake,
        FakeProxy(names={place: fake.host}) as proxy,
        opened(insecure_hosts=(place,), proxies=of_operator(proxy.host)) as registry,
    ):
        with pytest.raises(NotFoundError):
            await registry.manifest(image)


@pytest.mark.parametrize(
    ("scheme", "headers", "is_known"),
    [
        ("http", {}, False),
        ("http", {"Content-Type": "text/plain"}, False),
        ("http", {"Content-Type": "application/json; charset=utf-8"}, True),
        ("http", {"Content-Type": "text/plain", "Docker-Distribution-API-Version": "registry/2.0"}, True),
        ("https", {}, True),  # in a tunnel nobody but the host answers
    ],
)
def test_whose_404_it_is(scheme: str, headers: dict[str, str], is_known: bool) -> None:  # noqa: FBT001
    ask = RegistryRequest(registry=HOST, what="it", url=URL(f"{scheme}://{HOST}/v2/"))
    answer = Response(ask=ask, status=404, headers=CIMultiDictProxy(CIMultiDict(headers)))
    assert (in_place_of_host(URL("http://proxy.example:3128"), answer) is None) == is_known


PUBLIC = ("quay.io", "127.0.0.1", "::1", "a.corporate", "localhost.example", "xn--bcher-kva.example", "a.xn--p1ai.")


@pytest.mark.parametrize("host", PUBLIC)
def test_public_names_and_addresses_are_no_local_names(host: str) -> None:
    assert not is_local_name(host)


def test_the_password_is_in_no_text_of_the_options() -> None:
    proxies = of_operator("http://me:s3cret@proxy.example:3128")
    found = proxies.find(URL("https://quay.io"))
    assert found is not None
    for text in (repr(proxies), repr(found), str(found.url), repr(RegistryOptions(proxies=proxies))):
        assert "proxy.example" in text
        assert not any(secret in text for secret in ("s3cret", "me:", "bWU6"))
