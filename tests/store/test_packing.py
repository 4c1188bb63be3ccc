import base64
import hashlib
import zlib
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.store import packing
from bot.store.packing import MARK, PLAIN_MARK, SHORT, packed, unpacked

WORDS = "a6a7a6642ab0819c48819e8bdd27bc25eed695ff16e95ada98ddba51f4a4b138"


@pytest.mark.parametrize("text", ["", "{}", "x" * SHORT, "é" * (SHORT + 1), "z1 is no mark here" * SHORT])
def test_a_text_comes_back(text: str) -> None:
    assert unpacked(packed(text), most=10 * 1024 * 1024) == text


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


def test_a_bomb_is_not_unpacked() -> None:
    with pytest.raises(StoreError, match="more than 1000 bytes"):
        unpacked(packed("x" * 5000), most=1000)


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
