"""Shell scripts: files of their own, and the scripts inside of other files."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct, field

from bot.errors import MalformedError
from bot.values import replace
from bot.workflows.builds import Build
from bot.workflows.model import CiFile, FileKind, Job, Step
from bot.workflows.operations import ImageOperation
from bot.workflows.places import is_aside
from bot.workflows.readers.silent import Silence, Situation, seen_command, situation_of
from bot.workflows.shell.commands import Command, commands_of
from bot.workflows.shell.script import Script, of_file
from bot.workflows.shell.values import Values
from bot.workflows.text import SIZE_MAX, Place, SourceText
from bot.workflows.tools import read_line
from bot.workflows.tools.line import Line

SETTINGS: Final[tuple[str, ...]] = ("KO_DOCKER_REPO", "EARTHLY_PUSH")
"""Variables that are settings of tools; `export` in a script sets them, too."""
_ELSEWHERE: Final = re.compile("working-directory")
"""A file that says this may run its scripts in other folders than the root."""


class Done(Struct):
    """What scripts did: to images, and to the variables of later steps."""

    operations: list[ImageOperation] = field(default_factory=list)
    outputs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    exported: dict[str, tuple[str, ...]] = field(default_factory=dict)


def read(source: SourceText) -> CiFile:
    """A shell script as a file of its own; what it does not do, its caller may."""
    if len(source.text) > SIZE_MAX:
        raise MalformedError(f"{source.name}: {len(source.text)} characters, more than the limit of {SIZE_MAX}")
    done = run_through(source, [of_file(source)], {})
    step = Step(Place(0, 0), operations=tuple(done.operations))
    return CiFile(source, FileKind.SHELL, (Job(source.name, Place(0, 0), (step,), script=source.text),), whole=False)


def run_through(  # noqa: PLR0913 - scripts, and what they are read with
    source: SourceText,
    scripts: Iterable[Script],
    env: dict[str, str],
    *,
    step: str = "",
    values: Values | None = None,
    folder: str = "",
    situation: Situation | None = None,
) -> Done:
    """The scripts of one step, one after the other in one shell. Nothing is run. `folder`: where, if the file says.

    `situation` is that of the step, where it is known already.
    """
    values, situation = values or Values(env), situation or situation_of(source.published, env)
    shell = _Shell(source, values, env, step, situation, aside=bool(folder) and is_aside(f"{folder}/x"))
    shell.moved = (
        bool(folder) or source.mentions(_ELSEWHERE) or ("/" in source.name and not source.name.startswith("."))
    )
    for script in scripts:
        for command in commands_of(script.text):
            shell.take(script, command)
            if command.loop or not command.words:
                values.follow(command)
    return shell.done


class _Shell(Struct):
    """A shell that runs nothing, but remembers what would have been done."""

    source: SourceText
    values: Values
    env: dict[str, str]
    step: str
    situation: Situation | None  # None: too much of it to remember what was seen in it
    aside: bool = False  # whether it is in a folder of tests or examples
    moved: bool = False  # whether it may be in another folder than the root
    done: Done = field(default_factory=Done)

    def take(self, script: Script, command: Command) -> None:
        """One command, those in its $( … ) before it."""
        for inner in command.inside:
            self.take(script, inner)
        if command.redirected:
            _remember_outputs(command, self.values, self.done)
        if command.words and command.words[0].bare in {"cd", "pushd"}:
            self.moved = True
            self.aside = any(is_aside(f"{text}/x") for word in command.words[1:2] for text in self.values.texts(word))
        if command.words and not command.loop:
            own = {one.name: self.values.texts(one.word, one.skip)[0] for one in command.assignments}
            own = {name: texts[0] for name in SETTINGS if (texts := self.values.held.get(name))} | own
            self._read(script, command, own)

    def _read(self, script: Script, command: Command, own: dict[str, str]) -> None:
        """What the command does. Only that it does nothing is remembered: the rest depends on its place, too."""
        args = self.values.args(command)
        before = seen_command(args, self.situation) if not own else Silence()
        if before.does_nothing:
            return
        line = Line(self.source, script, command, args, self.env | own if own else self.env, self.step)
        found = [self._here(one) if isinstance(one, Build) else one for one in read_line(line)]
        self.done.operations += found
        before.does_nothing = not found

    def _here(self, build: Build) -> Build:
        """The build, with what its folder tells; where that may not be the root, its files are not known."""
        return replace(build, aside=build.aside or self.aside, dockerfile="" if self.moved else build.dockerfile)


def _remember_outputs(command: Command, values: Values, done: Done) -> None:
    """`echo name=value >> $GITHUB_OUTPUT`, and the same for $GITHUB_ENV."""
    for sign, target in command.redirected:
        to = "".join(piece.text for piece in target.pieces)
        kept = {"GITHUB_OUTPUT": done.outputs, "GITHUB_ENV": done.exported}.get(to)
        if sign not in {">", ">>"} or kept is None:
            continue
        for name, value in _named_values(command, values):
            kept[name] = tuple(dict.fromkeys([*kept.get(name, ()), value]))


def _named_values(command: Command, values: Values) -> Iterator[tuple[str, str]]:
    for word in command.words[1:]:
        for text in values.texts(word):
            name, equals, value = text.partition("=")
            if equals and name.replace("-", "_").isidentifier():
                yield name, value
