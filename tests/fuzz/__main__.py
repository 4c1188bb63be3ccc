"""`make fuzz`: every reader in turn under Atheris, and a table. Ends with 1 if there is a finding.

The corpus that grows is in .fuzz/corpus, outside of git; findings are in .fuzz/findings. A long run is
`make fuzz SECONDS=600`, one reader `make fuzz READERS="bundle sbom"`.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from tests.fuzz.driven import imported, start
from tests.fuzz.quiet import quiet

ROOT: Final = Path(__file__).resolve().parent.parent.parent
MEMORY_MAX: Final = 2048
"""MB; more is a finding of libFuzzer's."""

HANG: Final = 60
"""Seconds for one input, after which libFuzzer gives up; below it, the reader counts the seconds of CPU itself."""


class Fuzzed(Struct, frozen=True):
    """What a run of one reader came to. `paths` are the inputs that reached something new."""

    name: str
    inputs: int
    paths: int
    slowest: float
    seconds: float
    findings: tuple[str, ...]


class Fuzzing:
    """One reader that is fuzzed now; what it learnt before stands in its corpus."""

    def __init__(self, reader: Any, folder: Path, limits: Sequence[str]) -> None:  # noqa: ANN401 - see driven.py
        self._name = reader.name
        self._corpus, self._findings = folder / "corpus" / reader.name, folder / "findings"
        self._corpus.mkdir(parents=True, exist_ok=True)
        self._findings.mkdir(parents=True, exist_ok=True)
        for number, data in enumerate((*reader.seeds(), *reader.kept())):
            (self._corpus / f"seed-{number}").write_bytes(data)
        reader.warm()
        self._known = set(self._corpus.iterdir())
        self._count.unlink(missing_ok=True)
        artifacts = f"-artifact_prefix={self._findings}/{self._name}-libfuzzer-"
        self._began = time.monotonic()
        self.process = start(reader, self._findings, (*limits, artifacts, str(self._corpus)))

    def ended(self, code: int) -> Fuzzed:
        """What it came to."""
        told: dict[str, Any] = {"inputs": 0, "slowest": 0.0}
        if self._count.exists():
            told = json.loads(self._count.read_text())
        paths = len(set(self._corpus.iterdir()) - self._known)
        taken = time.monotonic() - self._began
        return Fuzzed(self._name, told["inputs"], paths, told["slowest"], taken, tuple(self._found(code)))

    @property
    def _count(self) -> Path:
        return self._findings / f"{self._name}.json"

    def _found(self, code: int) -> Iterator[str]:
        """The findings that are there, from earlier runs too; and an end of its process that is not a good one."""
        for path in sorted(self._findings.glob(f"{self._name}-????????????.txt")):
            yield f"{path}\n{path.read_text()}"
        if code:
            yield f"{self._findings}/{self._name}.log: ended with {code}"


def main() -> int:
    """0 if nothing was found."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("readers", nargs="*", help="which, all without")
    parser.add_argument("--seconds", type=int, default=10, help="for each reader")
    parser.add_argument("--inputs", type=int, default=-1, help="at most, for each reader")
    parser.add_argument("--jobs", type=int, default=1, help="readers at a time")
    parser.add_argument("--folder", type=Path, default=ROOT / ".fuzz")
    asked = parser.parse_args()
    known = imported()
    if unknown := set(asked.readers) - set(known):
        parser.error(f"no such reader: {', '.join(sorted(unknown))}; there are: {', '.join(known)}")
    quiet()
    limits = [f"-max_total_time={asked.seconds}", f"-runs={asked.inputs}", f"-timeout={HANG}"]
    limits += [f"-rss_limit_mb={MEMORY_MAX}", f"-max_len={sys.modules['tests.fuzz.reader'].SIZE_MAX}"]
    print(f"{'reader':28} {'inputs':>10} {'a second':>9} {'new paths':>9} {'slowest ms':>10}  findings")
    chosen = [known[name] for name in asked.readers or known]
    done = list(_each(chosen, asked.folder, limits, asked.jobs))
    found = [finding for one in done for finding in one.findings]
    slowest = max(done, key=lambda one: one.slowest)
    print(f"{sum(one.inputs for one in done)} inputs, {sum(one.paths for one in done)} new paths")
    print(f"slowest: {slowest.slowest:.3f} s of CPU ({slowest.name}); {len(found)} findings in {asked.folder}/findings")
    for finding in found:
        print(finding, file=sys.stderr)
    return 1 if found else 0


def _each(readers: Sequence[Any], folder: Path, limits: Sequence[str], jobs: int) -> Iterator[Fuzzed]:
    """So many at a time."""
    running: dict[int, Fuzzing] = {}
    waiting = list(readers)
    while waiting or running:
        while waiting and len(running) < jobs:
            one = Fuzzing(waiting.pop(0), folder, limits)
            running[one.process] = one
        process, status = os.wait()
        if process in running:
            yield _shown(running.pop(process).ended(os.waitstatus_to_exitcode(status)))


def _shown(one: Fuzzed) -> Fuzzed:
    rate = one.inputs / max(one.seconds, 0.001)
    print(f"{one.name:28} {one.inputs:10} {rate:9.0f} {one.paths:9} {one.slowest * 1000:10.0f}  {len(one.findings)}")
    sys.stdout.flush()
    return one


if __name__ == "__main__":
    sys.exit(main())
