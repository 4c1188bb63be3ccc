"""Files on disk: which ones to look at, what they use, and what they tell about each other."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from bot.errors import MalformedError, UsageError
from bot.workflows.builds import Asked, Build
from bot.workflows.find import lint_text
from bot.workflows.model import CiFile
from bot.workflows.readers import read_file
from bot.workflows.readers.places import is_ci_file
from bot.workflows.rules import Finding
from bot.workflows.text import SourceText
from bot.workflows.versions import BAKE

FILES_MAX = 2_000
"""Files of one run."""
BYTES_MAX = 2 * 1024 * 1024
"""Of one file; what its characters may be is the readers' limit."""
WALKED_MAX = 200_000
"""Names that are looked at in folders."""

_SKIPPED = {".git", ".hg", ".svn", ".venv", "venv", "node_modules", "target", "dist", "__pycache__"}


@dataclass(slots=True)
class Found:
    """One file: its text and what is wrong with it; `trouble` when it could not be read."""

    path: Path
    name: str
    text: str = ""
    findings: list[Finding] = field(default_factory=list)
    trouble: str = ""


@dataclass(slots=True)
class Project:
    """The files of one run. `here` is the folder that names are relative to."""

    here: Path
    files: dict[Path, CiFile | str] = field(default_factory=dict)  # what was read, or why not

    def lint(self, paths: list[Path]) -> Iterator[Found]:
        """Every file that these paths mean, and those that they use (one level deep), each once.

        Raises UsageError when a path is not there, or when there are too many files.
        """
        todo = list(dict.fromkeys(path for given in paths for path in _files(given)))
        if len(todo) > FILES_MAX:
            raise UsageError(f"{len(todo)} files, more than the limit of {FILES_MAX}; name fewer")
        read = {path: self.read(path) for path in todo}
        used = [used for path, file in read.items() if isinstance(file, CiFile) for used in self._used(path, file)]
        todo = list(dict.fromkeys([*todo, *used]))
        told = any(_tells_bake(file) for file in map(self.read, todo) if isinstance(file, CiFile))
        for path in todo:
            yield self._found(path, bake_is_told=told)

    def read(self, path: Path) -> CiFile | str:
        """One file, read once; a sentence when it could not be."""
        if path not in self.files:
            try:
                self.files[path] = read_file(SourceText(self.name(path), read_text(path)))
            except (MalformedError, OSError) as error:
                self.files[path] = f"{self.name(path)}: {error.strerror}" if isinstance(error, OSError) else str(error)
        return self.files[path]

    def name(self, path: Path) -> str:
        """A path as findings and patches name it: relative to here where it can be, with slashes."""
        absolute = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links, and rename the file
        return absolute.relative_to(self.here).as_posix() if absolute.is_relative_to(self.here) else path.as_posix()

    def follow(self, path: Path, uses: str) -> Path | None:
        """The file that `uses: ./…` means in this file; None when it is not there, or outside of the repository."""
        root = _root(path)
        wanted = (root / PurePosixPath(uses)).resolve()
        candidates = [wanted, wanted / "action.yml", wanted / "action.yaml", path.parent / wanted.name]
        for candidate in candidates:
            if candidate.is_file() and candidate.resolve().is_relative_to(root.resolve()):
                return candidate
        return None

    def _used(self, path: Path, file: CiFile) -> list[Path]:
        uses = [uses for job in file.jobs for uses in (job.calls, *(step.local for step in job.steps)) if uses]
        found = [self.follow(path, one) for one in uses if one.startswith("./")]
        return [one for one in found if one]

    def _found(self, path: Path, *, bake_is_told: bool) -> Found:
        file = self.read(path)
        if isinstance(file, str):
            return Found(path, self.name(path), trouble=file)

        def follow(uses: str) -> CiFile | None:
            used = self.follow(path, uses)
            read = self.read(used) if used else None
            return read if isinstance(read, CiFile) else None

        name, text = self.name(path), file.source.text
        return Found(path, name, text, lint_text(name, text, follow, bake_is_told=bake_is_told))


def read_text(path: Path) -> str:
    """A file's text as it is, newlines and byte order mark included.

    Raises MalformedError when it is too large or not UTF-8, OSError as usual.
    """
    with path.open("rb") as file:
        content = file.read(BYTES_MAX + 1)
    if len(content) > BYTES_MAX:
        raise MalformedError(f"{path}: more than the limit of {BYTES_MAX} bytes")
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise MalformedError(f"{path}: not UTF-8") from None


def _files(given: Path) -> Iterator[Path]:
    if given.is_file():
        yield given
    elif given.is_dir():
        yield from sorted(_in_folder(given))
    else:
        raise UsageError(f"{given}: no such file or folder")


def _in_folder(folder: Path) -> Iterator[Path]:
    walked = 0
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        walked += len(names)
        if walked > WALKED_MAX:
            raise UsageError(f"{folder}: more than {WALKED_MAX} files; name the folders that matter")
        here = Path(root)
        for name in names:
            if is_ci_file((here / name).relative_to(folder).as_posix(), folder.name) and not (here / name).is_symlink():
                yield here / name


def _root(path: Path) -> Path:
    """The repository of a file: where .github or .git is; else the file's own folder."""
    absolute = path.resolve()
    for parent in absolute.parents:
        if (parent / ".git").exists() or (
            absolute.is_relative_to(parent / ".github") and (parent / ".github").is_dir()
        ):
            return parent
    return absolute.parent


def _tells_bake(file: CiFile) -> bool:
    """Whether a workflow passes provenance for what a bake file builds."""
    return any(
        isinstance(one, Build)
        and one.tool in {BAKE, "docker buildx bake"}
        and one.provenance.asked in {Asked.FULL, Asked.MIN}
        for job in file.jobs
        for one in job.happenings
    )
