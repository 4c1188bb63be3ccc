"""How long a token serves, whatever its server says of its life."""

import json
from datetime import timedelta

import pytest

from bot.oci.manifest import Descriptor
from tests.fake_registry import FakeRegistry
from tests.oci.opened import NOW, Clock, at, opened
from tests.registry_auth import Auth
from tests.registry_faults import Body
from tests.registry_shelf import digest_of

LAYER = Descriptor(digest=digest_of(b"layer"), size=5)


async def test_a_token_serves_until_most_of_its_life_is_over() -> None:
    clock = Clock()
    async with FakeRegistry(auth=Auth(expires_in=300)) as fake, opened(fake, clock=clock) as registry:
        fake.push_image("demo/app", tag="1")
        for elapsed, tokens in ((0, 1), (200, 1), (39, 1), (2, 2)):
            clock.time += elapsed
            await registry.manifest(at(fake))
            await registry.blob(at(fake), LAYER, limit=100)
            assert fake.count("GET", "/token") == tokens
        assert sum(1 for asked in fake.requests if "Authorization" not in asked.headers) == 3  # one 401, two tokens


@pytest.mark.parametrize(("expires_in", "life"), [(None, 48), (10**12, 0.8 * 24 * 3600), (0, 48), (-5, 48)])
async def test_an_unsaid_or_odd_life_is_bounded(expires_in: int | None, life: float) -> None:
    clock = Clock()
    async with FakeRegistry(auth=Auth(expires_in=expires_in)) as fake, opened(fake, clock=clock) as registry:
        fake.push_image("demo/app", tag="1")
        await registry.manifest(at(fake))
        clock.time += life + 1
        await registry.manifest(at(fake))
        assert fake.count("GET", "/token") == 2


async def test_the_life_of_a_token_begins_when_it_was_issued() -> None:
    clock = Clock()
    async with FakeRegistry(auth=Auth()) as fake, opened(fake, clock=clock) as registry:
        fake.push_image("demo/app", tag="1")
        issued = (NOW - timedelta(seconds=250)).isoformat()
        fake.auth.issued.add("T") if fake.auth else None
        fake.fault("/token", Body(json.dumps({"token": "T", "expires_in": 300, "issued_at": issued}).encode()))
        await registry.manifest(at(fake))
        clock.time += 41
        await registry.manifest(at(fake))
        assert fake.count("GET", "/token") == 2


@pytest.mark.parametrize("issued", ["0001-01-01T00:00:00Z", (NOW - timedelta(seconds=301)).isoformat()])
async def test_a_token_that_was_issued_by_another_clock_is_not_fetched_for_each_request(issued: str) -> None:
    async with FakeRegistry(auth=Auth(issued={"T"})) as fake, opened(fake) as registry:
        fake.push_image("demo/app", tag="1")
        fake.fault("/token", Body(json.dumps({"token": "T", "expires_in": 300, "issued_at": issued}).encode()))
        await registry.manifest(at(fake))
        await registry.manifest(at(fake))
        assert fake.count("GET", "/token") == 1


@pytest.mark.parametrize("expires_in", [None, 0, -5])
async def test_a_token_without_a_life_is_not_fetched_for_each_request(expires_in: int | None) -> None:
    """Programs in Go write 0 where they do not say: a check would take a token for each of its twenty requests."""
    async with FakeRegistry(auth=Auth(expires_in=expires_in)) as fake, opened(fake) as registry:
        fake.push_image("demo/app", tag="1")
        await registry.manifest(at(fake))
        await registry.manifest(at(fake))
        assert fake.count("GET", "/token") == 1
