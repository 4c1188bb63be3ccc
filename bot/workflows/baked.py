"""Which bake files and which of their targets the CI system builds, as far as its files name them.

https://docs.docker.com/build/bake/reference/#file-lookup
"""

import re
from collections.abc import Iterable, Mapping

from bot.values import replace
from bot.workflows.builds import Build
from bot.workflows.model import CiFile, FileKind, Job
from bot.workflows.operations import ImageOperation
from bot.workflows.surroundings import BAKING
from bot.workflows.tools.docker_build import DEFAULT_TARGET

_WORD = re.compile(r"[\w.-]+")
_FOUND_BY_ITSELF = re.compile(r"docker-bake(?:\.override)?\.(?:hcl|json)")
_RUNNERS = {FileKind.GITHUB, FileKind.COMPOSITE, FileKind.GITLAB, FileKind.OTHER_CI}


def is_named_bake(path: str, bakers: Mapping[str, CiFile]) -> bool:
    """Whether one of these files, by their paths, may build what the bake file at this path says.

    It lies in the root or beside the file that builds, or its folder is named there.
    """
    folder, _, base = path.rpartition("/")
    last = folder.rpartition("/")[2]
    by_itself = _FOUND_BY_ITSELF.fullmatch(base) is not None
    for other, file in bakers.items():
        words = set(_WORD.findall(file.source.text))
        here = not folder or folder == other.rpartition("/")[0] or last in words
        if here and (by_itself or base in words):
            return True
    return False


def words_of_bakers(files: Iterable[CiFile], bakers: Iterable[CiFile]) -> frozenset[str]:
    """Every word that may name a target: what commands name that surely push, where they plainly name what is there.

    Else all words of the files that build, and of those that may run them.
    """
    files, bakers = tuple(files), tuple(bakers)
    there = {name for file in files if file.kind is FileKind.BAKE for one in _builds(file) for name in one.reached}
    pushing = [one for file in bakers for one in _builds(file) if one.tool in BAKING and _pushes(one)]
    named = frozenset(name for one in pushing for name in one.reached)
    if pushing and all(one.reached for one in pushing) and named <= {*there, DEFAULT_TARGET}:
        return named
    texts = {file.source.text for file in bakers} | {file.source.text for file in files if file.kind in _RUNNERS}
    return frozenset(word for text in texts for word in _WORD.findall(text))


def given_tags(file: CiFile, bakers: Iterable[CiFile]) -> CiFile:
    """A bake file with those of its targets that have no name, and to which what bakes and pushes gives one."""
    given = {name for one in bakers for build in _builds(one) if build.push is not False for name in build.gives_tags}
    if not given or not any(build.unnamed for build in _builds(file)):
        return file

    def named(one: ImageOperation) -> ImageOperation:
        if isinstance(one, Build) and one.unnamed and not given.isdisjoint({"*", *one.reached[:1]}):
            return replace(one, push=None, names=None)
        return one

    def with_names(job: Job) -> Job:
        return replace(
            job, steps=tuple(replace(step, operations=tuple(map(named, step.operations))) for step in job.steps)
        )

    return replace(file, jobs=tuple(map(with_names, file.jobs)))


def _pushes(build: Build) -> bool:
    """Whether it pushes, or has an input that says when."""
    return build.push is True or (build.push is None and build.action is not None)


def _builds(file: CiFile) -> list[Build]:
    return [one for job in file.jobs for one in job.publishing if isinstance(one, Build)]


def is_baked(build: Build, words: frozenset[str] | None) -> bool:
    """Whether a target is built by default, or is named, or is in a group that is; True where that is not known."""
    return words is None or not build.reached or DEFAULT_TARGET in build.reached or not words.isdisjoint(build.reached)
