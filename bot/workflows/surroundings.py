"""What the other files of a repository tell about one of them."""

from collections.abc import Callable, Iterable
from typing import Final

from msgspec import Struct

from bot.workflows.builds import Asked, Build
from bot.workflows.called import NOT_CALLED, Called
from bot.workflows.model import CiFile, FileKind
from bot.workflows.operations import Attached, ImageOperation, Sign, UnknownSigner, UnreadPush
from bot.workflows.places import is_justfile, is_tasks
from bot.workflows.stores import ImageStore, store_of
from bot.workflows.tools.build_tools import GORELEASER
from bot.workflows.versions import BAKE

BAKING = frozenset({BAKE, "docker buildx bake", "depot/bake-action", "depot bake"})


class Surroundings(Struct, frozen=True):
    """The defaults are true of a file that is read alone.

    `bake_is_told`: a workflow passes provenance for the bake files. `bake_is_pushed`: some file pushes what they
    build; None when that is not known. `bake_is_unsure`: whether it does is decided by what only the run knows.
    `bake_by_action`: only docker/bake-action pushes it. `bake_by_depot`: only Depot's programs do.
    `bake_is_loaded`: what commands bake into a store that may have no room for attestations; None: any target.
    `bake_asks`: a bake file says something about provenance.
    `attached`: what files that call or run this one attach after the push, "provenance" or "sbom". `bake_words`:
    the words of all CI files that may name bake targets; None when that is not known. `signs`: another file signs,
    or may sign. `released`: GoReleaser signs images, or may. `configured`: its configuration is among the files.
    `run`: the targets and scripts of this file that CI files run; None when that is not known. `elsewhere`: those
    that only CI systems which we do not read run. `tried`: those that only workflows and jobs for tests run.
    `called`: how the files that call this one do so. `idle`: a workflow where GitHub looks for none, or a workflow
    or action that only others call, and none does. `repository`: the owner and name of this repository on GitHub;
    "" where that is not known. `tasks`: what runs tasks whose files are here, as `tasks_told` says.
    `published`: registries in which people look for images, whatever they are called.
    """

    bake_is_told: bool = False
    bake_is_pushed: bool | None = None
    bake_is_unsure: bool = False
    bake_by_action: bool = False
    bake_by_depot: bool = False
    bake_is_loaded: frozenset[str] | None = frozenset()
    bake_asks: bool = True
    bake_words: frozenset[str] | None = None
    attached: frozenset[str] = frozenset()
    signs: bool = False
    released: bool = True
    configured: bool = True
    run: frozenset[str] | None = None
    elsewhere: frozenset[str] = frozenset()
    tried: frozenset[str] = frozenset()
    idle: bool = False
    repository: str = ""
    called: Called = NOT_CALLED
    published: frozenset[str] = frozenset()
    tasks: frozenset[str] = frozenset()


ALONE = Surroundings()

_TASKS: Final = {FileKind.JUST: ("just",), FileKind.TASKFILE: ("task", "go-task")}

_NESTED_MAX: Final = 4
"""Levels of actions that use others which are followed; GitHub allows ten."""
_SAID = {Asked.FULL, Asked.MIN, Asked.OFF}


def attached_by(files: Iterable[CiFile]) -> frozenset[str]:
    """What these files attach to images after the push."""
    return frozenset(what for file in files for what in file.once(_attached_in))


def with_used(file: CiFile, follow: Callable[[str], CiFile | None]) -> list[CiFile]:
    """A file, and the actions and workflows of its repository that it uses, and that these use."""
    found, seen = [file], set[str]()
    fresh = [file]
    for _ in range(_NESTED_MAX):
        uses = dict.fromkeys(one for user in fresh for one in user.uses if one.startswith("./") and one not in seen)
        seen |= uses.keys()
        if not uses:
            break
        fresh = [one for one in map(follow, uses) if one is not None]
        found += fresh
    return found


def tasks_told(files: Iterable[CiFile]) -> frozenset[str]:
    """What runs a task of these files, as `just push`: what it does is read, and is a finding there if it is one.

    Not if the task runs something else that may push, and is not read. Where a whole file is not read, and is a finding
    as it seems to push, it is the program alone: one finding is enough.
    """
    told = set[str]()
    for file in files:
        tools = _TASKS.get(file.kind, ())
        told |= {f"{tool} {name}" for tool in tools for name in _read_tasks(file)}
        name = file.source.name.rpartition("/")[2]
        if file.kind is FileKind.UNREAD and is_tasks(name) and any(operations_of([file])):
            told.update(_TASKS[FileKind.JUST if is_justfile(name) else FileKind.TASKFILE])
    return frozenset(told)


