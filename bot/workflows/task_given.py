"""Taskfiles and justfiles read anew, where calls of them give variables other values: `just image=quay.io/x push`."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from bot.errors import MalformedError
from bot.workflows.called import Called
from bot.workflows.model import CiFile
from bot.workflows.readers import read_file
from bot.workflows.script_words import ReadScript
from bot.workflows.task_spaces import BETWEEN


def read_as_given(
    files: Iterable[tuple[Path, CiFile]], scripts: Iterable[ReadScript]
) -> Iterator[tuple[Path, CiFile, Called]]:
    """Those files in which these scripts may change a variable; what it holds is not known then."""
    given = frozenset(name for one in scripts for name in one.given)
    for path, file in files if given else ():
        used = sorted(name for name in given if name in file.source.text) if file.kind in BETWEEN else ()
        if used:
            called = Called(given=dict.fromkeys(used, ()))
            with suppress(MalformedError):
                yield path, read_file(file.source, called), called
