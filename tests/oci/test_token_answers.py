"""What a token server may answer: a token within bounds, or an answer that is refused in words."""

from datetime import timedelta

import pytest

from bot.errors import RateLimitedError, UnavailableError
from bot.oci import tally
from tests.fake_registry import FakeRegistry
from tests.oci.opened import NOW, at, opened
from tests.registry_auth import Auth
from tests.registry_faults import Body, Endless, Fault, GzipBomb, Status


@pytest.mark.parametrize(
    "fault",
    [
        Body(b"{}"),
        Body(b"[]"),
        Body(b"null"),
        Body(b"not json"),
        Body(b"[" * 50_000),
        Body(b'{"token": ""}'),
        Body(b'{"token": null, "access_token": null}'),
        Body(b'{"token": "a b"}'),
        Body(b'{"token": "a\\r\\nX-Injected: 1"}'),
        Body('{"token": "tökén"}'.encode()),
        Body(b'{"token": 5}'),
        Body(b'{"token": "T", "expires_in": "soon"}'),
        Body(b'{"token": "T", "expires_in": NaN}'),
        Body(b'{"token": "T", "issued_at": "yesterday"}'),
        Status(404),
        Status(418),
    ],
)
async def test_what_is_no_token_is_an_unusable_answer_and_nothing_worse(fault: Fault) -> None:
    async with FakeRegistry(auth=Auth()) as fake, opened(fake) as registry:
        fake.push_image("demo/app", tag="1")
        fake.fault("/token", fault)
        with pytest.raises(UnavailableError):
            await registry.manifest(at(fake))


@pytest.mark.parametrize("fault", [Endless(), GzipBomb()])
async def test_a_token_has_a_size(fault: Fault) -> None:
    async with FakeRegistry(auth=Auth()) as fake, opened(fake) as registry:
        fake.push_image("demo/app", tag="1")
        fake.fault("/token", fault)
        with tally.counting() as counted, pytest.raises(Exception, match="limit of 65536 bytes"):
            await registry.manifest(at(fake))
        assert counted.received <= 65536


async def test_a_busy_token_server_is_a_rate_limit() -> None:
    async with FakeRegistry(auth=Auth()) as fake, opened(fake) as registry:
        fake.push_image("demo/app", tag="1")
        fake.fault("/token", Status(429, headers={"Retry-After": "100"}))
        with pytest.raises(RateLimitedError) as caught:
            await registry.manifest(at(fake))
        assert caught.value.retry_at == NOW + timedelta(seconds=100)
