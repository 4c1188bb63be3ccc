"""JSON walked over without being built: the same answers as a parser's, and garbage is malformed."""

import json
from contextlib import nullcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.attestations.scan import SMALL_MAX, Scan
from bot.attestations.stepping import DEPTH_MAX
from bot.errors import MalformedError, OverLimitError
from bot.oci import ambiguity

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=30,
)


def walked(scan: Scan, like: Any) -> Any:  # noqa: ANN401 - JSON is anything
    """The document, put together again by walking through all of it."""
    if isinstance(like, dict):
        return {key: walked(scan, like[key]) for key in scan.members(*like)}
    if isinstance(like, list):
        return [walked(scan, like[position]) for position, _ in enumerate(scan.elements())]
    return scan.value()


@given(JSON, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_walking_finds_what_a_parser_finds(document: Any, indent: int | str | None, ascii_only: bool) -> None:  # noqa: ANN401, FBT001
    data = json.dumps(document, indent=indent, ensure_ascii=ascii_only).encode(errors="surrogatepass")
    try:
        data.decode()
    except UnicodeDecodeError:
        return  # a lone surrogate; parsers disagree on those
    scan = Scan(data, what="it")
    try:
        assert walked(scan, document) == document
    except MalformedError:
        assert "\\ud" in data.decode()  # the same, written as an escape
        return
    scan.end()
    whole = Scan(data, what="it")
    assert whole.skip() == (0, len(data))
    whole.end()


@given(st.binary(max_size=200) | st.text(alphabet='{}[]",:\\ntrue01.eE- ', max_size=80).map(str.encode))
def test_garbage_is_malformed_and_nothing_worse(data: bytes) -> None:
    for walk in (lambda s: s.skip(), lambda s: list(s.members("a")), lambda s: list(s.elements()), lambda s: s.value()):
        scan = Scan(data, what="it")
        try:
            walk(scan)
            scan.end()
        except MalformedError:
            continue


@pytest.mark.parametrize("data", [b"[" * 100_000, b"[" * 201 + b"]" * 201, b'{"a":' * 300 + b"1" + b"}" * 300])
def test_depth_is_bounded(data: bytes) -> None:
    for walk in (Scan.skip, Scan.value):
        with pytest.raises(MalformedError, match="levels"):
            walk(Scan(data, what="it"))


def nested(scan: Scan) -> None:
    for _ in scan.elements():
        nested(scan)


def test_depth_is_bounded_when_walking_too() -> None:
    with pytest.raises(MalformedError, match="levels"):
        nested(Scan(b"[" * (DEPTH_MAX + 1) + b"]" * (DEPTH_MAX + 1), what="it"))


def half_walked(scan: Scan) -> None:
    for _ in scan.elements():
        for _ in scan.elements():
            scan.skip()


def test_depth_is_bounded_across_walking_and_skipping() -> None:
    with pytest.raises(MalformedError, match="levels"):
        half_walked(Scan(b"[" * (DEPTH_MAX + 1) + b"]" * (DEPTH_MAX + 1), what="it"))


def test_brackets_are_counted() -> None:
    Scan(b"[" + b"[]," * 998 + b"[]]", what="it", brackets=1000).skip()
    with pytest.raises(MalformedError, match="BRACKETS_MAX = 1000 lists and objects"):
        Scan(b"[" + b"[]," * 999 + b"[]]", what="it", brackets=1000).skip()


@pytest.mark.parametrize(
    "data",
    [b'{"a":1,"a":2}', b'{"a":1,"\\u0061":2}'],
)
def test_a_key_that_stands_there_twice_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedError, match="twice"):
        list(Scan(data, what="it").members("a"))


@pytest.mark.parametrize(
    "data", [b'"abc', b'{"a": "unterminated }', b"[1,]", b'{"a":1,}', b'{"a" 1}', b"[}", b"[1 2]", b"", b"nul"]
)
def test_what_does_not_close_is_malformed(data: bytes) -> None:
    with pytest.raises(MalformedError):
        for _ in Scan(data, what="it").members("a") if data.startswith(b"{") else Scan(data, what="it").elements():
            pass


def test_something_after_the_end_is_malformed() -> None:
    scan = Scan(b"{} x", what="it")
    scan.skip()
    with pytest.raises(MalformedError, match="more after"):
        scan.end()


def test_null_is_empty_and_a_value_over_its_limit_is_not_built() -> None:
    assert list(Scan(b"null", what="it").members("a")) == []
    assert list(Scan(b" null", what="it").elements()) == []
    with pytest.raises(MalformedError, match="at most 4"):
        Scan(b'"12345"', what="it").value(4)
    assert Scan(b"7", what="it").text() == ""


@pytest.mark.parametrize("padding", [0, SMALL_MAX])
def test_fields_are_the_same_of_small_objects_and_of_large_ones(padding: int) -> None:
    document = {"a": [1, {"b": None}], "padding": "x" * padding, "c": "d", "unwanted": {}}
    scan = Scan(json.dumps([document, 7]).encode(), what="it")
    assert [scan.fields("a", "c", "absent") for _ in scan.elements()] == [{"a": [1, {"b": None}], "c": "d"}, {}]


@pytest.mark.parametrize("watched", [True, False])
@pytest.mark.parametrize("key", ['"a%d"', '"Wanted"', '"x"'], ids=["different", "folded", "equal"])
def test_the_keys_of_one_object_have_a_bound_also_when_they_are_equal(
    key: str, monkeypatch: pytest.MonkeyPatch, *, watched: bool
) -> None:
    """Each key that can be read in two ways takes as long as ten others."""
    monkeypatch.setattr(ambiguity, "KEYS_MAX", 10)
    keys = [key % number if "%" in key else key for number in range(11)]

    def walk(count: int) -> None:
        scan = Scan(f"{{{','.join(f'{one}:0' for one in keys[:count])}}}".encode(), what="it")
        assert list(scan.members("wanted")) == []

    with ambiguity.noticing(), ambiguity.reading("sha256:ab") if watched else nullcontext():
        walk(10)
        with pytest.raises(OverLimitError, match="KEYS_MAX = 10 keys"):
            walk(11)
