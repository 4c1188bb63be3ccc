import base64
import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.store import packing
from bot.store.packing import MARK, READ, RECENT_BYTES, RECENT_MAX, SHORT, WORDS, packed, unpacked

PLAIN_MARK = "z1 "
DIGESTS = {
    "packing_words.txt": "a6a7a6642ab0819c48819e8bdd27bc25eed695ff16e95ada98ddba51f4a4b138",
    "packing_words_3.txt": "3bd045bf163bf6efc52e368faa587899b733801896cf12998aa54f8b4ddb6d55",
}
TEXT = (
    '{"schema":"provenance-bot/report/v1","image":"quay.io/acme/app:1","results":['
    + ",".join(6 * ['{"rule":"sbom-missing","outcome":"pass"}'])
    + "]}"
)
WRITTEN = {
    "z2": "z2 c)OS9Xk(-FxH~1RC+FbY7zy4ROUw?+p`$Ri768doZ<z",
    "z3": "z3 eLvyH/X/o3RjlxLWfSb41x0RvUBpSCiMrQUAyVJvmQ==",
}
"""TEXT as the versions wrote it that have these marks."""


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


@pytest.mark.parametrize("name", DIGESTS)
def test_the_words_never_change(name: str) -> None:
    """What was compressed with them could not be read any more. Other words need another mark."""
    words = Path(packing.__file__).with_name(name).read_bytes()
    assert hashlib.sha256(words).hexdigest() == DIGESTS[name]


def test_all_words_are_within_reach() -> None:
    """What zlib reaches is 32 KB back, less a little: words that stand before that are never used."""
    assert len(Path(packing.__file__).with_name(WORDS).read_bytes()) <= 32 * 1024 - 262


def test_what_the_first_versions_compressed_is_read() -> None:
    text = '{"image": "quay.io/acme/app:1"}'
    assert unpacked(PLAIN_MARK + base64.b85encode(zlib.compress(text.encode())).decode(), most=1000) == text


@pytest.mark.parametrize("mark", WRITTEN)
def test_what_a_version_wrote_is_read(mark: str) -> None:
    assert unpacked(WRITTEN[mark], most=1000) == TEXT


def test_all_marks_are_tried_here() -> None:
    assert {PLAIN_MARK, *(f"{mark} " for mark in WRITTEN)} == set(READ)


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
        MARK + "not base 64 \x00",
        MARK + base64.b64encode(b"not zlib").decode(),
        MARK + base64.b64encode(zlib.compress(b"cut")[:-2]).decode(),
        MARK + packed("x" * 5000).removeprefix(MARK)[4:],
        MARK + "é",
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
