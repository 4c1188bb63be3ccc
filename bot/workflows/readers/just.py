"""Justfiles: each line of a recipe in a shell of its own, or the whole of one that begins with `#!`.

https://just.systems/man/en/
"""

import re
from collections.abc import Iterator
from typing import Final

from bot.errors import MalformedError
from bot.workflows.called import NOT_CALLED, Called
from bot.workflows.model import CiFile, FileKind, Job, Step
from bot.workflows.places import is_shell
from bot.workflows.readers.filled import Filling
from bot.workflows.readers.just_lines import Lines, Recipe, read_lines
from bot.workflows.readers.just_values import parts
from bot.workflows.readers.scripts import run_through
from bot.workflows.shell.script import Script
from bot.workflows.text import SIZE_MAX, Place, SourceText

_FOLDER: Final = re.compile(r"working-directory[ \t]*(?::|:=)[ \t]*['\"]([^'\"]*)['\"]")
_SCRIPT: Final = re.compile(r"\bscript\b(?:[ \t]*\([ \t]*['\"]([^'\"]*)['\"])?")
_SHELL: Final = re.compile(r"[ \t]*\[[ \t]*['\"](?:\S*/)?(?:ba|da|k|z)?sh['\"]")


def read(source: SourceText, called: Called = NOT_CALLED) -> CiFile:
    """The recipes of a justfile; what they do not do, their caller may. Variables that a call gives are not known.

    Raises MalformedError when it is over the limit.
    """
    if len(source.text) > SIZE_MAX:
        raise MalformedError(f"{source.name}: {len(source.text)} characters, more than the limit of {SIZE_MAX}")
    lines, filling = read_lines(source.text, frozenset(called.given)), Filling(source.name)
    jobs = tuple(_job(source, recipe, lines, filling) for recipe in lines.recipes)
    return CiFile(source, FileKind.JUST, jobs, whole=False, spaces=tuple(lines.spaces))


def _job(source: SourceText, recipe: Recipe, lines: Lines, filling: Filling) -> Job:
    """One recipe. What its parameters hold is not known, also where a variable has the same name."""
    known, env = lines.known, lines.environment
    if not recipe.parameters.isdisjoint(known):
        known = {name: text for name, text in known.items() if name not in recipe.parameters}
        env = {name: text for name, text in env.items() if name in known}
    written = [*_scripts(source.text, recipe, lines)]
    scripts = [filling.fill(script, parts(script.text, known)) for script in written]
    found = _FOLDER.search(recipe.attributes)
    folder = found[1] if found else lines.settings.get("working-directory", "").strip("'\" ")
    done = [run_through(source, [script], env, folder=folder) for script in scripts]
    step = Step(recipe.place, operations=tuple(one for part in done for one in part.operations))
    return Job(recipe.name, recipe.place, (step,), needs=recipe.needs, script="\n".join(one.text for one in written))


def _scripts(text: str, recipe: Recipe, lines: Lines) -> Iterator[Script]:
    """What is given to a shell; nothing of a recipe in another language."""
    if not recipe.lines:
        return
    first, script = text[recipe.lines[0].start : recipe.lines[0].end].strip(), _SCRIPT.search(recipe.attributes)
    if script or first.startswith("#!"):
        if is_shell(first) or (script and is_shell(f"#!{script[1] or 'sh'}")):
            yield _script(text, recipe.lines[0].start, recipe.lines[-1].end)
        return
    shell = lines.settings.get("shell", "")
    for line in recipe.lines if not shell or _SHELL.match(shell) else ():
        start = line.start
        while start < line.end and text[start] in " \t@-":
            start += 1
        yield _script(text, start, max(start, line.end))


def _script(text: str, start: int, end: int) -> Script:
    return Script(text[start:end], Place(start, end), lambda: range(start, end))
