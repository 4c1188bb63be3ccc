"""Reading a large SBOM takes work that grows with its bytes, whatever it holds."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import pydantic_core
import pytest

from bot.attestations.sbom_reading import read_scanned
from bot.attestations.scan import Scan
from bot.attestations.windows import WindowScan
from bot.errors import MalformedError


def _strings(size: int) -> bytes:
    return b'"files":[' + b",".join([b'"' + b"x" * 20_000 + b'"'] * (size // 20_000)) + b"]"


HOSTILE: Final[dict[str, Callable[[int], bytes]]] = {
    "strings larger than a window": _strings,
    "a string that never ends": lambda size: b'"files":[1,1,"' + b"x" * size,
    "an element that never ends": lambda size: b'"files":[{"a":1},{"a":1},{"a":[' + b'{"a":1},' * (size // 8),
    "elements that begin in many ways": lambda size: (
        b'"files":[' + b",".join(b'{"%d":1}' % at for at in range(size // 12)) + b"]"
    ),
    "beginnings within strings": lambda size: b'"files":[' + b",".join([rb'"a\",\"a"'] * (size // 10)) + b"]",
    "beginnings within lists": lambda size: (
        b'"files":[{"a":1},{"a":1},'
        + b",".join([b'{"a":[{"a":1},{"a":1}]}', b'{"b":[{"a":1},{"a":1}]}'] * (size // 48))
        + b"]"
    ),
    "wrong at the end of each window": lambda size: (
        b'"files":[' + b",".join([b"[1]", b"[1]", b'{"a":[' + b"[1]," * 4_000 + b"1]}"] * (size // 16_000)) + b"]"
    ),
    "lists within lists": lambda size: b'"files":[' + b"[" * 150 + b"[1]," * (size // 4) + b"1" + b"]" * 151,
    "blanks": lambda size: b'"files":[' + b",".join([b"1" + b" " * 2_000] * (size // 2_000)) + b"]",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_the_work_grows_with_the_bytes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted in bytes that are parsed, and in elements that are stepped over in Python."""
    work = 0

    def parsed(data: bytes, **_: object) -> Any:  # noqa: ANN401 - JSON is anything
        nonlocal work
        work += len(data)
        return from_json(data, allow_inf_nan=False)

    def stepped(scan: Scan) -> tuple[int, int]:
        nonlocal work
        start, end = step(scan)
        work += 1 + end - start
        return start, end

    from_json: Any = pydantic_core.from_json
    step = Scan._step
    monkeypatch.setattr(pydantic_core, "from_json", parsed)
    monkeypatch.setattr(Scan, "_step", stepped)
    for size in (200_000, 800_000):
        work = 0
        data = b'{"spdxVersion":"SPDX-2.3",' + HOSTILE[name](size) + b"}"
        with suppress(MalformedError):
            read_scanned(WindowScan(data, what="it", strict=True))
        assert work < 6 * len(data)
