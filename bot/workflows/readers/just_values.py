"""Expressions of a justfile: texts, names, `+` and `/`; what else a value is made of stays an unresolved part.

https://just.systems/man/en/expressions-and-substitutions.html
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from bot.workflows.readers.defaults import is_taken
from bot.workflows.readers.filled import FilledPart, spelled
from bot.workflows.shell.values import LENGTH_MAX

NAME: Final = r"[A-Za-z_][\w-]*"
TEXT: Final = r"(?:'[^'\n]*'|\"(?:[^\"\\\n]|\\.)*\"|`[^`\n]*`)"
_FLAT: Final = rf"(?:[^{{}}'\"`]|{TEXT})"
_NESTED: Final = rf"(?:{_FLAT}|\{{(?:{_FLAT}|\{{{_FLAT}*+\}})*+\}})*+"
_INSERTED: Final = re.compile(rf"\{{\{{\{{\{{|\{{\{{({_NESTED})\}}\}}")
"""`{{{{` is `{{`; an expression may have braces in braces, as `if` and `else` do."""
_TOKEN: Final = re.compile(rf"\s*(?:([+/])|('[^'\n]*'|\"[^\"\\\n]*\")|({NAME})(?!\s*\())")
_FROM_ENV: Final = re.compile(rf"env(?:_var_or_default)?\(\s*{TEXT}\s*,\s*('[^'\n]*'|\"[^\"\\\n]*\")\s*\)")
_QUOTED: Final = re.compile(rf"quote\(\s*({NAME})\s*\)")
_WORDS: Final = frozenset({"if", "else", "assert", "f", "x"})
_TOKENS_MAX: Final = 64
"""Texts and names of one value."""


def value_of(expression: str, known: Mapping[str, str]) -> str | None:
    """The text of an expression, names that are not known spelled as a shell does; None when it is not read."""
    expression = expression.strip()
    if found := _QUOTED.fullmatch(expression):
        return known.get(found[1], spelled(found[1]))
    if found := _FROM_ENV.fullmatch(expression):
        return found[1][1:-1] if is_taken(found[1][1:-1]) else None
    parts: list[str] = []
    at, wanted = 0, True
    while at < len(expression):
        token = _TOKEN.match(expression, at)
        if token is None or bool(token[1]) is wanted or token[3] in _WORDS or len(parts) > _TOKENS_MAX:
            return None
        parts += _text(token, known)
        at, wanted = token.end(), bool(token[1])
    return None if wanted else "".join(parts)[:LENGTH_MAX]


def _text(token: re.Match[str], known: Mapping[str, str]) -> Iterator[str]:
    sign, text, name = token.groups()
    if name:
        yield known.get(name, spelled(name))
    elif text:
        yield text[1:-1]
    elif sign == "/":
        yield "/"


def parts(text: str, known: Mapping[str, str]) -> Iterator[FilledPart]:
    """What takes the place of each `{{…}}` in the body of a recipe."""
    for found in _INSERTED.finditer(text):
        if found[0] == "{{{{":
            yield FilledPart(*found.span(), "{{")
            continue
        value = value_of(found[1], known)
        yield FilledPart(*found.span(), spelled(found[1].strip()) if value is None else value)
