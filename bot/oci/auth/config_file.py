"""The bytes of a docker configuration. Apart from what they mean: most machines have none, and need no model of it."""

from pathlib import Path
from typing import Final

from bot.errors import MalformedError

CONFIG_MAX: Final = 1024 * 1024
"""Bytes; a file with 1,000 registries has 200 KB."""


def read_file(path: Path) -> bytes | None:
    """The file's bytes, one more than CONFIG_MAX at most; None when the file does not exist. Raises MalformedError."""
    try:
        with path.open("rb") as file:
            return file.read(CONFIG_MAX + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise MalformedError(f"{path} cannot be read: {error.strerror}") from error
