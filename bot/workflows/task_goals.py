"""Which tasks of Taskfiles and justfiles are run, by what CI files and other tasks name."""

from collections.abc import Iterable, Mapping
from itertools import islice

from msgspec import Struct, field

from bot.workflows.model import CiFile, FileKind, Job
from bot.workflows.task_spaces import BETWEEN, Spaces, spaces_of
from bot.workflows.task_words import DEFAULT

_ANY = "*"
"""What any text may stand for, in the name of a task and in that of one which another calls."""


PATTERNS_MAX = 64
"""Names with such a part that are kept."""
_LOOKED_AT_MAX = 200
"""Names that are compared with one of a task that has such a part."""


class TaskGoals(Struct):
    """The names that were given so far, as whoever calls them in the root of the repository spells them."""

    names: dict[FileKind, dict[str, None]] = field(default_factory=lambda: {kind: {} for kind in BETWEEN})
    patterns: dict[FileKind, dict[str, None]] = field(default_factory=lambda: {kind: {} for kind in BETWEEN})
    kinds: dict[str, FileKind] = field(default_factory=dict)
    spaces: Spaces = field(default_factory=lambda: Spaces({}, frozenset()))

    def take_in(self, files: Mapping[str, CiFile]) -> None:
        """The files whose tasks are looked for, by their paths in the repository."""
        self.kinds = {path: file.kind for path, file in files.items() if file.kind in BETWEEN}
        self.spaces = spaces_of(files)

    def add(self, kind: FileKind, names: Iterable[str]) -> None:
        """Tasks that are run."""
        for name in names:
            if _ANY not in name:
                self.names[kind][name.lstrip(":")] = None
            elif len(self.patterns[kind]) < PATTERNS_MAX:
                self.patterns[kind][name.lstrip(":")] = None

    def has(self, path: str, job: Job, at: int, *, is_there: bool) -> bool:
        """Whether a task of a file is run; `at` is its place in it.

        `is_there`: the file lies where CI runs something. One that another file takes in need not.
        """
        kind = self.kinds[path]
        before = self.spaces.names[path] if is_there or path in self.spaces.inner else frozenset()
        before |= {""} if is_there else set()
        return any(self._is_called(kind, one, job.name, at) for one in before)

    def _is_called(self, kind: FileKind, space: str, name: str, at: int) -> bool:
        full, names = f"{space}{name}", self.names[kind]
        if full in names or any(_matches(full, one) for one in self.patterns[kind]):
            return True
        if _ANY in name and any(_matches(one, full) for one in islice(names, _LOOKED_AT_MAX)):
            return True
        is_default = at == 0 if kind is FileKind.JUST else name == DEFAULT
        return is_default and (space.rstrip(":") in names)

    def need(self, path: str, job: Job) -> None:
        """What a task calls is run, too: of its own file, or by its whole name when a colon is before it."""
        kind = self.kinds[path]
        for space in self.spaces.names[path] | {""}:
            self.add(kind, (name if name.startswith(":") else f"{space}{name}" for name in job.needs))


def _matches(name: str, pattern: str) -> bool:
    """Whether a name begins and ends as a pattern does that holds a part which may be anything."""
    if name == pattern:
        return True
    before, after = pattern.partition(_ANY)[0], pattern.rpartition(_ANY)[2]
    is_long = len(name) > len(before) + len(after) > 0
    return is_long and name.startswith(before) and name.endswith(after)
