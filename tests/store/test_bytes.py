"""What an image takes in a Redis that is set as docs/scale.md says."""

import pytest
from redis.asyncio import Redis

from bench.registry import running_registry
from bench.store import bytes_an_image
from tests.real_redis import RedisServer

pytestmark = pytest.mark.real

IMAGES = 3
BYTES_MAX = 8 * 1024


async def test_an_image_takes_8_kb_in_redis(redis_server: RedisServer) -> None:
    async with Redis.from_url(redis_server.url) as client:
        await client.config_set("hash-max-listpack-value", "4096")
    with running_registry(IMAGES, 0.0) as host:
        lasting, _ = await bytes_an_image(host, IMAGES, redis_server.url)
    assert sum(lasting.values()) / IMAGES < BYTES_MAX
