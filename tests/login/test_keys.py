"""The provider's keys: kept, changed, withdrawn, and of kinds that may verify a token."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt import get_algorithm_by_name
from msgspec import Struct, field

from bot.errors import ProviderUnavailableError
from bot.login.keys import FRESH, KEYS_MAX, REFRESH_MIN, ProviderKeys, read_keys
from tests.fake_oidc import jwk, signing_key


class Published(Struct):
    """What the provider publishes, and a clock that the test turns."""

    names: list[str] = field(default_factory=lambda: ["k1"])
    now: float = 1000.0
    asked: int = 0
    is_away: bool = False

    async def fetch(self) -> dict[str, Any]:
        self.asked += 1
        if self.is_away:
            raise ProviderUnavailableError("away")
        return {"keys": [jwk(name) for name in self.names]}

    def keys(self) -> ProviderKeys:
        return ProviderKeys(self.fetch, lambda: self.now)


async def test_keys_are_fetched_once() -> None:
    published = Published()
    keys = published.keys()
    for _ in range(3):
        assert await keys.find("k1", "RS256")
    assert published.asked == 1


async def test_a_new_key_is_found_at_once_and_strangers_cause_no_flood() -> None:
    published = Published()
    keys = published.keys()
    await keys.find("k1", "RS256")
    published.names = ["k2", "k1"]
    published.now += REFRESH_MIN
    assert await keys.find("k2", "RS256")
    for name in ("x", "y", "z"):
        assert await keys.find(name, "RS256") is None
    assert published.asked == 2


async def test_a_key_that_was_withdrawn_does_not_count_after_an_hour() -> None:
    published = Published()
    keys = published.keys()
    await keys.find("k1", "RS256")
    published.names = ["k2"]
    published.now += FRESH + 1
    assert await keys.find("k1", "RS256") is None


async def test_old_keys_do_not_count_while_the_provider_is_away() -> None:
    published = Published()
    keys = published.keys()
    await keys.find("k1", "RS256")
    published.is_away = True
    published.now += FRESH + 1
    for _ in range(2):
        with pytest.raises(ProviderUnavailableError):
            await keys.find("k1", "RS256")


async def test_without_an_id_there_must_be_only_one() -> None:
    published = Published()
    assert await published.keys().find("", "RS256")
    published.names = ["k1", "k2"]
    assert await published.keys().find("", "RS256") is None


async def test_a_key_verifies_only_by_its_own_algorithm() -> None:
    assert await Published().keys().find("k1", "PS256") is None


def made(key: Any, algorithm: str, **more: object) -> dict[str, Any]:  # noqa: ANN401 - any kind of key
    public = key.public_key() if hasattr(key, "public_key") else key
    return {**get_algorithm_by_name(algorithm).to_jwk(public, as_dict=True), "kid": "k", **more}


@pytest.mark.parametrize(
    ("entry", "algorithms"),
    [
        (made(ec.generate_private_key(ec.SECP256R1()), "ES256"), ("ES256",)),
        (made(ec.generate_private_key(ec.SECP384R1()), "ES384"), ("ES384",)),
        (made(ed25519.Ed25519PrivateKey.generate(), "EdDSA"), ("EdDSA",)),
        (made(signing_key("k1"), "RS256", alg="PS256"), ("PS256",)),
    ],
)
def test_kinds_of_keys(entry: dict[str, Any], algorithms: tuple[str, ...]) -> None:
    entry.pop("key_ops", None)
    [key] = read_keys({"keys": [entry]})
    assert key.algorithms == algorithms


@pytest.mark.parametrize(
    "entry",
    [
        {"kty": "oct", "k": "c2VjcmV0", "kid": "k", "alg": "HS256"},
        {"kty": "oct", "k": "c2VjcmV0", "kid": "k"},
        made(rsa.generate_private_key(65537, 1024), "RS256"),  # noqa: S505 - it is refused
        jwk("k1") | {"alg": "HS256"},
        jwk("k1") | {"alg": "none"},
        jwk("k1") | {"use": "enc"},
        jwk("k1") | {"kid": 7},
        jwk("k1") | {"n": "!"},
        jwk("k1") | {"kty": "EC"},
        {"kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA", "kid": "k"},
        get_algorithm_by_name("RS256").to_jwk(signing_key("k1"), as_dict=True) | {"kid": "k"},  # the private half, too
        "k1",
        None,
    ],
)
def test_what_is_not_a_public_key_for_signatures_is_passed_over(entry: object) -> None:
    assert list(read_keys({"keys": [entry]})) == []


def test_a_set_of_another_shape_has_no_keys() -> None:
    documents: list[dict[str, Any]] = [{}, {"keys": None}, {"keys": "k1"}, {"keys": {"k1": {}}}]
    for document in documents:
        assert list(read_keys(document)) == []
    assert len(list(read_keys({"keys": [jwk("k1")] * (KEYS_MAX + 5)}))) == KEYS_MAX
