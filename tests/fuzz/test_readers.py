"""Every reader reads its seeds and kept inputs, and changed ones, without anything worse than an error of ours.

A short run without coverage, always the same; the long one is `make fuzz`.
"""

import random
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from bot.errors import ProvenanceBotError
from tests.fuzz.mutate import mutated
from tests.fuzz.reader import SIZE_MAX, Reader, tried
from tests.fuzz.readers import READERS

CHANGED = 20
"""Changed inputs of each reader."""


@pytest.fixture(autouse=True)
def silence() -> Iterator[None]:
    with capture_logs():
        yield


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_nothing_worse_than_an_error_of_ours(reader: Reader) -> None:
    reader.warm()
    pool = [*reader.seeds(), *reader.kept()]
    chance = random.Random(reader.name)  # noqa: S311 - the same in every run
    changed = [mutated(chance.choice(pool), chance, SIZE_MAX, lambda: chance.choice(pool)) for _ in range(CHANGED)]
    for data in (*pool, *changed):
        _, finding = tried(reader, data)
        assert finding is None, finding


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_most_seeds_are_read_well(reader: Reader) -> None:
    """Otherwise only what refuses them would be fuzzed."""
    seeds = list(reader.seeds())
    assert seeds
    assert any(_is_read(reader, seed) for seed in seeds)


def _is_read(reader: Reader, data: bytes) -> bool:
    try:
        reader.read(data)
    except ProvenanceBotError:
        return False
    return True
