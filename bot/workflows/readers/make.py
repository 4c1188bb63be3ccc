"""Makefiles: every target's recipe, variables filled in as make does.

https://www.gnu.org/software/make/manual/make.html
"""

import re
from collections.abc import Iterator

from bot.errors import MalformedError
from bot.workflows.model import CiFile, Job, Kind, Step
from bot.workflows.readers.scripts import run_through
from bot.workflows.shell.script import UNMAPPED, Script
from bot.workflows.text import Place, SourceText
from bot.workflows.yaml_reader import SIZE_MAX

_VARIABLE = re.compile(r"(?:export[ \t]+|override[ \t]+)*([\w.-]+)[ \t]*(:{0,3}=|\?=)[ \t]*([^#\n]*)")
_TARGET = re.compile(r"([^\s:#=][^:#=]*?)[ \t]*::?(?!=)")
_REFERENCE = re.compile(r"\$(?:\(([\w.-]+)\)|\{([\w.-]+)\})|\$\$|\\\r?\n\t?")
_PROGRAM = re.compile(r"(?:docker|podman|nerdctl|buildah|skopeo|crane|cosign)(?:[ -](?:buildx|compose))?")
_DEPTH_MAX = 5
_LENGTH_MAX = 4096


def read(source: SourceText) -> CiFile:
    """A Makefile; what it does not do, its caller may.

    Raises MalformedError when it is over the limit.
    """
    if len(source.text) > SIZE_MAX:
        raise MalformedError(f"{source.name}: {len(source.text)} characters, more than the limit of {SIZE_MAX}")
    variables: dict[str, str] = {}
    recipes: dict[Place, tuple[str, list[tuple[int, int]]]] = {}
    target = None
    for start, end in _lines(source.text):
        line = source.text[start:end]
        if line.startswith("\t"):
            if target:
                recipes[target][1].append((start, end))
        elif found := _VARIABLE.match(line):
            _set(variables, *found.groups())
        elif found := _TARGET.match(line):
            target = Place(start, start + found.end(1))
            recipes[target] = (found[1], [])
    return CiFile(
        source,
        Kind.MAKE,
        tuple(_job(source, name, place, lines, variables) for place, (name, lines) in recipes.items()),
        whole=False,
    )


def _job(source: SourceText, name: str, place: Place, lines: list[tuple[int, int]], variables: dict[str, str]) -> Job:
    """One target; each line of its recipe has a shell of its own."""
    done = [run_through(source, [_script(source, start, end, variables)], {}) for start, end in lines]
    return Job(name, place, (Step(place, happenings=tuple(one for part in done for one in part.happenings)),))


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each line, its continuations taken in."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        while end >= 0 and text[start:end].rstrip("\r")[-1:] == "\\":
            end = text.find("\n", end + 1)
        end = len(text) if end < 0 else end
        yield start, end
        start = end + 1


def _set(variables: dict[str, str], name: str, sign: str, value: str) -> None:
    """A default that anybody may override stays a hole, unless it only names a program."""
    if sign != "?=" or _PROGRAM.fullmatch(value.strip()):
        variables[name] = value.strip()
    else:
        variables.pop(name, None)


def _script(source: SourceText, start: int, end: int, variables: dict[str, str]) -> Script:
    text = source.text
    while start < end and text[start] in "\t @-+":
        start += 1
    parts: list[str] = []
    offsets: list[int] = []
    at = start
    for found in _REFERENCE.finditer(text, start, end):
        filled = _filled(found, variables)
        parts += [text[at : found.start()], filled]
        offsets += [*range(at, found.start()), *([UNMAPPED] * len(filled))]
        at = found.end()
    parts.append(text[at:end])
    return Script("".join(parts), Place(start, max(start, end)), (*offsets, *range(at, end)))


def _filled(found: re.Match[str], variables: dict[str, str], depth: int = 0) -> str:
    """What make puts there: one level of $$, a variable's text, or the shell's own spelling of a hole."""
    name = found[1] or found[2]
    if not name:
        return "$" if found[0] == "$$" else " "
    if name not in variables or depth > _DEPTH_MAX:
        return "${" + re.sub(r"\W", "_", name) + "}"
    return _REFERENCE.sub(lambda inner: _filled(inner, variables, depth + 1), variables[name])[:_LENGTH_MAX]
