"""What a script runs by `task` and `just`, as far as it names it.

Both are words of English, too: they count only where a command begins.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from bot.workflows.model import FileKind
from bot.workflows.unresolved import words_of

DEFAULT: Final = "default"
"""What runs when no task is named: of a justfile, the first recipe."""
_BEFORE: Final = (
    r"(?:^|[;&|(`{!'\"]|(?<![\w-])(?:(?:el)?if|while|until|then|do|else|exec|sudo|time|run|x|-c|-|--|--run|--command)"
    r"(?=[ \t])"
    r"|(?:run|script|command|cmd):(?=[ \t]))[ \t'\"@-]*"
)
_GIVEN: Final = r"(?:[A-Za-z_]\w*=(?:\"[^\"\n]*\"|'[^'\n]*'|\$\{\{[^{}\n]*\}\}|[^\s\"'])*+[ \t]+)*+"
_PROGRAM: Final = (
    r"(?:\./(?:[\w.-]+/)*)?(?:(?P<task>go-task|task)|(?P<just>just|\{\{[ \t]*just(?:_executable\(\))?[ \t]*\}\}))"
)
_CALL: Final = re.compile(rf"{_BEFORE}{_GIVEN}{_PROGRAM}(?![\w./:=-])([^\n;&|]*)", re.MULTILINE)
_TAKES_VALUE: Final = frozenset(
    {"-f", "--justfile", "-d", "--working-directory", "--dir", "-t", "--taskfile", "-o", "--output", "-C", "-I"}
    | {"--shell", "--shell-arg", "--dotenv-filename", "--dotenv-path", "--concurrency", "--interval", "--color"}
)
_VARIABLE: Final = re.compile(r"(?<!\S)['\"]?(?:([A-Za-z_][\w-]*)=|--set[ \t]+([A-Za-z_][\w-]*))")
_TAKES_TWO: Final = "--set"
_SAYS_ONLY: Final = frozenset({"-l", "--list", "--list-all", "-a", "--summary", "--show", "-s", "--evaluate", "--fmt"})
"""With these, nothing runs."""


def tasks_in(script: str) -> Iterator[tuple[FileKind, str]]:
    """The names of all tasks and recipes that it runs; "" where it names none.

    A recipe of a module is also spelled with a blank: `just docker push` is `docker::push`, too.
    """
    for found in _CALL.finditer(script):
        kind = FileKind.TASKFILE if found["task"] else FileKind.JUST
        names = [*_names(found[3], all_are_names=kind is FileKind.JUST)]
        if None in names:
            continue
        spelled = [name for name in names if name]
        yield from ((kind, name) for name in spelled or [""])
        if kind is FileKind.JUST:
            yield from ((kind, f"{first}::{second}") for first, second in pairwise(spelled))


def given_in(script: str) -> Iterator[tuple[FileKind, str]]:
    """The variables to which it gives values as it runs tasks: `task TAG=1 push`, `just --set tag 1 push`."""
    for found in _CALL.finditer(script):
        kind = FileKind.TASKFILE if found["task"] else FileKind.JUST
        yield from ((kind, one[1] or one[2]) for one in _VARIABLE.finditer(found[3]))


def _names(arguments: str, *, all_are_names: bool) -> Iterator[str | None]:
    """The words that may be names; None where nothing is run. What `--` hands on to a task is not for it."""
    words = iter(words_of(arguments.replace('"', " ").replace("'", " ")))
    for word in words:
        if word in _SAYS_ONLY:
            yield None
        elif word in _TAKES_VALUE:
            next(words, "")
        elif word == _TAKES_TWO:
            next(words, "")
            next(words, "")
        elif word[0] in "#>" or (word == "--" and not all_are_names):
            return
        elif word[0] != "-" and "=" not in word:
            yield word.strip("`)").rpartition("/")[2]
