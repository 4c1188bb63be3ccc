"""Makefiles, Taskfiles and justfiles read anew, where calls of them give variables other values: `make TAG=1 push`."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from bot.errors import MalformedError
from bot.workflows.called import Called
from bot.workflows.model import CiFile
from bot.workflows.readers import read_file
from bot.workflows.script_words import ReadScript


def read_as_given(
    files: Iterable[tuple[Path, CiFile]], scripts: Iterable[ReadScript]
) -> Iterator[tuple[Path, CiFile, Called]]:
    """Those files in which these scripts may change a variable; what it holds is not known then."""
    given = frozenset(one for script in scripts for one in script.given)
    for path, file in files if given else ():
        used = sorted(name for kind, name in given if kind is file.kind and name in file.source.text)
        if used:
            called = Called(given=dict.fromkeys(used, ()))
            with suppress(MalformedError):
                yield path, read_file(file.source, called), called
