"""Writes secrets into a file of variables that only its owner can read: `KEY=value`, a line each."""

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from bot.errors import UsageError

MODE: Final = 0o600
SIZE_MAX: Final = 256 * 1024
"""Bytes of a file that is already there."""

_PLAIN = re.compile(r"[A-Za-z0-9_./:#-]*")
"""What a shell, systemd and docker read alike, without quotes."""


def write_env(path: Path, variables: Mapping[str, str]) -> None:
    """Set these variables, keep all other lines. The file is replaced at once. Raises UsageError and OSError."""
    for name, value in variables.items():
        if not _PLAIN.fullmatch(value):
            raise UsageError(f"{name} has characters that do not fit into such a file")
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise UsageError(f"{path} is not a plain file")
    kept = [line for line in _lines(path) if line.partition("=")[0].removeprefix("export ").strip() not in variables]
    text = "".join(f"{line}\n" for line in (*kept, *(f"{name}={value}" for name, value in variables.items())))
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600 from the beginning
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).chmod(MODE)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _lines(path: Path) -> list[str]:
    if not path.exists():
        return []
    if path.stat().st_size > SIZE_MAX:
        raise UsageError(f"{path} is too large to be a file of variables")
    try:
        return path.read_text("utf-8").splitlines()
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not text") from None
