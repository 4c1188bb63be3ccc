"""Over TLS: certificates are checked, and a registry on the network needs nothing but its own realm."""

import ssl
from pathlib import Path

import pytest

from bot.errors import DeniedError, ForbiddenAddressError, UnavailableError
from bot.oci.reference import Reference
from tests.fake_registry import FakeRegistry
from tests.oci.opened import Clock, opened
from tests.oci.test_auth import SECRET, config_file
from tests.registry_auth import Auth
from tests.registry_faults import Redirect
from tests.self_signed import self_signed

NAMES = {"registry.example": [["127.0.0.1"]], "auth.example": [["127.0.0.1"]]}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls") / "certificate.pem", NAMES)


def at(fake: FakeRegistry, name: str = "registry.example") -> Reference:
    return Reference(f"{name}:{fake.host.rpartition(':')[2]}", "demo/app", "1")


async def test_a_registry_is_read_over_tls(server_tls: ssl.SSLContext, client_tls: ssl.SSLContext) -> None:
    async with FakeRegistry(tls=server_tls) as fake:
        digest = fake.push_image("demo/app", tag="1")
        reference = at(fake)
        async with opened(names=NAMES, tls=client_tls, private_hosts=(reference.registry,)) as registry:
            assert (await registry.manifest(reference)).digest == digest


async def test_a_certificate_that_nobody_vouches_for_is_not_taken(server_tls: ssl.SSLContext) -> None:
    clock = Clock()
    async with FakeRegistry(tls=server_tls) as fake:
        reference = at(fake)
        async with opened(names=NAMES, clock=clock, private_hosts=(reference.registry,)) as registry:
            with pytest.raises(UnavailableError, match=r"the certificate of registry\.example"):
                await registry.manifest(reference)
        assert (fake.requests, clock.waits) == ([], [])


async def test_a_certificate_for_another_name_is_not_taken(
    server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    async with FakeRegistry(tls=server_tls) as fake:
        reference = at(fake, "other.example")
        names = {"other.example": [["127.0.0.1"]]}
        async with opened(names=names, tls=client_tls, private_hosts=(reference.registry,)) as registry:
            with pytest.raises(UnavailableError, match=r"the certificate of other\.example"):
                await registry.manifest(reference)


async def test_no_way_leads_from_tls_to_plain_http(server_tls: ssl.SSLContext, client_tls: ssl.SSLContext) -> None:
    async with FakeRegistry(tls=server_tls) as fake, FakeRegistry(shelf=fake) as plain:
        fake.push_image("demo/app", tag="1")
        reference, port = at(fake), plain.host.rpartition(":")[2]
        fake.fault("/manifests/", Redirect(f"http://auth.example:{port}"))
        # Even where the place itself may be dialled: plain HTTP is for this machine and for those listed for it.
        hosts = (reference.registry,)
        async with opened(names=NAMES, tls=client_tls, private_hosts=hosts) as registry:
            with pytest.raises(ForbiddenAddressError):
                await registry.manifest(reference)
        assert plain.requests == []


@pytest.mark.parametrize("local", [False, True])
async def test_at_home_a_strange_realm_is_asked_without_a_login(
    local: bool,  # noqa: FBT001 - a parameter of the test
    server_tls: ssl.SSLContext,
    client_tls: ssl.SSLContext,
    tmp_path: Path,
) -> None:
    auth = Auth(user="robot", password=SECRET)
    async with FakeRegistry(auth=auth, tls=server_tls) as fake, FakeRegistry(auth=auth, tls=server_tls) as server:
        digest = fake.push_image("demo/app", tag="1")
        reference, realm_host = at(fake), f"auth.example:{server.host.rpartition(':')[2]}"
        auth.realm = f"https://{realm_host}/token"
        file = config_file(tmp_path, fake)
        file.write_text(file.read_text().replace(fake.host, reference.registry))
        hosts = (reference.registry, realm_host)
        async with opened(
            names=NAMES, tls=client_tls, private_hosts=hosts, registry_auth=file, local=local
        ) as registry:
            if not local:
                with pytest.raises(ForbiddenAddressError, match="PROVENANCE_REALMS"):
                    await registry.manifest(reference)
                assert server.requests == []
                return
            assert (await registry.manifest(reference)).digest == digest
            assert all("Authorization" not in asked.headers for asked in server.requests)
            auth.anonymous = False
            auth.revoke()
            with pytest.raises(DeniedError, match=r"login was not shown to auth\.example: .*PROVENANCE_REALMS"):
                await registry.manifest(reference)
