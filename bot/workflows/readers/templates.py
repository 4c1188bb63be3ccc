"""Templates of Go in the commands of a Taskfile: `{{.IMAGE}}` is filled in, and all else stays an unresolved part.

https://taskfile.dev/docs/reference/templating
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from bot.workflows.readers.defaults import is_taken
from bot.workflows.readers.filled import FilledPart, spelled
from bot.workflows.shell.values import LENGTH_MAX

_TAG: Final = re.compile(r"\{\{-?((?:[^{}]|\{(?!\{)|\}(?!\}))*+)\}\}")
_BLOCK: Final = re.compile(r"(?:if|range|with|block|define)\b")
_TEXT: Final = r"(?:\"([^\"\\]*)\"|`([^`]*)`|'([^']*)')"
_VARIABLE: Final = re.compile(r"\.(\w+)")
_LITERAL: Final = re.compile(_TEXT)
_PIPED: Final = re.compile(rf"\.(\w+)\s*\|\s*default\s+{_TEXT}")
_CHOSEN: Final = re.compile(
    r"\{\{-?\s*if\s+\.(\w+)\s*-?\}\}\{\{-?\s*\.\1\s*-?\}\}\{\{-?\s*else\s*-?\}\}([^{}]*)\{\{-?\s*end\s*-?\}\}"
)
_CALLED: Final = re.compile(rf"default\s+{_TEXT}\s+\.(\w+)")


def parts(text: str, known: Mapping[str, str]) -> Iterator[FilledPart]:
    """What takes the place of each template, by the variables that are known.

    What stands between `{{if …}}` or `{{range …}}` and its `{{end}}` is one unresolved part: only the run knows
    whether it is there, and how often. So is all behind one that does not end.
    """
    depth = start = 0
    for found in _TAG.finditer(text):
        tag = found[1].strip(" \t\r\n-")
        if _BLOCK.match(tag):
            start = start if depth else found.start()
            depth += 1
        elif tag == "end" and depth:
            depth -= 1
            if not depth:
                yield FilledPart(start, found.end(), _block(text[start : found.end()], known))
        elif not depth:
            yield FilledPart(*found.span(), _value(tag, known))
    if depth:
        yield FilledPart(start, len(text), "${_block}")


def filled(text: str, known: Mapping[str, str]) -> str:
    """The text with its templates filled in, cut off at what a variable may hold."""
    done, at, length = [], 0, 0
    for part in parts(text[:LENGTH_MAX], known):
        done += [text[at : part.start], part.text]
        length += part.start - at + len(part.text)
        at = part.end
        if length > LENGTH_MAX:
            break
    return "".join([*done, text[at:LENGTH_MAX]])[:LENGTH_MAX]


def _value(tag: str, known: Mapping[str, str]) -> str:
    if tag.startswith("/*"):
        return ""
    if found := _VARIABLE.fullmatch(tag):
        return known.get(found[1], spelled(found[1]))
    if found := _LITERAL.fullmatch(tag):
        return _text(*found.groups())
    if found := _PIPED.fullmatch(tag):
        return _with_default(found[1], _text(*found.groups()[1:]), known)
    if found := _CALLED.fullmatch(tag):
        return _with_default(found[4], _text(*found.groups()[:3]), known)
    return spelled(tag)


def _text(*spelled: str | None) -> str:
    return next((one for one in spelled if one is not None), "")


def _block(text: str, known: Mapping[str, str]) -> str:
    """A variable with a default may also be spelled `{{if .TAG}}{{.TAG}}{{else}}latest{{end}}`."""
    found = _CHOSEN.fullmatch(text)
    return _with_default(found[1], found[2], known) if found else "${_block}"


def _with_default(name: str, default: str, known: Mapping[str, str]) -> str:
    if name in known:
        return known[name]
    return default if is_taken(default) else spelled(name)
