"""Where the files of one run are: their names, their place in the repository, and what they mean by `uses: ./…`."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path, PurePosixPath

from msgspec import Struct, field

from bot.workflows.folders import root_of


class ProjectPaths(Struct):
    """Paths of one run, each looked up once. `here` is the folder that names are relative to.

    `named` is what a person named.
    """

    here: Path
    named: set[Path] = field(default_factory=set)
    reals: dict[Path, Path] = field(default_factory=dict)  # paths with their links followed
    roots: dict[Path, Path] = field(default_factory=dict)  # the repository of the files of each folder
    followed: dict[tuple[Path, str], Path | None] = field(default_factory=dict)
    insides: dict[Path, str] = field(default_factory=dict)  # where each file is in its repository

    def name(self, path: Path) -> str:
        """A path as findings and diffs name it: relative to here where it can be, with slashes."""
        absolute = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links, and rename the file
        return absolute.relative_to(self.here).as_posix() if absolute.is_relative_to(self.here) else path.as_posix()

    def inside(self, path: Path) -> str:
        """Where a file is in its repository, or in the folder that was named when there is none."""
        if path not in self.insides:
            self.insides[path] = self._inside_of(path)
        return self.insides[path]

    def _inside_of(self, path: Path) -> str:
        real = self.real(path)
        folders = [folder for one in self.named if real.is_relative_to(folder := self.real(one)) and folder != real]
        return real.relative_to(min((self.root(path), *folders), key=lambda one: len(one.parts))).as_posix()

    def real(self, path: Path) -> Path:
        """The same with its links followed."""
        if path not in self.reals:
            self.reals[path] = path.resolve()
        return self.reals[path]

    def root(self, path: Path) -> Path:
        """The repository that it is in."""
        folder = self.real(path).parent
        if folder not in self.roots:
            self.roots[folder] = root_of(path)
        return self.roots[folder]

    def distinct(self, paths: Iterable[Path]) -> list[Path]:
        """Each file once, as it was named first: a relative and a resolved path may mean the same one."""
        first: dict[Path, Path] = {}
        for path in paths:
            first.setdefault(self.real(path), path)
        return list(first.values())

    def follow(self, path: Path, uses: str) -> Path | None:
        """The file that `uses: ./…` means in this file; None when it is not there, or outside of the repository."""
        if not uses.startswith("./"):
            return None
        key = (path, uses)
        if key not in self.followed:
            self.followed[key] = None
            with suppress(OSError, ValueError):  # longer than a path may be, or with signs that none may have
                self.followed[key] = self._found(path, uses)
        return self.followed[key]

    def _found(self, path: Path, uses: str) -> Path | None:
        root = self.root(path)
        wanted = (root / PurePosixPath(uses)).resolve()
        candidates = [wanted, wanted / "action.yml", wanted / "action.yaml", path.parent / wanted.name]
        for candidate in candidates:
            if candidate.is_file() and self.real(candidate).is_relative_to(self.real(root)):
                return candidate
        return None
