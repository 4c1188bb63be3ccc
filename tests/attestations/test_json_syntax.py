"""What is JSON as a whole, also where nobody looks."""

import json
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.attestations.json_syntax import DEPTH_MAX, require_json
from bot.errors import MalformedError, OverLimitError
from tests.growth import LINEAR_MAX, growth

TOKENS: Final = (
    *(b"{", b"}", b"[", b"]", b",", b":", b" ", b"\n", b'"', b"\\", b"\0", b"\xff", b"-", b"/"),
    *(b'"a"', b'"\\u00e9"', b'"\\x"', b"1", b"-0.5e3", b"01", b"1.", b"true", b"nul", b"null", b"NaN", b"\xc3\xa9"),
)

values: st.SearchStrategy[object] = st.recursive(
    st.sampled_from([None, True, 1, -1.5e30, "a", "\u00e9\n", {}, []]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=3),
    max_leaves=30,
)


def is_json(data: bytes) -> bool:
    try:
        require_json(data, what="it", small=-1)
    except MalformedError:
        return False
    return True


def is_json_to_python(data: bytes) -> bool:
    try:
        json.loads(data.decode(), parse_constant=_refused)
    except ValueError:
        return False
    return True


def _refused(name: str) -> None:
    raise ValueError(name)


@given(values, st.integers(0, 200), st.sampled_from(TOKENS), st.booleans())
def test_one_token_too_many_or_a_byte_too_few(value: object, at: int, token: bytes, more: bool) -> None:  # noqa: FBT001
    data = json.dumps(value).encode()
    assert is_json(data)
    at %= len(data) + 1
    changed = data[:at] + (token + data[at:] if more else data[at + 1 :])
    assert is_json(changed) is is_json_to_python(changed)


@given(st.lists(st.sampled_from(TOKENS), max_size=9))
def test_tokens_in_any_order(tokens: list[bytes]) -> None:
    assert is_json(b"".join(tokens)) is is_json_to_python(b"".join(tokens))


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        (rb"\ud83d\ude00", True),
        (rb"\uD83D\uDE00\u00e9", True),
        (rb"\\ud800", True),
        (rb"\ud7ff\ue000", True),
        (rb"\ud83d", False),
        (rb"\ude00", False),
        (rb"\ud83d\ud83d\ude00", False),
        (rb"\ud83d\\ude00", False),
        (rb"\ud83dx\ude00", False),
    ],
)
def test_half_a_character_is_refused_whatever_the_size(text: bytes, is_right: bool) -> None:  # noqa: FBT001
    """Seen: a large document had it and counted, and a small one did not."""
    for data in (b'"' + text + b'"', b'{"a": ["' + text + b'"], "' + text + b'": 1}'):
        assert is_json(data) is is_right
        if is_right:
            require_json(data, what="it")
        else:
            with pytest.raises(MalformedError):
                require_json(data, what="it")


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("rest", ["", ".5", "e5"])
def test_numbers_have_as_many_digits_as_in_small_documents(sign: str, rest: str) -> None:
    right = f'[1, {{"a": {sign}{"7" * 4300}{rest}}}]'.encode()
    assert is_json(right)
    require_json(right, what="it")
    wrong = right.replace(b"77", b"777", 1)
    assert not is_json(wrong)
    with pytest.raises(MalformedError):
        require_json(wrong, what="it")


def test_what_is_too_deep_is_over_the_limit() -> None:
    assert is_json(b"[" * DEPTH_MAX + b"]" * DEPTH_MAX)
    with pytest.raises(OverLimitError, match="DEPTH_MAX"):
        require_json(b'{"a":' * (DEPTH_MAX * 2), what="it", small=-1)


@pytest.mark.parametrize("count", range(30, 70))
def test_lists_and_objects_of_any_length(count: int) -> None:
    for data in (json.dumps([[1] * count] * count), json.dumps([{str(number): {} for number in range(count)}])):
        assert is_json(data.encode())
        assert not is_json(data.replace("]", ",]", 1).replace("{}}", "{},}", 1).encode())


@pytest.mark.parametrize("unit", [b"1,", b"[[[[[1]]]],", b'{"a":', b'[{"a":[{}]},', b'"\\'])
def test_time_grows_with_the_bytes_also_of_what_ends_too_early(unit: bytes) -> None:
    assert growth(lambda size: is_json(b"[" * 100 + unit * size), 200_000) < LINEAR_MAX


@pytest.mark.parametrize("data", [b'{"a": [1, 2]}', b"[NaN]", b"\xff", b"{}{}", b""])
def test_small_documents_are_judged_alike(data: bytes) -> None:
    try:
        require_json(data, what="it")
    except MalformedError:
        assert not is_json(data)
    else:
        assert is_json(data)
