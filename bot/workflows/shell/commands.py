"""Words put together to commands: assignments, loops, redirections and what stands in $( … )."""

import re
from collections.abc import Iterator

from msgspec import Struct, field

from bot.values import replace
from bot.workflows.kept import kept
from bot.workflows.shell.pieces import Operator, Piece, PieceKind, Word
from bot.workflows.shell.words import tokens_of, words

SUBSTITUTION_DEPTH = 5
"""Levels of $( … ) that are read; nobody writes more."""
SUBSTITUTIONS_MAX = 100
"""Of one command."""

_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(\+?)=")
_OPENING = {"if", "while", "until", "for", "case", "select", "{"}
_CLOSING = {"fi", "done", "esac", "}"}
_RESERVED = _OPENING | _CLOSING | {"then", "do", "else", "elif", "!", "time"}
_PREFIXES = {"sudo", "exec", "command", "env", "nohup", "export", "readonly", "local", "declare"}


class Assignment(Struct, frozen=True):
    """NAME=word, or NAME+=word."""

    name: str
    word: Word  # with the name and the equals sign in front
    skip: int  # characters of these
    appends: bool


class Command(Struct, frozen=True):
    """One simple command. `depth` counts the ifs and loops around it; above 0 it may not run, or run twice.

    Its words know where they stand in the whole script, also those of commands inside of others.
    """

    words: tuple[Word, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    redirected: tuple[tuple[str, Word], ...] = ()
    loop: str = ""  # for NAME in words
    depth: int = 0
    inside: tuple["Command", ...] = ()  # of its $( … )


class _Draft(Struct):
    words: list[Word] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    redirected: list[tuple[str, Word]] = field(default_factory=list)
    loop: bool = False


@kept
def commands_of(text: str) -> tuple[Command, ...]:
    """The commands of a script in the order in which they stand; those inside of $( … ) hang on theirs."""
    return tuple(_commands(text, 0, SUBSTITUTION_DEPTH))


def _commands(text: str, start: int, substitutions: int) -> Iterator[Command]:
    """`start` is where the text begins in the whole script."""
    depth, draft, redirection = 0, _Draft(), ""
    for token in words(text, start) if start else tokens_of(text):
        if isinstance(token, Operator):
            if "<" in token.text or ">" in token.text:
                redirection = token.text
                continue
            if draft.words or draft.assignments:
                yield _finished(draft, depth, start, substitutions)
                draft = _Draft()
            draft.redirected, draft.loop, redirection = [], False, ""
            depth += (token.text == "(") - (token.text == ")" and depth > 0)
        elif redirection:
            draft.redirected.append((redirection.lstrip("0123456789"), token))
            redirection = ""
        elif not draft.words and not draft.assignments and (bare := token.bare) in _RESERVED:
            depth = max(0, depth + (bare in _OPENING) - (bare in _CLOSING))
            draft.loop = bare in {"for", "select"}
        else:
            _add(draft, token)
    if draft.words or draft.assignments:
        yield _finished(draft, depth, start, substitutions)


def _add(draft: _Draft, word: Word) -> None:
    first = word.pieces[0] if word.pieces else None
    named = _ASSIGNMENT.match(first.text) if first and "=" in first.text and _is_bare(first) else None
    if named and not _without_prefixes(draft.words):
        draft.assignments.append(Assignment(named[1], word, named.end(), named[2] == "+"))
    else:
        draft.words.append(word)


def _is_bare(piece: Piece) -> bool:
    return piece.kind is PieceKind.LITERAL and not piece.quoted


def _finished(draft: _Draft, depth: int, start: int, substitutions: int) -> Command:
    plain = _without_prefixes(draft.words)
    loop = ""
    if draft.loop and plain and plain[0].bare:
        loop, plain = plain[0].bare, plain[1 + (len(plain) > 1 and plain[1].bare == "in") :]
    every = [*draft.words, *(assignment.word for assignment in draft.assignments)]
    return Command(
        tuple(plain),
        tuple(draft.assignments),
        tuple(draft.redirected),
        loop,
        depth,
        tuple(_inside(every, depth, start, substitutions)),
    )


def _without_prefixes(every: list[Word]) -> list[Word]:
    """The words from the program's name on: without sudo, env and their flags."""
    at = 0
    while at < len(every) and every[at].bare in _PREFIXES:
        at += 1
        while at < len(every) and (every[at].bare or "").startswith("-"):
            at += 1
    return every[at:]


def _inside(every: list[Word], depth: int, start: int, substitutions: int) -> Iterator[Command]:
    if not substitutions:
        return
    found = [piece for word in every for piece in word.pieces if piece.kind is PieceKind.SUBSTITUTION]
    for piece in found[:SUBSTITUTIONS_MAX]:
        for command in _commands(piece.text, start + piece.start, substitutions - 1):
            yield replace(command, depth=depth + 1)
