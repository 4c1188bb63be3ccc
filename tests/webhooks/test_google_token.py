"""Pub/Sub's token: what an attacker may try with it, and what happens while Google's keys cannot be fetched."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.errors import MalformedError, UnverifiableDeliveryError
from handlers.webhooks import google_keys
from handlers.webhooks.google_keys import REFRESH_MIN, STALE_MAX, GoogleKeys, read_keys
from handlers.webhooks.key_document import fetch_keys
from tests.dialled import connections
from tests.fake_google import BITS, KEY_ID, FakeGoogle, claims, jwk, signing_key, token
from tests.webhooks.conftest import PUSH, Bot

ONE = PUSH["artifact-registry"]
ACCOUNT, AUDIENCE = ONE.source["account"], ONE.source["audience"]


def now() -> int:
    """At the moment of the test: a whole run may last longer than a token."""
    return int(time.time())


def encoded(document: object) -> str:
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def with_header(header: object, secret: bytes = b"") -> str:
    """A token with that header, whose signature is an HMAC with the secret."""
    content = f"{encoded(header)}.{encoded(claims(ACCOUNT, AUDIENCE))}"
    return f"{content}.{encoded(hmac.digest(secret, content.encode(), 'sha256'))}"


def public_key(format_: PublicFormat = PublicFormat.SubjectPublicKeyInfo) -> bytes:
    return signing_key(KEY_ID, BITS).public_key().public_bytes(Encoding.PEM, format_)


def signed(payload: object) -> str:
    """Whatever the payload, Google signed it."""
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return jwt.api_jws.encode(raw, signing_key(KEY_ID, BITS), "RS256", headers={"kid": KEY_ID})


def good(**changes: object) -> str:
    return token(ACCOUNT, AUDIENCE, **changes)  # type: ignore[arg-type] # claims of any type


def with_more(**header: object) -> str:
    """Signed by Google, with more in its header than Google writes."""
    return jwt.encode(claims(ACCOUNT, AUDIENCE), signing_key(KEY_ID, BITS), "RS256", headers={"kid": KEY_ID, **header})


GOOD = {
    "as Google makes it": good,
    "the short issuer": lambda: good(iss="accounts.google.com"),
    "a clock that is 30 seconds behind": lambda: good(iat=now() + 30),
}
FORGED: dict[str, Callable[[], str]] = {
    "nothing": str,
    "not a token": lambda: "x",
    "two parts": lambda: "e30.e30",
    "four parts": lambda: good() + ".e30",
    "no algorithm": lambda: with_header({"alg": "none", "kid": KEY_ID}),
    "no algorithm, no signature": lambda: with_header({"alg": "none", "kid": KEY_ID}).rpartition(".")[0] + ".",
    "HMAC with the public key": lambda: with_header({"alg": "HS256", "kid": KEY_ID}, public_key()),
    "HMAC with the public key, called RS256": lambda: with_header({"alg": "RS256", "kid": KEY_ID}, public_key()),
    "HMAC with nothing": lambda: with_header({"alg": "HS256", "kid": KEY_ID}),
    "another algorithm": lambda: jwt.encode(
        claims(ACCOUNT, AUDIENCE), signing_key(KEY_ID, BITS), "RS512", headers={"kid": KEY_ID}
    ),
    "PSS": lambda: jwt.encode(claims(ACCOUNT, AUDIENCE), signing_key(KEY_ID, BITS), "PS256", headers={"kid": KEY_ID}),
    "another key": lambda: good(key="another"),
    "a key id that is a path": lambda: good(kid="../../../../dev/null"),
    "a key id that is a URL": lambda: good(kid="https://evil.example/keys"),
    "a long key id": lambda: good(kid="k" * 200),
    "no key id": lambda: with_header({"alg": "RS256"}),
    "a number as key id": lambda: with_header({"alg": "RS256", "kid": 7}),
    "a list as key id": lambda: with_header({"alg": "RS256", "kid": [KEY_ID]}),
    "a URL of keys in the header": lambda: with_more(jku="https://evil.example"),
    "a key in the header": lambda: with_more(jwk=jwk("another")),
    "an extension in the header": lambda: with_more(crit=["exp"]),
    "a header that is a list": lambda: with_header(["RS256"]),
    "a deep header": lambda: with_header(b"[" * 1800),
    "a header of 4,300 digits": lambda: with_header(b"9" * 2200),
    "expired": lambda: good(iat=now() - 7200, exp=now() - 120),
    "without an end": lambda: good(exp=None),
    "an end that is infinite": lambda: good(exp=float("inf")),
    "an end that is a word": lambda: good(exp="never"),
    "not yet": lambda: good(nbf=now() + 600),
    "of the future": lambda: good(iat=now() + 600),
    "without a time": lambda: good(iat=None),
    "another audience": lambda: good(aud="https://another.example/webhooks/artifact-registry"),
    "a longer audience": lambda: good(aud=AUDIENCE + "/"),
    "several audiences": lambda: good(aud=[AUDIENCE, "another"]),
    "no audience": lambda: good(aud=None),
    "another issuer": lambda: good(iss="https://accounts.google.com.evil.example"),
    "several issuers": lambda: signed(claims(ACCOUNT, AUDIENCE, iss=["https://accounts.google.com"])),
    "no issuer": lambda: good(iss=None),
    "another account": lambda: good(email="another@evil.iam.gserviceaccount.com"),
    "the account in upper case": lambda: good(email=ACCOUNT.upper()),
    "no account": lambda: good(email=None),
    "an account that is half a character": lambda: good(email="\ud800"),
    "a list of accounts": lambda: good(email=[ACCOUNT]),
    "an account that is not verified": lambda: good(email_verified=False),
    "an account that says nothing of it": lambda: good(email_verified=None),
    "an account that says so in words": lambda: good(email_verified="true"),
    "an account that says so in a number": lambda: good(email_verified=1),
    "too long": lambda: good(more="x" * 4096),
}


async def sent(bot: Bot, authorization: str) -> tuple[int, dict[str, object]]:
    headers = {**ONE.headers, "Authorization": authorization}
    return await bot.post("/webhooks/artifact-registry", json.dumps(ONE.body).encode(), headers)


@pytest.mark.parametrize("make", GOOD.values(), ids=GOOD)
async def test_a_token_of_the_account_is_good(bot: Bot, make: Callable[[], str]) -> None:
    assert await sent(bot, f"Bearer {make()}") == (202, {"accepted": 1})


@pytest.mark.parametrize("make", FORGED.values(), ids=FORGED)
async def test_any_other_token_is_refused(bot: Bot, make: Callable[[], str]) -> None:
    assert await sent(bot, f"Bearer {make()}") == (401, {"error": "no proof of origin"})
    assert bot.queue.calls == []
    assert bot.google.fetched <= 1, "nothing but the keys, and those once"


async def test_a_token_under_another_scheme_is_refused(bot: Bot) -> None:
    for scheme in ("", "Basic ", "bearer ", "Bearer  "):
        assert (await sent(bot, f"{scheme}{good()}"))[0] == 401


async def test_a_token_that_names_an_object_instead_of_claims_is_refused(bot: Bot) -> None:
    for payload in (b"[]", b"7", b"null", b"[" * 1500, b'{"exp":1e999,"iat":0,"aud":"x","iss":"x"}', b"\xff"):
        assert (await sent(bot, f"Bearer {signed(payload)}"))[0] == 401


async def test_a_changed_token_is_refused(bot: Bot) -> None:
    header, payload, signature = good().split(".")
    other = encoded(claims(ACCOUNT, AUDIENCE, sub="2"))
    assert (await sent(bot, f"Bearer {header}.{other}.{signature}"))[0] == 401
    assert (await sent(bot, f"Bearer {header}.{payload}.{encoded(b'x' * 256)}"))[0] == 401


async def test_while_the_keys_cannot_be_fetched_the_sender_is_asked_to_come_back(bot: Bot) -> None:
    """A 401 would say that an authentic delivery is forged. Pub/Sub sends it again."""
    bot.google.status = 503
    headers = {**ONE.headers, "Authorization": f"Bearer {good()}"}
    async with bot.client.post("/webhooks/artifact-registry", json=ONE.body, headers=headers) as response:
        assert (response.status, response.headers["Retry-After"]) == (503, "30")
    assert (await sent(bot, f"Bearer {good()}"))[0] == 503
    assert bot.google.fetched == 1, "one attempt a minute, however often they ask"
    assert (await sent(bot, "Bearer x"))[0] == 401, "what is not a token needs no key"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (302, None),
        (404, None),
        (200, b"<html>"),
        (200, b'{"keys": []}'),
        (200, b'{"keys": null}'),
        (200, json.dumps({"keys": [jwk()]}).encode() + b" " * 70_000),
        (200, b"[" * 60_000),
    ],
)
async def test_an_answer_without_keys_is_no_answer(bot: Bot, status: int, body: bytes | None) -> None:
    bot.google.status, bot.google.body = status, body
    assert (await sent(bot, f"Bearer {good()}"))[0] == 503
    assert bot.google.fetched == 1


async def test_keys_are_fetched_once_for_many_deliveries_at_once(bot: Bot) -> None:
    answers = await asyncio.gather(*(sent(bot, f"Bearer {good(sub=str(number))}") for number in range(20)))
    assert {status for status, _ in answers} == {202}
    assert bot.google.fetched == 1


class Clock:
    """A clock, and a place where keys are."""

    def __init__(self) -> None:
        self.now = 0.0
        self.keys = [jwk()]
        self.fetched = 0
        self.away = False
        self.found = GoogleKeys(self.fetch, lambda: self.now)

    async def fetch(self) -> bytes:
        self.fetched += 1
        if self.away:
            raise UnverifiableDeliveryError("away")
        return json.dumps({"keys": self.keys}).encode()


async def test_a_new_key_is_found_and_an_old_one_forgotten() -> None:
    clock = Clock()
    assert await clock.found.find(KEY_ID)
    clock.keys = [jwk("next")]
    assert await clock.found.find("next") is None, "within the minute"
    clock.now += REFRESH_MIN
    assert await clock.found.find("next")
    assert await clock.found.find(KEY_ID) is None
    assert clock.fetched == 2


async def test_key_ids_of_strangers_lead_to_one_fetch_a_minute() -> None:
    clock = Clock()
    for number in range(1000):
        assert await clock.found.find(f"unknown-{number}") is None
    assert clock.fetched == 1


async def test_known_keys_outlive_an_outage_but_not_for_ever() -> None:
    clock = Clock()
    assert await clock.found.find(KEY_ID)
    clock.away = True
    clock.now = STALE_MAX - 1
    assert await clock.found.find(KEY_ID)
    with pytest.raises(UnverifiableDeliveryError):
        await clock.found.find("unknown")
    clock.now = STALE_MAX + 1
    with pytest.raises(UnverifiableDeliveryError):
        await clock.found.find(KEY_ID)
    clock.away = False
    clock.now += REFRESH_MIN
    assert await clock.found.find(KEY_ID)


def test_only_rsa_keys_of_a_good_length_count() -> None:
    weak = {**jwk("weak", 1024)}
    other = {"kty": "oct", "kid": "other", "k": encoded(hashlib.sha256(b"x").digest()), "alg": "HS256"}
    curve = {"kty": "EC", "kid": "curve", "crv": "P-256", "x": "x", "y": "y"}
    broken = {**jwk("broken"), "n": "!"}
    names = [{**jwk(), "kid": 7}, {**jwk(), "alg": "RS512"}, {**jwk(), "kty": None}]
    document = {"keys": [weak, other, curve, broken, *names, jwk()]}
    assert list(read_keys(json.dumps(document).encode())) == [KEY_ID]
    with pytest.raises(MalformedError):
        read_keys(json.dumps({"keys": [weak, other, curve, broken]}).encode())


def test_so_many_keys_are_kept() -> None:
    document = {"keys": [{**jwk(), "kid": str(number)} for number in range(100)]}
    assert len(read_keys(json.dumps(document).encode())) == google_keys.KEYS_MAX


async def test_a_key_server_is_asked_only_as_the_operator_wrote_it(google: FakeGoogle) -> None:
    assert b"keys" in await fetch_keys(google.url)
    google.status = 302
    with pytest.raises(UnverifiableDeliveryError, match="302"):
        await fetch_keys(google.url)
    with pytest.raises(UnverifiableDeliveryError, match="did not answer"):
        await fetch_keys("http://127.0.0.1:9/keys")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://192.0.2.1/keys", "PROVENANCE_INSECURE_HOSTS"),
        ("https://169.254.169.254/keys", "metadata service"),
        ("https://[::ffff:169.254.169.254]/keys", "metadata service"),
    ],
)
async def test_the_guard_stands_before_the_key_server_too(address: str, said: str) -> None:
    with connections() as dialled, pytest.raises(UnverifiableDeliveryError, match=said):
        await fetch_keys(address)
    assert dialled == []
