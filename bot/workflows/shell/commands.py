"""Words put together to commands: assignments, loops, redirections and what stands in $( … )."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from bot.workflows.shell.pieces import Operator, PieceKind, Word
from bot.workflows.shell.script import Script
from bot.workflows.shell.words import words

SUBSTITUTION_DEPTH = 5
"""Levels of $( … ) that are read; nobody writes more."""
SUBSTITUTIONS_MAX = 100
"""Of one command."""

_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(\+?)=")
_REDIRECTION = re.compile(r"\d*(?:<<<|<<-?|>>|>\||[<>]&|[<>])|&>>?")
_OPENING = {"if", "while", "until", "for", "case", "select", "{"}
_CLOSING = {"fi", "done", "esac", "}"}
_BETWEEN = {"then", "do", "else", "elif", "!", "time"}
_PREFIXES = {"sudo", "exec", "command", "env", "nohup", "export", "readonly", "local", "declare"}


@dataclass(frozen=True, slots=True)
class Assignment:
    """NAME=word, or NAME+=word."""

    name: str
    word: Word  # with the name and the equals sign in front
    skip: int  # characters of these
    appends: bool


@dataclass(frozen=True, slots=True)
class Command:
    """One simple command. `depth` counts the ifs and loops around it; above 0 it may not run, or run twice."""

    script: Script
    words: tuple[Word, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    redirected: tuple[tuple[str, Word], ...] = ()
    loop: str = ""  # for NAME in words
    depth: int = 0
    inside: tuple["Command", ...] = ()  # of its $( … )


@dataclass(slots=True)
class _Draft:
    words: list[Word] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    redirected: list[tuple[str, Word]] = field(default_factory=list)
    loop: bool = False


def commands(script: Script, substitutions: int = SUBSTITUTION_DEPTH) -> Iterator[Command]:
    """The commands of a script in the order in which they stand; those inside of $( … ) hang on theirs."""
    depth, draft, redirection = 0, _Draft(), ""
    for token in words(script.text):
        if isinstance(token, Operator):
            if _REDIRECTION.fullmatch(token.text):
                redirection = token.text
                continue
            yield from _finished(script, draft, depth, substitutions)
            draft, redirection = _Draft(), ""
            depth += (token.text == "(") - (token.text == ")" and depth > 0)
        elif redirection:
            draft.redirected.append((redirection.lstrip("0123456789"), token))
            redirection = ""
        elif not draft.words and not draft.assignments and token.bare in _OPENING | _CLOSING | _BETWEEN:
            depth = max(0, depth + (token.bare in _OPENING) - (token.bare in _CLOSING))
            draft.loop = token.bare in {"for", "select"}
        else:
            _add(draft, token)
    yield from _finished(script, draft, depth, substitutions)


def _add(draft: _Draft, word: Word) -> None:
    first = word.pieces[0] if word.pieces else None
    named = _ASSIGNMENT.match(first.text) if first and first.kind is PieceKind.LITERAL and not first.quoted else None
    if named and not _without_prefixes(draft.words):
        draft.assignments.append(Assignment(named[1], word, named.end(), named[2] == "+"))
    else:
        draft.words.append(word)


def _finished(script: Script, draft: _Draft, depth: int, substitutions: int) -> Iterator[Command]:
    if not (draft.words or draft.assignments):
        return
    plain = _without_prefixes(draft.words)
    loop = ""
    if draft.loop and plain and plain[0].bare:
        loop, plain = plain[0].bare, plain[1 + (len(plain) > 1 and plain[1].bare == "in") :]
    every = [*draft.words, *(assignment.word for assignment in draft.assignments)]
    yield Command(
        script,
        tuple(plain),
        tuple(draft.assignments),
        tuple(draft.redirected),
        loop,
        depth,
        tuple(_inside(script, every, depth, substitutions)),
    )


def _without_prefixes(every: list[Word]) -> list[Word]:
    """The words from the program's name on: without sudo, env and their flags."""
    at = 0
    while at < len(every) and every[at].bare in _PREFIXES:
        at += 1
        while at < len(every) and (every[at].bare or "").startswith("-"):
            at += 1
    return every[at:]


def _inside(script: Script, every: list[Word], depth: int, substitutions: int) -> Iterator[Command]:
    if not substitutions:
        return
    found = (piece for word in every for piece in word.pieces if piece.kind is PieceKind.SUBSTITUTION)
    for piece in islice(found, SUBSTITUTIONS_MAX):
        end = piece.start + len(piece.text)
        inner = Script(piece.text, script.whole, script.offsets[piece.start : end])
        for command in commands(inner, substitutions - 1):
            yield Command(
                inner, command.words, command.assignments, command.redirected, command.loop, depth + 1, command.inside
            )
