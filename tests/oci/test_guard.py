"""What is never dialled: by a reference, by a redirect, by a name that changes its mind."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from msgspec import Struct

from bot.errors import ForbiddenAddressError, RegistryError, UnavailableError
from bot.oci import guard
from bot.oci.addresses import Reach, reach
from bot.oci.manifest import Descriptor
from bot.oci.reference import Reference
from tests.fake_registry import FakeRegistry
from tests.oci.opened import Clock, at, opened
from tests.registry_faults import Redirect
from tests.registry_shelf import digest_of

LAYER = Descriptor(digest=digest_of(b"layer"), size=5)


class Listener(Struct):
    """A port of this machine that counts who connects."""

    port: int = 0
    connections: int = 0


@asynccontextmanager
async def listening(address: str = "127.0.0.1") -> AsyncIterator[Listener]:
    listener = Listener()

    def connected(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        listener.connections += 1
        writer.close()

    server = await asyncio.start_server(connected, address, 0)
    listener.port = server.sockets[0].getsockname()[1]
    async with server:
        yield listener


SPELLINGS_OF_THIS_MACHINE = [
    "127.0.0.1",
    "127.9.8.7",
    "127.1",
    "0.0.0.0",  # noqa: S104 - to be refused
    "0",
    "2130706433",
    "0x7f000001",
    "017700000001",
    "localhost",
    "LOCALHOST",
    "app.localhost",
    "[::1]",
    "[::]",
    "[::ffff:7f00:1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "evil.example",
]


@pytest.mark.parametrize("host", SPELLINGS_OF_THIS_MACHINE)
@pytest.mark.parametrize("listed", [(), ("127.0.0.1:1", "registry.example")])
async def test_nobody_makes_the_server_talk_to_its_own_machine(host: str, listed: tuple[str, ...]) -> None:
    names = {"localhost": [["127.0.0.1"]], "evil.example": [["127.0.0.1"]], "app.localhost": [["127.0.0.1"]]}
    names |= {spelling: [["127.0.0.1"]] for spelling in ("127.1", "0", "2130706433", "0x7f000001", "017700000001")}
    async with listening() as listener, opened(names=names, private_hosts=listed) as registry:
        reference = Reference(f"{host}:{listener.port}", "demo/app", "1")
        for ask in (registry.manifest, registry.resolve, registry.tags, registry.referrers):
            with pytest.raises(ForbiddenAddressError, match=r"PROVENANCE_(PRIVATE|INSECURE)_HOSTS") as caught:
                await ask(reference)
            assert host.lower().strip("[]") in str(caught.value)
        assert listener.connections == 0


@pytest.mark.parametrize(
    "address",
    [
        *("10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "0.0.0.0"),  # noqa: S104
        *("192.0.0.192", "168.63.129.16", "224.0.0.1", "255.255.255.255", "240.0.0.1", "198.18.0.1"),
        *("::", "fe80::1", "fd00:ec2::254", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "::127.0.0.1"),
        *("64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:a9fe:a9fe::", "2001:db8::1", "2001::1"),
    ],
)
async def test_a_public_name_with_such_an_address_is_not_dialled(address: str) -> None:
    async with opened(names={"evil.example": [[address]]}) as registry:
        with pytest.raises(ForbiddenAddressError, match=r"evil\.example:443, which is at .*(PRIVATE_HOSTS|cloud)"):
            await registry.manifest(Reference("evil.example", "demo/app", "1"))


async def test_a_listed_host_may_have_any_address_but_only_on_that_port() -> None:
    async with FakeRegistry() as fake, listening() as other:
        digest = fake.push_image("demo/app", tag="1")
        async with opened(fake) as registry:
            assert await registry.resolve(at(fake)) == digest
            with pytest.raises(ForbiddenAddressError):
                await registry.resolve(Reference(f"127.0.0.1:{other.port}", "demo/app", "1"))
        assert other.connections == 0


async def test_plain_http_leaves_the_machine_only_to_listed_hosts() -> None:
    async with FakeRegistry() as fake:
        digest = fake.push_image("demo/app", tag="1")
        port = fake.host.partition(":")[2]
        host = f"registry.corp:{port}"
        names, reference = {"registry.corp": [["127.0.0.1"]]}, Reference(host, "demo/app", "1")
        async with opened(names=names, private_hosts=(host,), insecure_hosts=(host,)) as registry:
            assert await registry.resolve(reference) == digest
        async with opened(names=names, private_hosts=(host,)) as registry:
            with pytest.raises(UnavailableError, match=r"does not speak TLS .*PROVENANCE_INSECURE_HOSTS"):
                await registry.resolve(reference)
        async with opened(names=names, insecure_hosts=(host,)) as registry:
            with pytest.raises(ForbiddenAddressError, match="PROVENANCE_PRIVATE_HOSTS"):
                await registry.resolve(reference)


async def test_other_ports_of_public_hosts_must_be_listed() -> None:
    async with opened(names={"public.example": [["93.184.215.14"]]}) as registry:
        with pytest.raises(ForbiddenAddressError, match=r"public\.example:6379, which is not port 443"):
            await registry.manifest(Reference("public.example:6379", "demo/app", "1"))


async def test_a_name_that_changes_its_address_is_judged_when_it_is_dialled() -> None:
    """DNS rebinding: the first answer is harmless, the second is this machine."""
    answers = [["10.0.0.1"], ["127.0.0.1"]]
    async with listening() as listener:
        names, host = {"rebind.example": answers}, f"rebind.example:{listener.port}"
        async with opened(names=names, private_hosts=(), insecure_hosts=(host,)) as registry:
            for _ in answers:
                with pytest.raises(ForbiddenAddressError):
                    await registry.manifest(Reference(host, "demo/app", "1"))
        assert listener.connections == 0


async def test_of_several_addresses_only_the_allowed_are_tried() -> None:
    async with listening() as listener:
        names, host = {"mixed.example": [["127.0.0.1", "10.0.0.1", "::1"]]}, f"mixed.example:{listener.port}"
        async with opened(names=names, insecure_hosts=(host,)) as registry:
            with pytest.raises(ForbiddenAddressError):
                await registry.manifest(Reference(host, "demo/app", "1"))
        assert listener.connections == 0


async def test_at_home_the_own_machine_and_network_may_be_named() -> None:
    async with FakeRegistry() as fake:
        digest = fake.push_image("demo/app", tag="1")
        port = fake.host.partition(":")[2]
        names = {"localhost": [["127.0.0.1"]]}
        async with opened(local=True, names=names, private_hosts=()) as registry:
            for host in (f"127.0.0.1:{port}", f"localhost:{port}"):
                assert await registry.resolve(Reference(host, "demo/app", "1")) == digest


async def test_at_home_metadata_services_are_still_not_dialled() -> None:
    hosts = ("169.254.169.254", "100.100.100.200", "[fd00:ec2::254]", "x.example", "alibaba.example")
    names = {"x.example": [["169.254.169.254"]], "alibaba.example": [["100.100.100.200"]]}
    for listed in ((), hosts):  # not even for those who list them
        async with opened(local=True, names=names, private_hosts=listed) as registry:
            for host in hosts:
                with pytest.raises(ForbiddenAddressError, match="the metadata service of a cloud"):
                    await registry.manifest(Reference(host, "demo/app", "1"))


async def test_a_blob_that_is_elsewhere_is_fetched_there_without_what_was_meant_for_the_registry() -> None:
    async with FakeRegistry() as fake, FakeRegistry(shelf=fake) as store, opened(fake, store) as registry:
        fake.push_image("demo/app", tag="1")
        fake.fault("/blobs/", Redirect(store.url))
        assert (await registry.blob(at(fake), LAYER, limit=100)).data == b"layer"
        headers = {name.lower() for name in store.requests[0].headers}
        assert headers <= {"host", "user-agent", "accept", "accept-encoding"}


async def test_what_a_redirect_leads_to_is_verified_too() -> None:
    async with FakeRegistry() as fake, FakeRegistry() as store, opened(fake, store) as registry:
        fake.push_image("demo/app", tag="1")
        store.repository("demo/app").blobs[LAYER.digest] = b"other"
        fake.fault("/blobs/", Redirect(store.url))
        with pytest.raises(RegistryError, match="does not match"):
            await registry.blob(at(fake), LAYER, limit=100)


async def test_redirects_end_after_three() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        fake.push_image("demo/app", tag="1")
        fake.fault("/blobs/", Redirect(fake.url))
        with pytest.raises(UnavailableError, match="more than 3 redirects"):
            await registry.blob(at(fake), LAYER, limit=100)
        assert fake.count("GET", "/blobs/") == 4


@pytest.fixture
def as_public(monkeypatch: pytest.MonkeyPatch) -> None:
    """127.0.0.1 counts as a public address, so that a fake can play a public registry."""
    monkeypatch.setattr(guard, "reach", lambda text: Reach.PUBLIC if text == "127.0.0.1" else reach(text))


@pytest.mark.usefixtures("as_public")
@pytest.mark.parametrize("local", [False, True])
@pytest.mark.parametrize("path", ["/blobs/", "/manifests/"])
@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.2:{port}",
        "https://127.0.0.2:{port}",
        "https://internal.example:{port}",
        "https://internal.example",
        "http://internal.example:{port}",
        "http://169.254.169.254/latest",
        "http://public.example/",
        "https://user:secret@public.example",
        "https://internal.example/blob?X-Amz-Signature=secret",
        "https://no-such.example/blob?X-Amz-Signature=secret",
        "file:///etc/passwd?",
        "ftp://public.example/",
        "//internal.example:{port}",
        "https://[::1",
        "https://internal.example:99999",
    ],
)
async def test_a_public_registry_leads_nobody_into_a_network(target: str, path: str, local: bool) -> None:  # noqa: FBT001
    names = {"internal.example": [["127.0.0.2"]], "public.example": [["93.184.215.14"]]}
    clock = Clock()
    async with listening("127.0.0.2") as listener, FakeRegistry() as fake:
        fake.push_image("demo/app", tag="1")
        fake.fault(path, Redirect(target.format(port=listener.port), keep_path=False))
        async with opened(
            names=names, clock=clock, private_hosts=(), insecure_hosts=(fake.host,), local=local
        ) as registry:
            asked = registry.blob(at(fake), LAYER, limit=100) if path == "/blobs/" else registry.manifest(at(fake))
            with pytest.raises((ForbiddenAddressError, UnavailableError)) as caught:
                await asked
        assert (listener.connections, clock.waits, len(fake.requests)) == (0, [], 1)
        assert "secret" not in str(caught.value)


@pytest.mark.usefixtures("as_public")
async def test_a_connection_that_is_open_already_is_no_way_around_the_guard() -> None:
    """A person checks an image of their own machine and one of a stranger, who redirects to the former."""
    async with FakeRegistry(address="127.0.0.2") as own, FakeRegistry() as stranger:
        own.push_image("demo/app", tag="1")
        stranger.push_image("demo/app", tag="1")
        stranger.fault("/blobs/", Redirect(own.url))
        async with opened(private_hosts=(), insecure_hosts=(stranger.host,), local=True) as registry:
            await registry.manifest(at(own))
            with pytest.raises(ForbiddenAddressError, match=f"{stranger.host} led to {own.host}"):
                await registry.blob(at(stranger), LAYER, limit=100)
        assert own.count("GET", "/blobs/") == 0


async def test_a_registry_of_the_own_network_may_lead_to_a_neighbour() -> None:
    async with FakeRegistry() as fake, FakeRegistry(shelf=fake, address="127.0.0.2") as store:
        fake.push_image("demo/app", tag="1")
        fake.fault("/blobs/", Redirect(store.url))
        async with opened(private_hosts=(), local=True) as registry:
            assert (await registry.blob(at(fake), LAYER, limit=100)).data == b"layer"
