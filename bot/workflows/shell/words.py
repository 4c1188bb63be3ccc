"""Shell text cut into words and operators: quotes, escapes, comments, continuations and here-documents understood.

POSIX, https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from bot.workflows.kept import kept
from bot.workflows.shell.dollar import closing, dollar
from bot.workflows.shell.pieces import Operator, Piece, PieceKind, Word

_OPERATOR = re.compile(r"\d*(?:<<<|<<-?|>>|>\||[<>]&|[<>])|&>>?|&&|\|\||;;&?|;&|\|&|[;&|()\n]")
_BLANK = " \t\r\\"
"""What blanks begin with."""
_BLANKS = re.compile(r"(?:[ \t\r]|\\\r?\n)+")
_OPERATES = "0123456789<>&|;()\n"
"""What operators begin with, besides the digits of other scripts."""
_PROCESS = ("<(", ">(")
"""A command in a word of bash, which stands for the path of what it writes or reads."""
_BREAK = re.compile(r"\\\r?\n")
_PLAIN = re.compile(r"[^\s\\'\"$`;&|()<>]+")
_SIMPLE = re.compile(
    r"(?:[ \t\r]|\\\r?\n)*+((?=[\0-\x7f])[^\s\\'\"$`;&|()<>#\d][^\s\\'\"$`;&|()<>]*+)"
    r"(?![<>]\()(?=[ \t\r\n;&|()<>]|\Z)"
)
"""Blanks and a word without anything special, as most are. Operators may begin with a digit of any script."""
_IN_QUOTES = re.compile(r"[^\\\"$`]+")
_DELIMITER = re.compile(r"[ \t]*(['\"]?)([^\s'\";&|<>()]+)\1")
_DIGITS = "0123456789"
_LITERAL: Final = PieceKind.LITERAL
_made: Final[Any] = tuple.__new__
"""A named tuple from its values, as in yaml_reader.py: most words of a script are made here."""


@kept
def tokens_of(text: str) -> tuple[Word | Operator, ...]:
    """The words and operators of a whole script, in order."""
    return tuple(words(text))


def words(text: str, start: int = 0) -> Iterator[Word | Operator]:
    """The words and operators of a script, in order; bodies of here-documents are left out.

    `start` is where the text begins in the whole script. Never fails: what is not closed ends with the script.
    """
    at, waiting = 0, list[str]()  # delimiters of here-documents whose body begins on the next line
    while at < len(text):
        if simple := _SIMPLE.match(text, at):
            begin, at = simple.span(1)
            piece = _made(Piece, (_LITERAL, simple[1], False, 0))
            yield _made(Word, ((piece,), start + begin, start + at))
        elif text[at] in _BLANK and (blank := _BLANKS.match(text, at)):
            at = blank.end()
        elif text[at] == "#":
            at = _line_end(text, at)
        elif not text.startswith(_PROCESS, at) and (operator := _operator(text, at)):
            yield Operator(operator[0], start + at)
            at = operator.end()
            if operator[0] == "\n":
                at = _skip_bodies(text, at, waiting)
            elif operator[0].lstrip(_DIGITS) in {"<<", "<<-"} and (delimiter := _DELIMITER.match(text, at)):
                waiting.append(delimiter[2])
        else:
            begin, pieces = at, list[Piece]()
            at = _pieces(text, at, pieces)
            yield Word(tuple(pieces), start + begin, start + at)


def _operator(text: str, at: int) -> re.Match[str] | None:
    return _OPERATOR.match(text, at) if text[at] in _OPERATES or not text[at].isascii() else None


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _skip_bodies(text: str, at: int, waiting: list[str]) -> int:
    while waiting:
        delimiter = waiting.pop(0)
        while at < len(text):
            end = _line_end(text, at)
            line, at = text[at:end].strip(" \t\r"), min(len(text), end + 1)
            if line == delimiter:
                break
    return at


def _pieces(text: str, at: int, pieces: list[Piece]) -> int:
    """Append what a word is made of; where it ends."""
    while at < len(text):
        if plain := _PLAIN.match(text, at):
            pieces.append(Piece(PieceKind.LITERAL, plain[0]))
            at = plain.end()
        elif text[at] == "\\" and (broken := _BREAK.match(text, at)):
            at = broken.end()
        elif text[at] == "\\":
            pieces.append(Piece(PieceKind.LITERAL, text[at + 1 : at + 2], quoted=True))
            at = min(len(text), at + 2)
        elif text[at] == "'":
            end = text.find("'", at + 1)
            end = len(text) if end < 0 else end
            pieces.append(Piece(PieceKind.LITERAL, text[at + 1 : end], quoted=True))
            at = min(len(text), end + 1)
        elif text[at] == '"':
            at = _double_quoted(text, at, pieces)
        elif text[at] in "$`":
            piece, at = dollar(text, at, quoted=False)
            pieces.append(piece)
        elif text.startswith(_PROCESS, at):
            end = closing(text, at + 1)
            pieces.append(Piece(PieceKind.OPAQUE, "$" + text[at + 1 : end], quoted=True))
            at = end
        elif text[at].isspace() and text[at] not in " \t\r\n":  # no blank to a shell
            pieces.append(Piece(PieceKind.LITERAL, text[at]))
            at += 1
        else:
            break
    return at


def _double_quoted(text: str, start: int, pieces: list[Piece]) -> int:
    """Append what stands between these quotes; where it ends."""
    at, before = start + 1, len(pieces)
    while at < len(text) and text[at] != '"':
        if plain := _IN_QUOTES.match(text, at):
            pieces.append(Piece(PieceKind.LITERAL, plain[0], quoted=True))
            at = plain.end()
        elif text[at] == "\\" and (broken := _BREAK.match(text, at)):
            at = broken.end()
        elif text[at] == "\\":
            kept = text[at + 1 : at + 2]
            pieces.append(Piece(PieceKind.LITERAL, kept if kept and kept in '$`"\\' else "\\" + kept, quoted=True))
            at += 2
        else:
            piece, at = dollar(text, at, quoted=True)
            pieces.append(piece)
    if len(pieces) == before:  # "" is a word too
        pieces.append(Piece(PieceKind.LITERAL, "", quoted=True))
    return min(len(text), at + 1)
