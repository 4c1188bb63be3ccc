"""The version of this program."""

import hashlib
import subprocess
from functools import cache
from pathlib import Path
from typing import Final

VERSION: Final = "0.1.0"
"""The same as in pyproject.toml. To look for the installed package would cost each check some milliseconds."""

HERE = Path(__file__).parent


def own_version() -> str:
    """The version of this program, as pyproject.toml has it."""
    return VERSION


def own_commit() -> str:
    """The first 12 hex digits of the commit: of a wheel as it was built, of a checkout as git says; else empty."""
    try:
        return (HERE / "commit.txt").read_text().strip()[:12]
    except OSError:
        pass
    if not (HERE.parent / ".git").exists():
        return ""  # git would answer for whatever repository stands around it
    words = ["git", "-C", str(HERE.parent), "rev-parse", "HEAD"]
    try:
        found = subprocess.run(words, capture_output=True, text=True, check=False, timeout=5)  # noqa: S603 - our own words
    except (OSError, subprocess.SubprocessError):
        return ""
    return found.stdout.strip()[:12] if found.returncode == 0 else ""


@cache
def own_build() -> str:
    """The version and a digest of the code: a checkout can change without a new version number."""
    return f"{own_version()}+{code_digest(HERE)}"


def code_digest(folder: Path) -> str:
    """The first 16 hex digits of a digest of all Python files in the folder, with their names."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        data = path.read_bytes()
        total.update(f"{path.relative_to(folder).as_posix()}\0{len(data)}\0".encode() + data)
    return total.hexdigest()[:16]
