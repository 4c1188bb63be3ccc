"""A fake registry, and a builder of images in it."""

from collections.abc import AsyncIterator

import pytest

from tests.evidence.building import Builder
from tests.fake_registry import FakeRegistry


@pytest.fixture
async def image() -> AsyncIterator[Builder]:
    async with FakeRegistry() as registry:
        yield Builder(registry)
