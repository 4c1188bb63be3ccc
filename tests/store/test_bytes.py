"""What an image that nobody signed takes in a Redis as it comes."""

import pytest

from bench.registry import running_registry
from bench.store import bytes_an_image
from tests.real_redis import RedisServer

pytestmark = pytest.mark.real

IMAGES = 3
BYTES_MAX = 8_192


async def test_an_image_takes_no_more_than_docs_say(redis_server: RedisServer) -> None:
    with running_registry(IMAGES, 0.0) as host:
        lasting, _ = await bytes_an_image(host, IMAGES, redis_server.url)
    assert sum(lasting.values()) / IMAGES < BYTES_MAX