def _read_tasks(file: CiFile) -> set[str]:
    """The names of its tasks that run nothing which is not read, also not by another task that they need."""
    unread = {job.name for job in file.jobs if any(isinstance(one, UnreadPush) for one in job.operations)}
    for _ in range(_NESTED_MAX):
        unread |= {job.name for job in file.jobs if not unread.isdisjoint(job.needs)}
    return {job.name for job in file.jobs} - unread


def _attached_in(file: CiFile) -> frozenset[str]:
    return frozenset(what for one in operations_of([file]) for what in _attached(one))


def signs(file: CiFile, *, released: bool) -> bool:
    """Whether a file signs, or may; `released`: also where it releases with GoReleaser."""
    return any(isinstance(one, Sign) or may_sign(one, released=released) for one in operations_of([file]))


def may_sign(operation: ImageOperation, *, released: bool) -> bool:
    """Whether it may sign in a way that is not read; `released`: GoReleaser may, too."""
    return isinstance(operation, UnknownSigner) and (released or operation.tool != GORELEASER)


def tells_bake(file: CiFile) -> bool:
    """Whether it passes provenance for what a bake file builds."""
    wanted = {Asked.FULL, Asked.MIN}
    return any(one.provenance.asked in wanted for one in _bakes(file))


def asks_in_bake(file: CiFile) -> bool:
    """Whether it is a bake file that says something about provenance."""
    builds = (one for one in operations_of([file]) if isinstance(one, Build))
    return file.kind is FileKind.BAKE and any(one.provenance.asked in _SAID for one in builds)


def pushes_bake(file: CiFile, run: frozenset[str] | None = None) -> bool:
    """Whether it pushes what a bake file builds, or may; `run` are its jobs that CI runs, None: all."""
    return any(one.push is not False for one in _bakes(file, run))


Ran = Iterable[tuple[CiFile, frozenset[str] | None]]
"""Files, each with its jobs that CI runs; None: all."""


def bakes_unsurely(files: Ran) -> bool:
    """Whether no command line that CI runs surely pushes what bake files build, and one may.

    An input of an action that says when to push is there for that.
    """
    bakes = [one for file, run in files for one in _bakes(file, run) if one.push is not False]
    return bool(bakes) and all(one.push is None and one.action is None for one in bakes)


def loaded_by(files: Ran) -> frozenset[str] | None:
    """The targets and groups that are loaded, also for pull requests, by the engine of which the store is not known.

    None where what loads does not name them.
    """
    named: set[str] = set()
    for file, run in files:
        for job in file.jobs if file.kind is not FileKind.BAKE else ():
            runs = (run is None or job.name in run) and store_of(file, job) is not ImageStore.CONTAINERD
            builds = [one for one in job.operations if isinstance(one, Build) and one.tool in BAKING] if runs else []
            for one in builds:
                if one.load is not False and not one.reached:
                    return None
                named |= {*one.reached} if one.load is not False else set()
    return frozenset(named)


def bakes_by_action(files: Ran) -> bool:
    """Whether docker/bake-action pushes what bake files build, and no command line that CI runs surely does."""
    bakes = [one for file, run in files for one in _bakes(file, run)]
    by_action = any(one.tool == BAKE and one.push is not False for one in bakes)
    return by_action and not any(one.tool != BAKE and one.push is True for one in bakes)


def bakes_by_depot(files: Ran) -> bool:
    """Whether only Depot's action or program may push what bake files build: its own default decides then."""
    bakes = [one for file, run in files for one in _bakes(file, run) if one.push is not False]
    return bool(bakes) and all(one.tool.startswith("depot") for one in bakes)


def operations_of(files: Iterable[CiFile]) -> list[ImageOperation]:
    """Everything that these files do to images."""
    return [one for file in files for job in file.jobs for one in job.operations]


def _bakes(file: CiFile, run: frozenset[str] | None = None) -> list[Build]:
    jobs = (job for job in file.jobs if run is None or job.name in run)
    builds = [one for job in jobs for one in job.publishing if isinstance(one, Build)]
    return [one for one in builds if file.kind is not FileKind.BAKE and one.tool in BAKING]


def _attached(operation: ImageOperation) -> frozenset[str]:
    match operation:
        case Attached(what=what):
            return frozenset({what})
        case Sign(attaches=attaches):
            return attaches
        case _:
            return frozenset()
