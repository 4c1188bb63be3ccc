"""Tokens and descriptions that a provider did not sign, or not for this login: each ends without a session."""

import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.login.flaw import LoginFlaw
from tests.fake_oidc import CLIENT, jwk, raw_token, signing_key
from tests.pages.attacking import Attacked, refused
from tests.pages.attacking import attacked as attacked  # noqa: PLC0414 - a fixture


async def with_claims(attacked: Attacked, **claims: object) -> list[str]:
    attacked.provider.claims = claims
    return await refused(attacked.victim, await attacked.victim.at_provider(await attacked.victim.begin()))


@pytest.mark.parametrize(
    ("claims", "flaw"),
    [
        ({"nonce": "n" * 43}, LoginFlaw.NONCE),
        ({"nonce": 5}, LoginFlaw.NONCE),
        ({"nonce": None}, LoginFlaw.TOKEN),
        ({"aud": "another-client"}, LoginFlaw.AUDIENCE),
        ({"aud": ["another-client"]}, LoginFlaw.AUDIENCE),
        ({"aud": [CLIENT, "another-client"]}, LoginFlaw.AUDIENCE),
        ({"aud": [CLIENT, "another-client"], "azp": "another-client"}, LoginFlaw.AUDIENCE),
        ({"azp": "another-client"}, LoginFlaw.AUDIENCE),
        ({"aud": None}, LoginFlaw.TOKEN),
        ({"iss": "https://login.evil.example"}, LoginFlaw.ISSUER),
        ({"iss": None}, LoginFlaw.TOKEN),
        ({"exp": 1}, LoginFlaw.EXPIRED),
        ({"exp": None}, LoginFlaw.TOKEN),
        ({"iat": time.time() + 3600}, LoginFlaw.EXPIRED),
        ({"iat": 1}, LoginFlaw.EXPIRED),
        ({"iat": None}, LoginFlaw.TOKEN),
        ({"nbf": time.time() + 3600}, LoginFlaw.EXPIRED),
        ({"sub": None}, LoginFlaw.TOKEN),
        ({"sub": ""}, LoginFlaw.SUBJECT),
        ({"sub": 7}, LoginFlaw.SUBJECT),
        ({"sub": "x" * 256}, LoginFlaw.SUBJECT),
        ({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, LoginFlaw.TOKEN),
    ],
)
async def test_a_token_that_is_not_for_this_login(attacked: Attacked, claims: dict[str, Any], flaw: LoginFlaw) -> None:
    assert await with_claims(attacked, **claims) == [flaw]


async def test_two_audiences_are_right_if_we_are_the_party(attacked: Attacked) -> None:
    attacked.provider.claims = {"aud": [CLIENT, "another-client"], "azp": CLIENT}
    assert (await attacked.victim.log_in()).status == 303


def none(claims: dict[str, Any]) -> str:
    return raw_token({"alg": "none", "kid": "k1"}, claims)


def none_with_case(claims: dict[str, Any]) -> str:
    return raw_token({"alg": "nOnE", "kid": "k1"}, claims, b"x")


def shared_secret(claims: dict[str, Any]) -> str:
    """HS256 with the public key as the secret; PyJWT makes no such token, so it is made by hand."""
    pem = signing_key("k1").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    algorithm = jwt.get_algorithm_by_name("HS256")
    unsigned = raw_token({"alg": "HS256", "kid": "k1"}, claims).rpartition(".")[0]
    signature = jwt.utils.base64url_encode(algorithm.sign(unsigned.encode(), pem)).decode()
    return f"{unsigned}.{signature}"


def own_key(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, signing_key("evil"), "RS256", headers={"kid": "k1"})


def key_in_the_token(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, signing_key("evil"), "RS256", headers={"kid": "evil", "jwk": jwk("evil")})


def critical(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, signing_key("k1"), "RS256", headers={"kid": "k1", "crit": ["exp"]})


def two_dots_of_nothing(claims: dict[str, Any]) -> str:
    return ".." if claims else ""


def too_long(claims: dict[str, Any]) -> str:
    return jwt.encode(claims | {"x": "x" * 70_000}, signing_key("k1"), "RS256", headers={"kid": "k1"})


@pytest.mark.parametrize(
    "sign",
    [none, none_with_case, shared_secret, own_key, key_in_the_token, critical, two_dots_of_nothing, too_long],
)
async def test_a_token_that_the_provider_did_not_sign(
    attacked: Attacked, sign: Callable[[dict[str, Any]], str]
) -> None:
    attacked.provider.sign = sign
    assert await with_claims(attacked) == [LoginFlaw.TOKEN]


async def test_a_key_that_the_provider_does_not_publish(attacked: Attacked) -> None:
    attacked.provider.key = "k2"
    assert await with_claims(attacked) == [LoginFlaw.TOKEN]


async def test_userinfo_of_somebody_else(attacked: Attacked) -> None:
    attacked.provider.person = {"sub": "u-1"}
    attacked.provider.userinfo = {"sub": "u-2", "groups": ["staff"]}
    assert await with_claims(attacked) == [LoginFlaw.SUBJECT]


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://login.evil.example"},
        {"issuer": None},
        {"token_endpoint": "https://login.evil.example/token"},
        {"jwks_uri": "https://login.evil.example/jwks"},
        {"userinfo_endpoint": "https://login.evil.example/me"},
        {"authorization_endpoint": "https://login.evil.example/authorize"},
        {"end_session_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "http://169.254.169.254/latest"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "http://[::1"},
        {"authorization_endpoint": 7},
    ],
)
async def test_a_description_that_leads_elsewhere(attacked: Attacked, metadata: dict[str, Any]) -> None:
    attacked.provider.metadata = metadata
    answer = await attacked.victim.get("/login/start")
    assert answer.status == 503
    assert "evil" not in answer.text
