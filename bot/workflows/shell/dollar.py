"""What a $ or a backtick begins inside of a word."""

import re

from bot.workflows.shell.pieces import Piece, PieceKind
from bot.workflows.unresolved import EXPRESSION

_BRACED = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_NAMED = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")
_SPECIAL = re.compile(r"\$[0-9@*#?!$-]")
_CLOSES = {"(": ")", "{": "}"}
_ESCAPED = re.compile(r"\$'((?:[^'\\]|\\.)*+)(?:'|\\?\Z)", re.DOTALL)
"""Text in which a backslash keeps a quote from ending it. https://www.gnu.org/software/bash/manual/html_node/ANSI_002dC-Quoting.html"""
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_MEANT = {"n": "\n", "t": "\t", "\\": "\\", "'": "'", '"': '"'}


def dollar(text: str, at: int, *, quoted: bool) -> tuple[Piece, int]:
    """The piece that begins at `at`, and where it ends; one that is not closed ends with the text."""
    if found := EXPRESSION.match(text, at):
        return Piece(PieceKind.EXPRESSION, expression(found[1]), quoted), found.end()
    if found := _BRACED.match(text, at) or _NAMED.match(text, at):
        return Piece(PieceKind.VARIABLE, found[1], quoted), found.end()
    if text.startswith(("$((", "${"), at):
        end = closing(text, at + 1)
        return Piece(PieceKind.OPAQUE, text[at:end], quoted), end
    if text.startswith(("$(", "`"), at):
        return _substitution(text, at, quoted=quoted)
    if text[at + 1 : at + 2] in {"'", '"'} and not quoted:
        return _before_quotes(text, at)
    special = _SPECIAL.match(text, at)
    end = at + (2 if special else 1)
    return Piece(PieceKind.OPAQUE if special else PieceKind.LITERAL, text[at:end], quoted), end


def _before_quotes(text: str, at: int) -> tuple[Piece, int]:
    """$'…' is a text with escapes; the $ of $"…" asks for a translation, and says nothing else."""
    if found := _ESCAPED.match(text, at):
        plain = _ESCAPE.sub(lambda escape: _MEANT.get(escape[1], escape[0]), found[1])
        return Piece(PieceKind.LITERAL, plain, quoted=True), found.end()
    return Piece(PieceKind.LITERAL, ""), at + 1


def _substitution(text: str, at: int, *, quoted: bool) -> tuple[Piece, int]:
    if text[at] == "$":
        end = closing(text, at + 1)
        return Piece(PieceKind.SUBSTITUTION, text[at + 2 : end].removesuffix(")"), quoted, at + 2), end
    end = text.find("`", at + 1)
    end = len(text) if end < 0 else end
    return Piece(PieceKind.SUBSTITUTION, text[at + 1 : end], quoted, at + 1), min(len(text), end + 1)


def expression(inside: str) -> str:
    """A CI expression in the one spelling that we compare by."""
    return "${{ " + inside.strip() + " }}"


def closing(text: str, opening: int) -> int:
    """After the bracket that closes the one at `opening`, quotes respected; the end of the text when none does."""
    return follow(text, opening + 1, [_CLOSES[text[opening]]])


def follow(text: str, at: int, opened: list[str]) -> int:
    """After the character that closes the first of what is `opened`; the end of the text when none does.

    `opened` are the characters that close what is open, the innermost last. What is open at the end of the text stays
    in it. Each character is looked at once.
    """
    while at < len(text) and opened:
        inner, char = opened[-1], text[at]
        if char == "\\":
            at += 1
        elif char == inner[0]:
            opened.pop()
        elif char == "$" and text[at + 1 : at + 2] in _CLOSES:
            at += 1
            opened.append(_CLOSES[text[at]] + ("" if text[at] == "(" else _quoted(inner)))
        elif inner == '"':
            pass
        elif (
            char == "'"
            and inner != _BRACE_IN_QUOTES
            and text[at - 1] == "$"
            and (found := _ESCAPED.match(text, at - 1))
        ):
            at = found.end() - 1
        elif char == '"' or (char == "'" and inner != _BRACE_IN_QUOTES):
            at = _quote(text, at, opened)
        elif char == "#" and inner == ")" and text[at - 1].isspace():
            at = end if (end := text.find("\n", at)) >= 0 else len(text)
        elif _CLOSES.get(char) == inner[0]:
            opened.append(inner)
        at += 1
    return min(at, len(text))


_BRACE_IN_QUOTES = '}"'
"""What closes ${ … } inside of quotes: single quotes are nothing special there."""


def _quoted(inner: str) -> str:
    return '"' if inner in {'"', _BRACE_IN_QUOTES} else ""


def _quote(text: str, at: int, opened: list[str]) -> int:
    """Where the quote that begins here ends; a double one is only opened, as there may be more in it."""
    end = text.find("'", at + 1) if text[at] == "'" else at
    if text[at] == '"' or end < 0:
        opened.append(text[at])
    return len(text) if end < 0 else end
