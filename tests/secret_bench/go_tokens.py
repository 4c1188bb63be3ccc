"""Tokens of Go source: enough of the language for tables of strings."""

import json
import re
from typing import Final

from msgspec import Struct

_TOKEN: Final = re.compile(
    r"""
      (?P<space>[ \t\r\n]+|//[^\n]*|/\*.*?\*/)
    | (?P<raw>`[^`]*`)
    | (?P<string>"(?:[^"\\\n]|\\.)*")
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)
    | (?P<number>[0-9][0-9.]*)
    | (?P<sign>:=|\.\.\.|&&|\|\||[-+*/%=!<>&|]=|<-|'(?:[^'\\]|\\.)+'|.)
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(Struct, frozen=True):
    """One token; the text of a string is its value."""

    kind: str
    text: str


END: Final = Token("end", "")


def tokens(source: str) -> list[Token]:
    """The tokens of a file, without spaces and comments."""
    found = []
    for match in _TOKEN.finditer(source):
        kind, text = str(match.lastgroup), match[0]
        if kind == "raw":
            found.append(Token("string", text[1:-1].replace("\r", "")))
        elif kind == "string":
            found.append(Token("string", _unquoted(text)))
        elif kind != "space":
            found.append(Token(kind, text))
    return found


def _unquoted(text: str) -> str:
    hexadecimal = re.sub(r"\\x([0-9A-Fa-f]{2})", r"\\u00\1", text)
    try:
        return str(json.loads(hexadecimal, strict=False))
    except ValueError:
        return text[1:-1]
