"""A bot with buttons, for the tests of this room."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import Store
from tests.actions.parts import BAD, Buttons, with_buttons


@pytest.fixture
async def bot(store: Store, tmp_path: Path) -> AsyncIterator[Buttons]:
    """The release fails by one rule, and is posted."""
    async with with_buttons(store, tmp_path) as made:
        await made.post(BAD)
        yield made
