"""Makefiles: every target's recipe, variables filled in as make does.

https://www.gnu.org/software/make/manual/make.html
"""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Final

from bot.errors import MalformedError
from bot.values import replace
from bot.workflows.builds import Ask, Asked, Build
from bot.workflows.called import NOT_CALLED, Called
from bot.workflows.editors.flags import NoEditor
from bot.workflows.model import CiFile, FileKind, Job, Step
from bot.workflows.operations import ImageOperation
from bot.workflows.readers.defaults import is_taken
from bot.workflows.readers.filled import FilledPart, Filling, lines_of
from bot.workflows.readers.make_calls import Functions, RecipeLine
from bot.workflows.readers.scripts import SETTINGS, run_through
from bot.workflows.shell.script import Script
from bot.workflows.shell.values import LENGTH_MAX
from bot.workflows.text import SIZE_MAX, Place, SourceText

_VARIABLE = re.compile(r"((?:export[ \t]+|override[ \t]+)*)([\w.-]+)[ \t]*(:{0,3}=|\?=)[ \t]*([^#\n]*)")
_TARGET = re.compile(r"([^\s:#=][^:#=]*+)::?(?!=)")
_STATIC = re.compile(r"[ \t]*([^\s:#=%]*%[^\s:#=%]+|[^\s:#=%]+%)[ \t]*:(?!=)")
"""The pattern of a static pattern rule; % alone says nothing. https://www.gnu.org/software/make/manual/html_node/Static-Usage.html"""
_NAMES_MAX = 200
"""Characters of a variable that is filled in for names of targets."""
_REFERENCE = re.compile(r"\$(?:\(([\w.-]+|@)\)|\{([\w.-]+|@)\}|(@))|\$\$|\\\r?\n\t?")
_ITSELF: Final = "@"
"""Holds the name of the target. https://www.gnu.org/software/make/manual/html_node/Automatic-Variables.html"""
_ONE_NAME = re.compile(r"[\w./-]+")
_UNLESS_SET = re.compile(
    r"[ \t]*(?:ifndef[ \t]+([\w.-]+)"
    r"|ifeq[ \t]+\((?:,[ \t]*\$[({]([\w.-]+)[)}]|\$[({]([\w.-]+)[)}][ \t]*,)[ \t]*\)"
    r"|(?:ifdef|ifn?eq|else|endif)\b)"
)
"""Where a variable is set only if it is not set yet, and where that ends.
https://www.gnu.org/software/make/manual/html_node/Conditional-Syntax.html"""
_ASSIGNED = re.compile(r"((?:export[ \t]+|override[ \t]+)*)([\w.-]+)[ \t]*[:?+]{0,3}=")
_SAYS_OFF = re.compile(r"#|(--provenance[= ]false)\b")
"""Where a comment begins, there is nothing more to read."""

_OFF: Final = "--provenance=false"
_OVERRIDE: Final = "override"
"""Before a variable that no call changes. https://www.gnu.org/software/make/manual/html_node/Override-Directive.html"""

_Recipes = dict[Place, tuple[str, str, list[RecipeLine]]]
"""A target's place: its name, what it needs, and the lines of its recipe."""


def read(source: SourceText, called: Called = NOT_CALLED) -> CiFile:
    """A Makefile; what it does not do, its caller may. Variables that a call gives are not known.

    Raises MalformedError when it is over the limit.
    """
    if len(source.text) > SIZE_MAX:
        raise MalformedError(f"{source.name}: {len(source.text)} characters, more than the limit of {SIZE_MAX}")
    said, variables, recipes = _read_lines(source, called.given.keys())
    env = {name: variables[name] for name in SETTINGS if name in variables}
    filling, jobs = Filling(source.name), []
    for place, (name, needs, lines) in recipes.items():
        scripts = []
        itself = {_ITSELF: name} if _ONE_NAME.fullmatch(name) else {}
        for line in lines:
            given = {**line.given, **itself} if _ITSELF in source.text[line.start : line.end] else line.given
            known = {**variables, **given} if given else variables
            scripts.append(_script(source, line.start, line.end, known, filling))
        script = "\n".join(source.text[line.start : line.end] for line in lines)
        jobs.append(replace(_job(source, name, place, scripts, env), needs=tuple(needs.split()), script=script))
    turns_off = any(_turns_off(one) for job in jobs for one in job.operations)
    turns_off |= any(_OFF in text for name, text in said.items() if variables.get(name) != text)
    jobs += [] if turns_off else _only_said(source.text, called.given.keys())
    return CiFile(source, FileKind.MAKE, tuple(jobs), whole=False)


def _turns_off(operation: ImageOperation) -> bool:
    return isinstance(operation, Build) and operation.provenance.asked is Asked.OFF


