"""What one script names: words, paths, and what it runs by make, task, just, npm and the like, and GoReleaser."""

import posixpath
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import PurePosixPath
from typing import Final

from msgspec import Struct

from bot.workflows.model import FileKind
from bot.workflows.task_words import given_in, tasks_in
from bot.workflows.unresolved import EXPRESSION, words_of

_MAKE = re.compile(r"(?:(?<![\w./-])g?make|\$[({]MAKE[)}])(?![\w./-])([^\n;&|]*)")
WORD = re.compile(r"[\w.%-]+")
_PATH = re.compile(r"(?<![^\s\"'`;&()=\[,])[\w./${}-]+(?![^\s\"'`;&()\],])")
_COMMENT = re.compile(r"(?:^|(?<=\s))#[^\n]*")
_JOINED = re.compile(r"\\\r?\n")
_FOLDER_BEFORE = re.compile(r"(?:^|[\n;&|({])[ \t]*cd[ \t]+([\w./-]+)[ \t]*(?:&&|;)[ \t]*$")
_FOLDER_OF_MAKE = re.compile(r"(?<!\S)(?:-C[ \t]*|--directory[= ])([\w./-]+)(?!\S)")
_BEFORE_MAX: Final = 300
"""Characters before a call of make in which it may be told where that runs."""
_GIVEN_TO_MAKE = re.compile(r"(?<!\S)['\"]?([A-Za-z_][\w.-]*+)(?:[?+]|:{1,3})?=")
_READ_BY_MAKE: Final = {"-C", "-f", "-j", "-I", "-o", "-W"}
_GORELEASER = re.compile(r"(?<![\w-])goreleaser[ \t]")
_RELEASE = re.compile(r"\brelease\b")
_SKIPPED = re.compile(r"--skip[=-](\S*)")
_CHOSEN = re.compile(r"(?:&&|\|\|)\s*'([^']*+)'")
"""What an expression may turn out to be: `${{ inputs.dry_run && '--skip=publish' || '' }}`."""
_CHOICES_MAX: Final = 8
"""How many are looked at: each takes the length of the line once more."""
_CONFIG = re.compile(r"(?:--config|-f)[ =]([^\s]+)")
_PACKAGE = re.compile(r"(?<![\w./-])(?:npm|pnpm|yarn|bun|npm-run-all2?|run-[ps]|node[ \t]+--run)(?![\w./-])([^\n;&|]*)")
_READ_BY_NPM: Final = {"-w", "--workspace", "--prefix", "-C", "--cwd", "--dir", "--filter", "-F", "--loglevel"}
_OWN_WORDS: Final = {"run", "run-script", "workspace"}


class ReadScript(Struct, frozen=True):
    """Words, the goals of each call of make, scripts of a package.json, and tasks of a Taskfile or justfile.

    `given` are variables to which calls of make, task and just give values, each with the folder that the call runs in,
    or "" where that is not told. `paths` are the last part and the last two parts of words that may be paths.
    """

    words: frozenset[str]
    paths: frozenset[str]
    goals: tuple[tuple[str, ...], ...]
    packaged: frozenset[str]
    tasks: frozenset[tuple[FileKind, str]]
    given: frozenset[tuple[FileKind, str, str]]


def read_script(script: str) -> ReadScript:
    """All of it, in one pass for each kind; lines that a backslash continues are one."""
    joined = _JOINED.sub(" ", script)
    words = {*WORD.findall(joined), *(f"config:{one}" for one in configs_in(joined))}
    found = _PATH.findall(_COMMENT.sub("", joined))
    paths = {"/".join(word.split("/")[-parts:]) for word in found for parts in (1, 2)}
    made = _MAKE.findall(joined)
    packaged = {word for found in _PACKAGE.finditer(joined) for word in _packaged(found[1])}
    return ReadScript(
        frozenset(words),
        frozenset(paths),
        tuple(tuple(_goals(arguments)) for arguments in made),
        frozenset(packaged),
        frozenset(tasks_in(joined)),
        frozenset((*_given_to_make(joined), *((kind, name, "") for kind, name in given_in(joined)))),
    )


def _given_to_make(script: str) -> Iterator[tuple[FileKind, str, str]]:
    """`cd images && make TAG=1 push` gives TAG to the Makefile in `images` alone."""
    for found in _MAKE.finditer(script):
        names = _GIVEN_TO_MAKE.findall(found[1])
        told = _FOLDER_OF_MAKE.search(found[1]) or (
            _FOLDER_BEFORE.search(script[max(0, found.start() - _BEFORE_MAX) : found.start()]) if names else None
        )
        folder = posixpath.normpath(told[1]) if told else ""
        yield from ((FileKind.MAKE, name, "" if folder.startswith((".", "/")) else folder) for name in names)


def _goals(arguments: str) -> Iterator[str]:
    words = iter(words_of(arguments.replace('"', " ").replace("'", " ")))
    for word in words:
        if word in _READ_BY_MAKE:
            next(words, "")
        elif word[0] not in "-#>)" and "=" not in word:
            yield word.strip("`)")


def _packaged(arguments: str) -> Iterator[str]:
    """The scripts of a package.json that npm, pnpm, yarn or bun is told to run; what `--` hands on is not for them.

    Each word may be one: `npm-run-all` takes several, and the other words there are not names of scripts.
    """
    words = iter(arguments.replace('"', " ").replace("'", " ").split())
    for word in words:
        if word == "--":
            return
        if word in _READ_BY_NPM:
            next(words, "")
        elif not word.startswith("-") and word not in _OWN_WORDS:
            yield word.strip("`)")


def configs_in(script: str) -> Iterator[str]:
    """The same of command lines."""
    for line in script.splitlines():
        if any(map(_publishes, _choices(line))):
            named = _CONFIG.search(line)
            yield PurePosixPath(named[1]).name if named else ""


def _choices(line: str) -> Iterator[str]:
    """The line with each text that one of its expressions may turn out to be; as it is where there is none."""
    if "${{" not in line or _GORELEASER.search(line) is None:
        yield line
        return
    chosen = (text for one in EXPRESSION.findall(line) for text in _CHOSEN.findall(one))
    rest = EXPRESSION.sub(" ", line)
    for text in islice(dict.fromkeys(chosen) or ("",), _CHOICES_MAX):
        yield f"{rest} {text}"


def _publishes(line: str) -> bool:
    """Whether GoReleaser releases here; in steps: one pattern takes the square of a line's length."""
    called = _GORELEASER.search(line)
    if called is None or _RELEASE.search(line, called.end()) is None or "--snapshot" in line:
        return False
    return not any(what in skipped for skipped in _SKIPPED.findall(line) for what in ("publish", "docker"))
