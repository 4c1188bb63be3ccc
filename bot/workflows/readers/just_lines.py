"""The lines of a justfile: its variables and settings, and the recipes with their bodies.

https://just.systems/man/en/grammar.html
"""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct, field

from bot.workflows.readers.filled import lines_of
from bot.workflows.readers.just_values import NAME, TEXT, value_of
from bot.workflows.text import Place

_ASSIGNED: Final = re.compile(rf"(export[ \t]+)?({NAME})[ \t]*:=[ \t]*([^\n]*)")
_ALIAS: Final = re.compile(rf"alias[ \t]+({NAME})[ \t]*:=[ \t]*([\w:-]+)")
_SET: Final = re.compile(r"set[ \t]+([\w-]+)(?:[ \t]*:=[ \t]*([^\n]*))?")
_TAKEN: Final = re.compile(rf"(import|mod)\??[ \t]+(?:({NAME})[ \t]*)?({TEXT})?")
_RECIPE: Final = re.compile(rf"@?({NAME})((?:[^:'\"`\n]|{TEXT})*+):(?!=)((?:[^\\\n]|\\\r?\n|\\)*)")
_NEEDED: Final = re.compile(r"#.*|\([ \t]*([\w:-]+)(?:[^()\n]|\([^()\n]*\))*\)|([\w:-]+)")
_NAME: Final = re.compile(NAME)
_LONG: Final = re.compile(r"'''|\"\"\"")
_MODULE_FILES: Final = ("{}.just", "{}/mod.just", "{}/justfile", "{}/.justfile")


class Recipe(Struct, frozen=True):
    """A recipe: the place of its name, what it needs, its parameters, its attributes, and the lines of its body."""

    name: str
    place: Place
    needs: tuple[str, ...] = ()
    parameters: frozenset[str] = frozenset()
    attributes: str = ""
    lines: list[Place] = field(default_factory=list)


class Lines(Struct):
    """What a justfile says. `known` are variables that could be read; `exported` those that commands are given.

    `given` are those that may be given another value.
    """

    given: frozenset[str] = frozenset()
    known: dict[str, str] = field(default_factory=dict)
    exported: set[str] = field(default_factory=set)
    settings: dict[str, str] = field(default_factory=dict)
    recipes: list[Recipe] = field(default_factory=list)
    spaces: list[tuple[str, str]] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)  # of all commands, once everything is read


def read_lines(text: str, given: frozenset[str] = frozenset()) -> Lines:
    """From top to bottom; a line that is of no kind we know is passed over."""
    lines, attributes, body, until = Lines(given), "", False, ""
    for place in (Place(*line) for line in lines_of(text)):
        line = text[place.start : place.end]
        if until:
            until = "" if until in line else until
        elif line[:1] in {" ", "\t"}:
            if body and (line.strip() or lines.recipes[-1].lines):
                lines.recipes[-1].lines.append(place)
        elif line.startswith("["):
            attributes, body = attributes + line, False
        elif line.strip():
            body = _take(lines, line, place, attributes)
            attributes = attributes if line.startswith("#") else ""
            until = "" if body else _left_open(line)
    exports = lines.known if lines.settings.get("export") == "true" else lines.exported
    lines.environment = {name: lines.known[name] for name in exports if name in lines.known}
    return lines


def _take(lines: Lines, line: str, place: Place, attributes: str) -> bool:
    """One line that begins at the margin; whether the lines of a recipe follow it."""
    if found := _ALIAS.match(line):
        at = Place(place.start + found.start(1), place.start + found.end(1))
        lines.recipes.append(Recipe(found[1], at, needs=(found[2],)))
    elif found := _ASSIGNED.match(line):
        _assign(lines, found[2], found[3], export=bool(found[1]))
    elif found := _SET.fullmatch(line.rstrip()):
        lines.settings[found[1]] = found[2] or "true"
    elif (found := _TAKEN.match(line)) and (found[2] or found[3]):
        lines.spaces += _spaces(found[1] == "mod", found[2] or "", (found[3] or "")[1:-1])
    elif found := _RECIPE.match(line):
        start = place.start + found.start(1)
        needs = tuple(one[1] or one[2] for one in _NEEDED.finditer(found[3]) if one[1] or one[2])
        named = Place(start, start + len(found[1]))
        lines.recipes.append(Recipe(found[1], named, needs, frozenset(_NAME.findall(found[2])), attributes))
        return True
    return False


def _assign(lines: Lines, name: str, written: str, *, export: bool) -> None:
    """A comment behind a value is not a part of it."""
    value = value_of(re.sub(rf"^((?:[^#'\"`]|{TEXT})*+)#.*", r"\1", written), lines.known)
    if value is None or name in lines.given:
        lines.known.pop(name, None)
    else:
        lines.known[name] = value
    if export:
        lines.exported.add(name)


def _spaces(is_module: bool, name: str, path: str) -> Iterator[tuple[str, str]]:  # noqa: FBT001 - one of two words
    """The name before the recipes of another file, and where that may be."""
    if not is_module:
        yield "", path
    elif path:
        yield name, path
    else:
        yield from ((name, file.format(name)) for file in _MODULE_FILES)


def _left_open(line: str) -> str:
    """The quotes that a line opens and does not close."""
    marks = _LONG.findall(line)
    return marks[0] if len(marks) % 2 else ""
