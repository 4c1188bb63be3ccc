"""Makefiles, Taskfiles and justfiles read anew, where calls of them give variables other values: `make TAG=1 push`."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from bot.errors import MalformedError
from bot.workflows.called import Called
from bot.workflows.model import CiFile, FileKind
from bot.workflows.readers import read_file
from bot.workflows.script_words import ReadScript

_RUNS_OTHERS = re.compile(r"\bmake\b|\bMAKE\b|^-?s?include\b", re.MULTILINE)
"""A Makefile with one of these may hand variables on."""


def read_as_given(
    files: Iterable[tuple[Path, CiFile]], scripts: Iterable[ReadScript]
) -> Iterator[tuple[Path, CiFile, Called]]:
    """Those files in which these scripts may change a variable; what it holds is not known then."""
    given = frozenset(one for script in scripts for one in script.given)
    files = list(files) if given else []
    apart = {folder for _, _, folder in given if folder and not _hands_on(folder, files)}
    for path, file in files:
        there = {folder for folder in apart if _is_in(path, folder)}
        used = sorted(
            {
                name
                for kind, name, folder in given
                if kind is file.kind and name in file.source.text and (folder not in apart or folder in there)
            }
        )
        if used:
            called = Called(given=dict.fromkeys(used, ()))
            with suppress(MalformedError):
                yield path, read_file(file.source, called), called


def _hands_on(folder: str, files: Iterable[tuple[Path, CiFile]]) -> bool:
    """Whether what is given to make in that folder may reach other Makefiles; so it does where none is read there."""
    own = [file for path, file in files if file.kind is FileKind.MAKE and _is_in(path, folder)]
    return not own or any(_RUNS_OTHERS.search(file.source.text) for file in own)


def _is_in(path: Path, folder: str) -> bool:
    return f"/{path.parent.as_posix()}".endswith(f"/{folder}")
