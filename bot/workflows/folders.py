"""Files on disk: which ones a path means, where their repository begins, and their text as it is."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from bot.errors import MalformedError, UsageError
from bot.workflows.places import (
    is_aside,
    is_ci_file,
    is_other_ci_file,
    is_other_pipeline,
    is_shell,
    is_tasks,
    is_unread,
    may_be_script,
)
from bot.workflows.readers import package_json

BYTES_MAX = 2 * 1024 * 1024
"""Of one file; what its characters may be is the readers' limit."""
WALKED_MAX = 200_000
"""Names that are looked at in folders."""
LINE_MAX = 200
"""Bytes of a first line."""
DEPTH_MAX = 60
"""Folders inside of each other."""

_SKIPPED = {".git", ".hg", ".svn", ".venv", "venv", "node_modules", "target", "dist", "__pycache__"}


def read_text(path: Path) -> str:
    """A file's text as it is, newlines and byte order mark included.

    Raises MalformedError when it is too large or not UTF-8, OSError as usual, also for a folder that cannot be listed.
    """
    if path.is_dir():
        next(path.iterdir(), None)
    with path.open("rb") as file:
        content = file.read(BYTES_MAX + 1)
    if len(content) > BYTES_MAX:
        raise MalformedError(f"{path}: more than the limit of {BYTES_MAX} bytes")
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise MalformedError(f"{path}: not UTF-8") from None


def files_of(given: Path, *, everything: bool = False) -> Iterator[Path]:
    """The files that a path means: itself, or the CI files of a folder and the folders in it that cannot be read.

    What publishes nothing (fixtures, examples, tests, compose files for development) is left out of a folder, unless
    `everything` is wanted.

    Raises UsageError when it is not there, or when there is too much to look through.
    """
    try:
        mode = given.stat().st_mode
    except OSError as error:
        raise UsageError(f"{given}: {error.strerror}") from None
    if stat.S_ISDIR(mode):
        yield from sorted(_in_folder(given, everything=everything))
    elif stat.S_ISREG(mode):
        yield given
    else:
        raise UsageError(f"{given}: neither a file nor a folder")


def perhaps_files_of(given: Path, *, everything: bool = False) -> Iterator[Path]:
    """YAML files right in a folder that was named, whatever they are called: whoever names a folder means its files."""
    if given.is_dir():
        wanted = (path for path in given.glob("*.y*ml") if everything or not is_aside(path.name))
        yield from sorted(path for path in wanted if _is_plain(path))


def other_ci_files_of(root: Path) -> Iterator[Path]:
    """Configurations of other CI systems in a repository, which may run its scripts and make targets."""
    walked = 0
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        walked += len(names)
        here = Path(folder)
        if walked > WALKED_MAX or len(here.relative_to(root).parts) > DEPTH_MAX:
            return
        for name in sorted(names):
            if is_other_ci_file((here.relative_to(root) / name).as_posix()) and _is_plain(here / name):
                yield here / name


def _in_folder(folder: Path, *, everything: bool) -> Iterator[Path]:
    walked = 0
    closed: list[OSError] = []
    named = Path(folder.resolve().name)
    for root, folders, names in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        walked += len(names)
        here = Path(root)
        inside = here.relative_to(folder)
        if walked > WALKED_MAX or len(inside.parts) > DEPTH_MAX:
            limits = f"{WALKED_MAX} files or {DEPTH_MAX} levels"
            raise UsageError(f"{folder}: more than {limits}; name the folders that matter")
        for name in names:
            wanted = everything or not is_aside((inside / name).as_posix())
            if wanted and _is_ours(named, inside / name) and _is_for_us(here / name):
                yield here / name
    yield from (Path(error.filename) for error in closed)


def _is_ours(named: Path, inside: Path) -> bool:
    """By its path in the folder that was named, and the name of that."""
    path = inside.as_posix()
    by_path = is_ci_file((named / inside).as_posix()) or is_other_pipeline(path)
    return by_path or is_unread(inside.name) or is_tasks(inside.name) or may_be_script(path)


def _is_for_us(path: Path) -> bool:
    """By its content: a package.json only if its scripts may have to do with images, as there may be hundreds."""
    try:
        if _is_plain(path) and path.name == package_json.NAME:
            return package_json.may_matter(read_text(path))
        told = is_unread(path.name) or is_tasks(path.name) or not may_be_script(f"bin/{path.name}")
        return _is_plain(path) and (told or is_script(path))
    except (MalformedError, OSError):
        return False


def is_script(path: Path) -> bool:
    """Whether its first line names a shell. Raises OSError as usual."""
    with path.open("rb") as file:
        return is_shell(file.readline(LINE_MAX).decode(errors="replace"))


def _is_plain(path: Path) -> bool:
    """Neither a link, which may lead anywhere, nor a pipe or device, which may never end."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:  # gone since
        return False


def root_of(path: Path) -> Path:
    """The repository of a file: where .github or .git is; else the file's own folder."""
    absolute = path.resolve()
    for parent in absolute.parents:
        if (parent / ".git").exists() or (
            absolute.is_relative_to(parent / ".github") and (parent / ".github").is_dir()
        ):
            return parent
    return absolute.parent
