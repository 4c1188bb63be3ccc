"""Names before those of tasks: where one Taskfile or justfile takes in another one, as `task docker:push` says."""

from collections.abc import Mapping
from posixpath import dirname, join, normpath
from typing import Final, NamedTuple

from bot.workflows.model import CiFile, FileKind
from bot.workflows.places import is_tasks

BETWEEN: Final = {FileKind.TASKFILE: ":", FileKind.JUST: "::"}
"""What stands between the name of a file that is taken in and that of a task in it."""
SPACES_MAX: Final = 32
"""Ways in which one file is taken in."""
_ROUNDS_MAX: Final = 6
"""Files that take in others."""


class Spaces(NamedTuple):
    """For each such file, by its path in the repository, all that may stand before the names of its tasks.

    `inner` are the files that others take in. One that none takes in has "" alone, and one in the root has it, too.
    """

    names: Mapping[str, frozenset[str]]
    inner: frozenset[str]


def spaces_of(files: Mapping[str, CiFile]) -> Spaces:
    """What Taskfiles and justfiles say about each other."""
    places = _places(files)
    taken = [
        (path, f"{name}{BETWEEN[file.kind]}" if name else "", target)
        for path, file in files.items()
        if file.kind in BETWEEN
        for name, written in file.spaces
        for target in places.get((file.kind, normpath(join(dirname(path), written)).lower()), ())
        if target != path
    ]
    inner = frozenset(target for _, _, target in taken)
    ours = (path for path, file in files.items() if file.kind in BETWEEN)
    found: dict[str, set[str]] = {path: set() if path in inner and "/" in path else {""} for path in ours}
    for _ in range(_ROUNDS_MAX):
        fresh = [(target, before + name) for path, name, target in taken for before in found[path]]
        grown = [(target, name) for target, name in fresh if name not in found[target]]
        for target, name in grown:
            if len(found[target]) < SPACES_MAX:
                found[target].add(name)
        if not grown:
            break
    return Spaces({path: frozenset(names) for path, names in found.items()}, inner)


def _places(files: Mapping[str, CiFile]) -> Mapping[tuple[FileKind, str], list[str]]:
    """The files that a path may mean: itself, or what lies in a folder of that name."""
    places: dict[tuple[FileKind, str], list[str]] = {}
    for path, file in files.items():
        if file.kind in BETWEEN:
            places.setdefault((file.kind, path.lower()), []).append(path)
            if is_tasks(path.rpartition("/")[2]):
                places.setdefault((file.kind, dirname(path).lower()), []).append(path)
    return places
