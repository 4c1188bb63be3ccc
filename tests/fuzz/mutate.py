"""Changes an input at random: bytes, and in JSON also values, keys and what strings hold in base64."""

import base64
import binascii
import json
import random
from collections.abc import Callable
from typing import Any, Final

DEPTH_MAX: Final = 4
"""Documents in strings of documents: a bundle holds an envelope's payload, that a statement."""

ODD: Final[tuple[Any, ...]] = (
    None, True, 0, -1, 2**53, 2**64, 10**400, 1e308, "", "x", "\ud800", "\x00", "a" * 5000, [], {}, [[]], {"": None},
)  # fmt: skip
WORDS: Final = (
    b"\x00", b"\xff", b"\xed\xa0\x80", b"\n", b"\r\n", b"\t", b"'", b'"', b"`", b"$(", b"${", b"}}", b"{{", b"\\",
    b"<!", b"<@U1>", b"&amp;", b"*", b"?", b"[", b"]", b"{", b"}", b":", b"@", b"%", b"#", b"|", b"&", b";", b"---",
    b"<<EOF", b"!!", b"&a", b"*a", b"9" * 5000, b"sha256:", b"https://[", b"http://a:b@c:99999/", b"\xe2\x80\xae",
)  # fmt: skip


def mutated(data: bytes, chance: random.Random, most: int, others: Callable[[], bytes] = bytes) -> bytes:
    """A changed input of at most that many bytes. `others` gives other inputs, parts of which are taken over."""
    made = _document(data, chance, DEPTH_MAX) if chance.random() < 0.7 else None
    if made is None:
        made = data
        for _ in range(chance.choice((1, 1, 1, 2, 4))):
            made = _bytes(made, chance, others)
    return made[:most]


def _bytes(data: bytes, chance: random.Random, others: Callable[[], bytes]) -> bytes:
    start = chance.randint(0, len(data))
    end = min(len(data), start + chance.choice((0, 1, 1, 4, 30, 300)))
    before, middle, after = data[:start], data[start:end], data[end:]
    match chance.randrange(7):
        case 0:
            middle = b""
        case 1:
            middle = bytes(chance.randrange(256) for _ in range(chance.choice((1, 1, 2, 8))))
        case 2:
            middle += chance.choice(WORDS)
        case 3:
            middle *= chance.choice((2, 3, 100))
        case 4:
            middle = _part(others(), chance)
        case 5:
            middle = _part(data, chance)
        case _:
            middle = bytes(byte ^ 1 << chance.randrange(8) for byte in middle[:4]) + middle[4:]
    return before + middle + after


def _part(data: bytes, chance: random.Random) -> bytes:
    start = chance.randint(0, len(data))
    return data[start : start + chance.choice((1, 10, 100, 1000))]


def _document(data: bytes, chance: random.Random, depth: int) -> bytes | None:
    """One value of a JSON document is another one; None if it is not JSON."""
    if data[:1] not in {b"{", b"["}:
        return None
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return None
    _change(document, chance, depth)
    return json.dumps(document).encode(errors="surrogatepass")


def _change(document: Any, chance: random.Random, depth: int) -> None:  # noqa: ANN401 - any JSON
    """Go down to a random place, and change what stands there."""
    while True:
        keys = list(document) if isinstance(document, dict) else list(range(len(document)))
        if not keys:
            return
        key = chance.choice(keys)
        inner = document[key]
        if isinstance(inner, dict | list) and inner and chance.random() < 0.8:
            document = inner
            continue
        document[key] = _other(inner, document, chance, depth)
        if isinstance(document, dict) and chance.random() < 0.1:
            document[chance.choice(("", "x", str(key).upper(), "mediaType", "__proto__"))] = document.pop(key)
        return


def _other(value: Any, around: Any, chance: random.Random, depth: int) -> Any:  # noqa: ANN401 - any JSON
    match chance.randrange(6):
        case 0:
            return chance.choice(ODD)
        case 1:
            return chance.choice(list(around.values()) if isinstance(around, dict) else around)
        case 2:
            return [value] * chance.choice((1, 2, 300))
        case 3:
            return {"x": value}
        case _:
            return _changed_text(value, chance, depth) if isinstance(value, str) else chance.choice(ODD)


def _changed_text(text: str, chance: random.Random, depth: int) -> str:
    """Another text; of one that holds a document, or bytes in base64, another one that does."""
    inside = text.encode(errors="surrogatepass")
    if depth and (document := _document(inside, chance, depth - 1)) is not None:
        return document.decode(errors="replace")
    try:
        held = base64.b64decode(inside, validate=True) if len(inside) > 8 else b""
    except binascii.Error:
        held = b""
    if held and depth and chance.random() < 0.8:
        return base64.b64encode(_document(held, chance, depth - 1) or _bytes(held, chance, bytes)).decode()
    return _bytes(inside, chance, bytes).decode(errors="replace")