def _only_said(text: str, given: AbstractSet[str]) -> Iterator[Job]:
    """Variables that turn provenance off, for a build that is put together in another way than we read."""
    for start, end in lines_of(text) if "--provenance" in text else ():
        named = _ASSIGNED.match(text, start, end)
        found = _SAYS_OFF.search(text, named.end(), end) if named else None
        if named is None or found is None or not found[1] or (named[2] in given and _OVERRIDE not in named[1]):
            continue
        place, unknown = Place(*found.span(1)), Ask(Asked.UNKNOWN)
        off = Ask(Asked.OFF, place, writable=False)
        build = Build("make variable", place, off, unknown, None, None, None, NoEditor())
        yield Job(named[2], place, (Step(place, operations=(build,)),), only_said=True)


def _job(source: SourceText, name: str, place: Place, scripts: list[Script], env: dict[str, str]) -> Job:
    """One target; each line of its recipe has a shell of its own."""
    done = [run_through(source, [script], env) for script in scripts]
    return Job(name, place, (Step(place, operations=tuple(one for part in done for one in part.operations)),))


def _read_lines(source: SourceText, given: AbstractSet[str]) -> tuple[dict[str, str], dict[str, str], "_Recipes"]:
    """The variables without a call, those that are known with one, and the recipes; a call changes no target's name."""
    variables: dict[str, str] = {}
    known: dict[str, str] = {} if given else variables
    recipes: _Recipes = {}
    functions, target, text = Functions(source.name), None, source.text
    unless_set: str | None = None
    for start, end in lines_of(text):
        line = text[start:end]
        if functions.take(line, start, end):
            continue
        if line.startswith("\t"):
            if target:
                recipes[target][2].append(RecipeLine(start, end))
        elif found := _UNLESS_SET.match(line):
            unless_set = next(filter(None, found.groups()), None)
        elif found := _VARIABLE.match(line):
            if found[2] != unless_set or not variables.get(found[2]):
                _take(found, variables, known, given)
        elif found := _TARGET.match(line):
            name = found[1].rstrip(" \t")
            target = Place(start, start + len(name))
            recipes[target] = (*_rule(name, line[found.end() :], variables), [])
    whole = {at: (name, needs, functions.expanded(text, lines)) for at, (name, needs, lines) in recipes.items()}
    return variables, known, whole


def _take(found: re.Match[str], variables: dict[str, str], known: dict[str, str], given: AbstractSet[str]) -> None:
    """What a line sets; what a call of make gives is not known then."""
    override, name, sign, value = found.groups()
    _set(variables, name, sign, value)
    if name in given and _OVERRIDE not in override:
        known.pop(name, None)
    elif given:
        _set(known, name, sign, value)


def _rule(targets: str, rest: str, variables: dict[str, str]) -> tuple[str, str]:
    """The names of what a rule makes, and what it needs.

    Where variables hold the names, a pattern says what they look like: `$(IMAGES): push-%: build-%`. A short variable
    that is known above the rule is filled in.
    """
    needs = rest.partition("#")[0].replace("\\\n", " ")
    static = _STATIC.match(needs)
    if "$" in targets:
        targets = static[1] if static else _REFERENCE.sub(lambda found: _short(found, variables), targets)
    return targets, needs[static.end() :] if static else needs


def _short(found: re.Match[str], variables: dict[str, str]) -> str:
    value = variables.get(found[1] or found[2] or found[3] or "", "")
    return value if 0 < len(value) <= _NAMES_MAX and "$" not in value else found[0]


def _set(variables: dict[str, str], name: str, sign: str, value: str) -> None:
    """A default that can be overridden stays an unresolved part, unless it is one that is taken.

    Variables in a value are filled in with what is known of them above it.
    """
    filled = _REFERENCE.sub(lambda found: _filled(found, variables), value.strip()[:LENGTH_MAX])[:LENGTH_MAX]
    if sign != "?=" or is_taken(filled):
        variables[name] = filled
    else:
        variables.pop(name, None)


def _script(source: SourceText, start: int, end: int, variables: dict[str, str], filling: Filling) -> Script:
    text = source.text
    while start < end and text[start] in "\t @-+":
        start += 1
    end = max(start, end)
    script = Script(text[start:end], Place(start, end), lambda: range(start, end))
    found = _REFERENCE.finditer(script.text)
    return filling.fill(script, (FilledPart(*one.span(), _filled(one, variables)) for one in found))


def _filled(found: re.Match[str], variables: dict[str, str]) -> str:
    """What make puts there: one level of $$, a variable's text, or the shell's own spelling of an unresolved part."""
    name = found[1] or found[2] or found[3]
    if not name:
        return "$" if found[0] == "$$" else " "
    if name not in variables:
        return found[0] if found[3] else "${" + re.sub(r"\W", "_", name) + "}"
    return variables[name]
