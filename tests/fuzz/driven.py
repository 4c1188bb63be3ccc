"""One reader under Atheris, in a process of its own that is forked when all is imported.

Atheris adds coverage to our modules while they are imported, which takes long and is done once; libFuzzer keeps the
inputs that reach new lines. What is found is written to a folder, and the run goes on: a finding does not hide the
next one.
https://github.com/google/atheris
"""

import importlib
import io
import json
import os
import random
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any, Final, NoReturn

from tests.fuzz.mutate import mutated

COUNT_EVERY: Final = 1.0
"""Seconds between two records of how far it is; the process may be killed at any time."""


def imported() -> Mapping[str, Any]:
    """All readers, with coverage. To be called before anything of ours is imported."""
    atheris = importlib.import_module("atheris")
    with redirect_stderr(io.StringIO()), atheris.instrument_imports(include=["bot", "handlers"]):
        readers: Mapping[str, Any] = importlib.import_module("tests.fuzz.readers").READERS
    return readers


class Run:
    """The inputs of one process, and what became of them."""

    def __init__(self, reader: Any, folder: Path) -> None:  # noqa: ANN401 - it is imported under coverage
        self._reader = reader
        self._folder = folder
        self._tried = importlib.import_module("tests.fuzz.reader").tried
        self._keys: set[str] = set()
        self._written = 0.0
        self._inputs = 0
        self._slowest = 0.0

    def one(self, data: bytes) -> None:
        """Read an input."""
        taken, finding = self._tried(self._reader, data)
        self._inputs += 1
        if taken > self._slowest:
            self._slowest = taken
            (self._folder / f"{self._reader.name}.slowest").write_bytes(data)
        if finding is not None and finding.key not in self._keys:
            self._keys.add(finding.key)
            (self._folder / f"{finding.name}.input").write_bytes(data)
            (self._folder / f"{finding.name}.txt").write_text(f"{finding.key}\n{finding.said}", errors="replace")
        if time.monotonic() - self._written > COUNT_EVERY:
            self.write()

    def write(self) -> None:
        """Say how far it is."""
        self._written = time.monotonic()
        told = {"inputs": self._inputs, "slowest": self._slowest}
        (self._folder / f"{self._reader.name}.json").write_text(json.dumps(told))


def start(reader: Any, folder: Path, options: Sequence[str]) -> int:  # noqa: ANN401 - as above
    """Fork, and fuzz there for as long as libFuzzer's options say. The id of the process."""
    sys.stdout.flush()
    process = os.fork()
    if process:
        return process
    log = os.open(folder / f"{reader.name}.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(log, sys.stdout.fileno())
    os.dup2(log, sys.stderr.fileno())
    return _fuzz(Run(reader, folder), options)


def _fuzz(run: Run, options: Sequence[str]) -> NoReturn:
    atheris = importlib.import_module("atheris")

    def change(data: bytes, most: int, seed: int) -> bytes:
        chance = random.Random(seed)  # noqa: S311 - libFuzzer's seed, so that a run can be repeated
        if chance.random() < 0.5:
            return bytes(atheris.Mutate(data, most))
        return mutated(data, chance, most)

    code = 1
    try:
        atheris.Setup([sys.argv[0], *options], run.one, custom_mutator=change)
        atheris.Fuzz()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0
    finally:
        run.write()
        os._exit(code)
