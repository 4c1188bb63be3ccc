"""The files of one run: what each one is, what it uses, and what they tell about each other."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from bot.errors import MalformedError, UsageError
from bot.workflows.builds import Asked, Build
from bot.workflows.find import diff, fixed_text, lint_text
from bot.workflows.folders import files_of, perhaps_files_of, read_text, root_of
from bot.workflows.model import CiFile
from bot.workflows.readers import UnknownKindError, read_file
from bot.workflows.rules import Follow, LintFinding
from bot.workflows.text import SourceText
from bot.workflows.versions import BAKE

FILES_MAX = 2_000
"""Files of one run."""


@dataclass(frozen=True, slots=True)
class LintedFile:
    """One file: its text and what is wrong with it; `trouble` when it could not be read."""

    path: Path
    name: str
    text: str = ""
    findings: tuple[LintFinding, ...] = ()
    trouble: str = ""
    follow: Follow = lambda _: None

    @property
    def fixed(self) -> str:
        """Its text with everything fixed that can be."""
        return fixed_text(self.name, self.text, self.findings, self.follow)

    @property
    def patch(self) -> str:
        """The same as a diff."""
        return diff(self.name, self.text, self.findings, self.follow)


@dataclass(slots=True)
class Project:
    """The files of one run. `here` is the folder that names are relative to."""

    here: Path
    files: dict[Path, CiFile | MalformedError] = field(default_factory=dict)  # what was read, or why not

    def lint(self, paths: list[Path]) -> Iterator[LintedFile]:
        """Every file that these paths mean, and those that they use (one level deep), each once.

        A file that only its folder was named for, and that is of no kind that we read, is passed over.
        Raises UsageError when a path is not there, when there are too many files, or none at all.
        """
        todo = self._todo(paths)
        told = any(_tells_bake(file) for file in map(self.read, todo) if isinstance(file, CiFile))
        for path in todo:
            yield self._found(path, bake_is_told=told)

    def _todo(self, paths: list[Path]) -> list[Path]:
        named = list(dict.fromkeys(path for given in paths for path in files_of(given)))
        if len(named) > FILES_MAX:
            raise UsageError(f"{len(named)} files, more than the limit of {FILES_MAX}; name fewer")
        named = [path for path in named if path in paths or not isinstance(self.read(path), UnknownKindError)]
        named += self._recognised(paths, {*named})
        if not named:
            raise UsageError(f"{', '.join(map(str, paths))}: no CI file that we read")
        used = [used for path in named for used in self._used(path)]
        return list(dict.fromkeys([*named, *used]))

    def _recognised(self, paths: list[Path], named: set[Path]) -> list[Path]:
        """Files whose content alone tells what they are: what does not read as such a file is none, and no trouble."""
        perhaps = [path for given in paths for path in perhaps_files_of(given) if path not in named]
        return [path for path in perhaps[:FILES_MAX] if isinstance(self.read(path), CiFile)]

    def read(self, path: Path) -> CiFile | MalformedError:
        """One file, read once; the error when it could not be."""
        if path not in self.files:
            try:
                self.files[path] = read_file(SourceText(self.name(path), read_text(path)))
            except MalformedError as error:
                self.files[path] = error
            except OSError as error:
                self.files[path] = MalformedError(f"{self.name(path)}: {error.strerror}")
        return self.files[path]

    def name(self, path: Path) -> str:
        """A path as findings and patches name it: relative to here where it can be, with slashes."""
        absolute = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links, and rename the file
        return absolute.relative_to(self.here).as_posix() if absolute.is_relative_to(self.here) else path.as_posix()

    def follow(self, path: Path, uses: str) -> Path | None:
        """The file that `uses: ./…` means in this file; None when it is not there, or outside of the repository."""
        root = root_of(path)
        wanted = (root / PurePosixPath(uses)).resolve()
        candidates = [wanted, wanted / "action.yml", wanted / "action.yaml", path.parent / wanted.name]
        for candidate in candidates:
            if candidate.is_file() and candidate.resolve().is_relative_to(root.resolve()):
                return candidate
        return None

    def _used(self, path: Path) -> list[Path]:
        file = self.read(path)
        jobs = file.jobs if isinstance(file, CiFile) else ()
        uses = [uses for job in jobs for uses in (job.calls, *(step.local for step in job.steps)) if uses]
        found = [self.follow(path, one) for one in uses if one.startswith("./")]
        return [one for one in found if one]

    def _found(self, path: Path, *, bake_is_told: bool) -> LintedFile:
        file = self.read(path)
        if isinstance(file, MalformedError):
            return LintedFile(path, self.name(path), trouble=str(file))

        def follow(uses: str) -> CiFile | None:
            used = self.follow(path, uses)
            read = self.read(used) if used else None
            return read if isinstance(read, CiFile) else None

        name, text = self.name(path), file.source.text
        findings = lint_text(name, text, follow, bake_is_told=bake_is_told)
        return LintedFile(path, name, text, tuple(findings), follow=follow)


def _tells_bake(file: CiFile) -> bool:
    """Whether a workflow passes provenance for what a bake file builds."""
    return any(
        isinstance(one, Build)
        and one.tool in {BAKE, "docker buildx bake"}
        and one.provenance.asked in {Asked.FULL, Asked.MIN}
        for job in file.jobs
        for one in job.operations
    )
