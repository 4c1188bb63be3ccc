import base64
import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.store import packing
from bot.store.packing import MARK, PLAIN_MARK, RECENT_BYTES, RECENT_MAX, SHORT, packed, unpacked

WORDS = "a6a7a6642ab0819c48819e8bdd27bc25eed695ff16e95ada98ddba51f4a4b138"


@pytest.fixture(autouse=True)
def other_process() -> Iterator[None]:
    """One that has packed nothing yet."""
    packing._recent.clear()
    yield
    packing._recent.clear()


@pytest.mark.parametrize("text", ["", "{}", "x" * SHORT, "é" * (SHORT + 1), "z1 is no mark here" * SHORT])
def test_a_text_comes_back(text: str) -> None:
    kept = packed(text)
    assert unpacked(kept, most=10 * 1024 * 1024) == text
    packing._recent.clear()
    assert unpacked(kept, most=10 * 1024 * 1024) == text


def test_what_was_packed_a_moment_ago_is_not_unpacked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = packed("x" * 5000)
    monkeypatch.setattr(zlib, "decompressobj", None)
    assert unpacked(kept, most=5000) == "x" * 5000


def test_few_and_no_long_texts_stay_in_memory() -> None:
    for number in range(3 * RECENT_MAX):
        packed(f"{number} " * SHORT)
    packed("x" * (RECENT_BYTES + 1))
    assert len(packing._recent) == RECENT_MAX
    assert all(size <= RECENT_BYTES for _, size in packing._recent.values())


def test_a_long_text_takes_less_room() -> None:
    assert len(packed('{"a": 1}' * SHORT)) < SHORT
    assert packed("x" * SHORT) == "x" * SHORT


def test_the_words_never_change() -> None:
    """What was compressed with them could not be read any more. Other words need another mark."""
    words = Path(packing.__file__).with_name("packing_words.txt").read_bytes()
    assert hashlib.sha256(words).hexdigest() == WORDS


def test_what_an_earlier_version_compressed_is_read() -> None:
    text = '{"image": "quay.io/acme/app:1"}'
    assert unpacked(PLAIN_MARK + base64.b85encode(zlib.compress(text.encode())).decode(), most=1000) == text


@pytest.mark.parametrize("is_recent", [True, False])
def test_a_bomb_is_not_unpacked(*, is_recent: bool) -> None:
    kept = packed("x" * 5000)
    if not is_recent:
        packing._recent.clear()
    with pytest.raises(StoreError, match="more than 1000 bytes"):
        unpacked(kept, most=1000)


@pytest.mark.parametrize(
    "text",
    [
        MARK + "not base 85 \x00",
        MARK + base64.b85encode(zlib.compress(b"cut")[:-2]).decode(),
        PLAIN_MARK + "not base 85 \x00",
        PLAIN_MARK + base64.b85encode(b"not zlib").decode(),
        PLAIN_MARK + base64.b85encode(zlib.compress(b"\xff" * 20)).decode(),
        PLAIN_MARK + base64.b85encode(zlib.compress(b"x" * 5000)).decode(),
        PLAIN_MARK + base64.b85encode(zlib.compress(b"cut")[:-2]).decode(),
    ],
)
def test_what_cannot_be_unpacked_is_an_error(text: str) -> None:
    with pytest.raises(StoreError, match="compressed text"):
        unpacked(text, most=1000)
