"""Files on disk: which ones a path means, where their repository begins, and their text as it is."""

import os
from collections.abc import Iterator
from pathlib import Path

from bot.errors import MalformedError, UsageError
from bot.workflows.readers.places import is_ci_file

BYTES_MAX = 2 * 1024 * 1024
"""Of one file; what its characters may be is the readers' limit."""
WALKED_MAX = 200_000
"""Names that are looked at in folders."""

_SKIPPED = {".git", ".hg", ".svn", ".venv", "venv", "node_modules", "target", "dist", "__pycache__"}


def read_text(path: Path) -> str:
    """A file's text as it is, newlines and byte order mark included.

    Raises MalformedError when it is too large or not UTF-8, OSError as usual.
    """
    with path.open("rb") as file:
        content = file.read(BYTES_MAX + 1)
    if len(content) > BYTES_MAX:
        raise MalformedError(f"{path}: more than the limit of {BYTES_MAX} bytes")
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise MalformedError(f"{path}: not UTF-8") from None


def files_of(given: Path) -> Iterator[Path]:
    """The files that a path means: itself, or the CI files of a folder.

    Raises UsageError when it is not there, or when there is too much to look through.
    """
    if given.is_file():
        yield given
    elif given.is_dir():
        yield from sorted(_in_folder(given))
    else:
        raise UsageError(f"{given}: no such file or folder")


def perhaps_files_of(given: Path) -> Iterator[Path]:
    """YAML files right in a folder that was named, whatever they are called: whoever names a folder means its files."""
    if given.is_dir():
        yield from sorted(path for path in given.glob("*.y*ml") if path.is_file() and not path.is_symlink())


def _in_folder(folder: Path) -> Iterator[Path]:
    walked = 0
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        walked += len(names)
        if walked > WALKED_MAX:
            raise UsageError(f"{folder}: more than {WALKED_MAX} files; name the folders that matter")
        here = Path(root)
        for name in names:
            if is_ci_file((here / name).relative_to(folder).as_posix(), folder.name) and not (here / name).is_symlink():
                yield here / name


def root_of(path: Path) -> Path:
    """The repository of a file: where .github or .git is; else the file's own folder."""
    absolute = path.resolve()
    for parent in absolute.parents:
        if (parent / ".git").exists() or (
            absolute.is_relative_to(parent / ".github") and (parent / ".github").is_dir()
        ):
            return parent
    return absolute.parent
