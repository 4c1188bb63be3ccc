"""Where tokens may come from: a registry cannot send us, or our login, to whomever it likes."""

from pathlib import Path

import pytest

from bot.errors import ForbiddenAddressError, UnavailableError
from bot.oci.auth.challenge import Challenge
from bot.oci.auth.realms import Realms, RealmTrust
from bot.oci.hosts import endpoint
from tests.fake_registry import FakeRegistry
from tests.oci.opened import at, opened
from tests.oci.test_auth import SECRET, config_file
from tests.oci.test_guard import listening
from tests.registry_auth import Auth
from tests.registry_faults import Redirect

EVIL_REALMS = [
    "http://127.0.0.2:{port}/token",
    "https://127.0.0.2:{port}/token",
    "https://evil.example:{port}/token",
    "https://evil.example/token",
    "https://{host}@evil.example:{port}/token",
    "http://{host}.evil.example:{port}/token",
    "//127.0.0.2:{port}/token",
    "file:///etc/passwd",
    "/token",
    "https://[::1",
    "https://evil.example:0/token",
    "javascript:alert(1)",
    "\u202ehttps://evil.example/",
]


@pytest.mark.parametrize("realm", EVIL_REALMS)
async def test_no_realm_but_the_registrys_own_or_a_listed_one_is_asked(realm: str, tmp_path: Path) -> None:
    auth = Auth(user="robot", password=SECRET)
    names = {"evil.example": [["127.0.0.2"]], "127.0.0.1.evil.example": [["127.0.0.2"]]}
    async with listening("127.0.0.2") as listener, FakeRegistry(auth=auth) as fake:
        fake.push_image("demo/app", tag="1")
        auth.realm = realm.format(port=listener.port, host=fake.host.partition(":")[0])
        options = {"names": names, "registry_auth": config_file(tmp_path, fake)}
        async with opened(fake, **options) as registry:  # type: ignore[arg-type]
            with pytest.raises(ForbiddenAddressError, match=r"PROVENANCE_REALMS|not a URL") as caught:
                await registry.manifest(at(fake))
        assert listener.connections == 0
        assert str(caught.value).isprintable()


@pytest.mark.parametrize("realm", ["https://robot:h@n@a.example/token?a=@b", "http://robot@[::1", "//robot:h@/x"])
async def test_a_login_in_a_realm_is_not_shown(realm: str) -> None:
    async with FakeRegistry(auth=Auth()) as fake, opened(fake) as registry:
        fake.push_image("demo/app", tag="1")
        assert fake.auth is not None
        fake.auth.realm = realm
        with pytest.raises(ForbiddenAddressError, match="without a login in it") as caught:
            await registry.manifest(at(fake))
        assert "robot" not in str(caught.value)


async def test_a_realm_that_the_operator_listed_gets_the_login(tmp_path: Path) -> None:
    auth = Auth(user="robot", password=SECRET, anonymous=False)
    async with FakeRegistry(auth=auth) as fake, FakeRegistry(auth=auth) as server:
        fake.push_image("demo/app", tag="1")
        auth.realm = f"{server.url}/token"
        realms = {fake.host: auth.realm}
        async with opened(fake, server, registry_auth=config_file(tmp_path, fake), realms=realms) as registry:
            await registry.manifest(at(fake))
        assert server.count("GET", "/token") == 1


async def test_a_realm_beside_the_listed_one_is_refused() -> None:
    auth = Auth()
    async with FakeRegistry(auth=auth) as fake, FakeRegistry(auth=auth) as server:
        fake.push_image("demo/app", tag="1")
        auth.realm = f"{server.url}/another"
        async with opened(fake, server, realms={fake.host: f"{server.url}/token"}) as registry:
            with pytest.raises(ForbiddenAddressError, match="PROVENANCE_REALMS"):
                await registry.manifest(at(fake))
        assert server.requests == []


async def test_a_token_server_that_redirects_is_not_followed() -> None:
    async with FakeRegistry(auth=Auth()) as fake, FakeRegistry(auth=fake.auth) as other:
        fake.push_image("demo/app", tag="1")
        fake.fault("/token", Redirect(other.url))
        async with opened(fake, other) as registry:
            with pytest.raises(UnavailableError, match=r"token server of .* answered 307"):
                await registry.manifest(at(fake))
        assert other.requests == []


@pytest.mark.parametrize(
    ("registry", "realm"),
    [
        ("docker.io", "https://tokens.example/token"),
        ("ghcr.io", "https://tokens.example/token"),
        ("registry.corp", "https://tokens.example/token"),
        ("registry.example", "http://tokens.example/token"),
    ],
)
def test_in_a_terminal_no_other_realm_than_the_known_one_is_asked_and_none_over_plain_http(
    registry: str, realm: str
) -> None:
    """What a person's registry names is asked without a login; not in place of one that somebody has listed."""
    realms = Realms({"registry.corp": "https://tokens.corp/token"}, local=True)
    with pytest.raises(ForbiddenAddressError, match="PROVENANCE_REALMS"):
        realms.of(endpoint(registry, frozenset()), Challenge("bearer", {"realm": realm}))


def test_in_a_terminal_a_realm_that_a_registry_names_is_not_shown_a_login() -> None:
    realm = Challenge("bearer", {"realm": "https://tokens.example/token"})
    found = Realms({}, local=True).of(endpoint("registry.example", frozenset()), realm)
    assert found.trust is RealmTrust.NAMELESS
