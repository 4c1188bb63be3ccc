"""A large document is stepped over in one go, a small one bracket by bracket: both say the same of the same bytes."""

import json
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.attestations.sbom_reading import read_sbom
from bot.attestations.scan import Scan
from bot.attestations.stepping import DEPTH_MAX
from bot.errors import MalformedError, OverLimitError

PADDING = b" " * 64 * 1024
"""Blanks behind a document: they make it large, and change nothing."""

PARTS = [
    "{",
    "}",
    "[",
    "]",
    '"',
    "\\",
    ",",
    ":",
    "\n",
    '"a"',
    '"\\""',
    '{"a":1}',
    "[[]]",
    '{"b":[{}]}',
    "é",
    "\x00",
    "1",
]
GARBAGE = st.lists(st.sampled_from(PARTS), max_size=60).map(lambda parts: "".join(parts).encode()) | st.binary(
    max_size=80
)
JSON = st.recursive(
    st.none() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=40,
)

WALKS: dict[str, Callable[[Scan], object]] = {
    "skip": lambda scan: scan.skip(),
    "elements": lambda scan: [scan.skip() for _ in scan.elements()],
    "members": lambda scan: [(key, scan.skip()) for key in scan.members("a", "b")],
    "fields": lambda scan: repr(scan.fields("a", "b")),
    "mentions": lambda scan: (scan.mentions(b"a"), scan.at),
}


def told(walk: Callable[[Scan], object], data: bytes) -> object:
    scan = Scan(data, what="it")
    try:
        return walk(scan), scan.at
    except MalformedError as error:
        return type(error), re.sub(r"byte \d+", "byte", str(error))  # blanks may stand before the place


@pytest.mark.parametrize("name", WALKS)
@given(GARBAGE | JSON.map(lambda document: json.dumps(document).encode()))
def test_large_and_small_documents_are_read_alike(name: str, data: bytes) -> None:
    end = json.dumps(None).encode()  # so that the blanks stand behind the document, and not at its end
    assert told(WALKS[name], data + end + PADDING) == told(WALKS[name], data + end)


@pytest.mark.parametrize("cut", [1, 7, 40, 200])
def test_a_truncated_large_sbom_is_malformed(cut: int) -> None:
    packages = [{"name": f"n{at}", "externalRefs": [{"referenceType": "purl"}]} for at in range(2_000)]
    whole = json.dumps({"spdxVersion": "SPDX-2.3", "packages": packages}).encode()
    assert read_sbom(whole, what="it").packages == len(packages)
    with pytest.raises(MalformedError):
        read_sbom(whole[:-cut], what="it")


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_a_large_document_may_not_be_nested_deeper_than_a_small_one(opening: bytes) -> None:
    closing = b"]" if opening == b"[" else b"}"
    for levels in (1, 5, 6, DEPTH_MAX):
        data = opening * levels + b"1" + closing * levels
        assert Scan(data + PADDING, what="it").skip() == (0, len(data))
    data = opening * (DEPTH_MAX + 1) + b"1" + closing * (DEPTH_MAX + 1)
    with pytest.raises(OverLimitError, match="DEPTH_MAX"):
        Scan(data + PADDING, what="it").skip()


def test_depth_counts_what_was_walked_into_before() -> None:
    inner = b"[" * 5 + b"]" * 5
    levels = DEPTH_MAX - 4
    data = b"[" * levels + inner + b"]" * levels + PADDING
    scan = Scan(data, what="it")

    def walk(left: int) -> None:
        for _ in scan.elements():
            if left:
                walk(left - 1)

    with pytest.raises(OverLimitError, match="DEPTH_MAX"):
        walk(levels - 1)


def test_a_large_document_may_not_have_more_brackets_than_are_allowed() -> None:
    data = b"[" + b"[]," * 30_000 + b"[]]"
    assert Scan(data, what="it", brackets=30_002).skip() == (0, len(data))
    with pytest.raises(OverLimitError, match="BRACKETS_MAX"):
        Scan(data, what="it", brackets=30_001).skip()
