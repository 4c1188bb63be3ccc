"""A town with releases, for the tests of this room."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import Store
from tests.jobs.release_town import Town, opened


@pytest.fixture
async def town(store: Store, samples: Path, tmp_path: Path) -> AsyncIterator[Town]:
    async with opened(store, samples, tmp_path, complete="1h") as one:
        yield one
