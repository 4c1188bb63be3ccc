"""A reader of outside bytes, and what counts as a finding: an exception that is not ours, or a slow input."""

import asyncio
import base64
import hashlib
import time
import traceback
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, field

from bot.errors import ProvenanceBotError

SLOW: Final = 1.0
"""Seconds of CPU for one input: other processes of the machine do not count."""

SIZE_MAX: Final = 64 * 1024
"""Bytes of an input. Bounds are tested elsewhere; here, that time does not grow faster than the size."""

CORPUS: Final = Path(__file__).parent / "corpus"
"""Inputs that are kept, in a folder for each reader: what once was a finding, and what reached new lines."""

REACHED: Final = "reached.b64"


class Reader(Struct, frozen=True):
    """`read` takes any bytes. `seeds` are inputs that are read well, made from the fixtures of other tests."""

    name: str
    read: Callable[[bytes], object]
    seeds: Callable[[], Iterable[bytes]] = field(default=lambda: ())

    def warm(self) -> None:
        """Read a seed, so that what is made once in a process (a grammar, a loop) is not counted as an input's time."""
        for seed in self.seeds():
            with suppress(Exception):
                self.read(seed)
            return

    def kept(self) -> list[bytes]:
        """The kept inputs of this reader: a file each, and lines of base64 in REACHED."""
        folder = CORPUS / self.name
        reached = folder / REACHED
        lines = reached.read_text().splitlines() if reached.exists() else []
        files = [path.read_bytes() for path in sorted(folder.glob("*")) if path.name != REACHED]
        return files + [base64.b64decode(line) for line in lines]


class Finding(Struct, frozen=True):
    """What went wrong with an input. Two inputs with the same `key` show the same fault."""

    reader: str
    key: str
    said: str
    data: bytes

    @property
    def name(self) -> str:
        """For a file that keeps the input."""
        return f"{self.reader}-{hashlib.sha256(self.key.encode()).hexdigest()[:12]}"


def tried(reader: Reader, data: bytes, *, slow: float = SLOW) -> tuple[float, Finding | None]:
    """Read it: the seconds of CPU that it took, and what is wrong with that; `slow` of them are too many."""
    began = time.process_time()
    try:
        reader.read(data)
    except ProvenanceBotError:
        pass
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        taken = time.process_time() - began
        return taken, Finding(reader.name, _place(error), "".join(traceback.format_exception(error)[-8:]), data)
    taken = time.process_time() - began
    if taken > slow:
        return taken, Finding(reader.name, "slow", f"{taken:.1f} s of CPU for {len(data)} bytes\n", data)
    return taken, None


def _place(error: BaseException) -> str:
    """The kind of error, and the innermost line of our own that led to it."""
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if "/bot/" in frame.filename]
    ours += [frame for frame in traceback.extract_tb(error.__traceback__) if "/handlers/" in frame.filename]
    return f"{type(error).__name__} {Path(ours[-1].filename).name}:{ours[-1].name}" if ours else type(error).__name__


class Loop:
    """One event loop for all inputs of a process."""

    _runner: asyncio.Runner | None = None

    @classmethod
    def run(cls, work: Coroutine[Any, Any, object]) -> object:
        """Wait for it."""
        if cls._runner is None:
            cls._runner = asyncio.Runner()
        return cls._runner.run(work)


def text_of(data: bytes) -> str:
    """The bytes as text of any characters, halves of characters among them."""
    return data.decode(errors="surrogateescape")


def clean_text_of(data: bytes) -> str:
    """The bytes as text that can be encoded, as everything is that came as UTF-8."""
    return data.decode(errors="replace")
