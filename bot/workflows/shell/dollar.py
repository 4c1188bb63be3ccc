"""What a $ or a backtick begins inside of a word."""

import re

from bot.workflows.shell.pieces import Piece, PieceKind
from bot.workflows.unresolved import EXPRESSION

_BRACED = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_NAMED = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")
_SPECIAL = re.compile(r"\$[0-9@*#?!$'\"-]")
_CLOSES = {"(": ")", "{": "}"}


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
    if _SPECIAL.match(text, at) and not (quoted and text[at + 1] in "'\""):
        return Piece(PieceKind.OPAQUE, text[at : at + 2], quoted), at + 2
    return Piece(PieceKind.LITERAL, "$", quoted), at + 1


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
    opens, closes = text[opening], _CLOSES[text[opening]]
    depth, at = 0, opening
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 1
        elif char in "'\"":
            end = text.find(char, at + 1)
            at = len(text) if end < 0 else end
        elif char == opens:
            depth += 1
        elif char == closes:
            depth -= 1
            if not depth:
                return at + 1
        at += 1
    return len(text)
