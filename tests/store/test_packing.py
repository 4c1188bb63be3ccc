import base64
import zlib

import pytest

from bot.errors import StoreError
from bot.store.packing import LONG, MARK, packed, unpacked


@pytest.mark.parametrize("text", ["", "{}", "x" * LONG, "é" * (LONG + 1), "z1 is no mark here" * LONG])
def test_a_text_comes_back(text: str) -> None:
    assert unpacked(packed(text), most=10 * 1024 * 1024) == text


def test_a_long_text_takes_less_room() -> None:
    assert len(packed('{"a": 1}' * LONG)) < LONG
    assert packed("x" * LONG) == "x" * LONG


@pytest.mark.parametrize(
    "text",
    [
        MARK + "not base 85 \x00",
        MARK + base64.b85encode(b"not zlib").decode(),
        MARK + base64.b85encode(zlib.compress(b"\xff" * 20)).decode(),
        MARK + base64.b85encode(zlib.compress(b"x" * 5000)).decode(),
        MARK + base64.b85encode(zlib.compress(b"cut")[:-2]).decode(),
    ],
)
def test_what_cannot_be_unpacked_is_an_error(text: str) -> None:
    with pytest.raises(StoreError, match="compressed text"):
        unpacked(text, most=1000)
