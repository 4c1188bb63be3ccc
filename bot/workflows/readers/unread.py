"""Files that build images in a language which is not read: only that they push one is seen.

Jenkinsfiles, Earthfiles, Drone's pipelines in Starlark and Jsonnet, and those justfiles and Taskfiles whose pushes
their own readers do not see. What they push, and how, is not known.
"""

import re
from collections.abc import Iterator
from typing import Final

from bot.errors import MalformedError
from bot.values import replace
from bot.workflows.builds import Build, OtherBuild
from bot.workflows.model import CiFile, FileKind, Job, Step
from bot.workflows.operations import Copy, ImageOperation, ImagePush, Merge, UnreadPush
from bot.workflows.readers.unknown_kind import UnknownKindError
from bot.workflows.text import SIZE_MAX, Place, SourceText

_SHOWN_MAX: Final = 60
"""Characters of a command."""
_COMMENT: Final = re.compile(r"[ \t]*(?:#|//|\*)")
_PUSHES: Final = re.compile(
    r"\b(?:docker|podman|buildah|nerdctl)[ \t](?:image |manifest |compose )?push\b"
    r"|\b(?:skopeo|crane|regctl image)[ \t](?:copy|cp|push)\b|\bimagetools create\b"
    r"|\bko (?:build|publish)\b(?!.{0,200}(?:--local|--push=false|[ \t]-L)\b)"
    r"|[iI]mage\.push\("
    r"|(?<![\w.-])(?:plugins/(?:docker|ecr|gcr|gar|acr|kaniko)|[\w.-]+/(?:plugin-|drone-)(?:docker(?:-buildx)?|kaniko))"
    r"(?![\w/-])"
)
_FLAG: Final = re.compile(r"(?<![\w-])--push\b(?!=false)")
_BUILDS: Final = re.compile(r"\b(?:buildx|bake|build|SAVE IMAGE)\b")
"""A flag that pushes, and what is before it in its line where it pushes an image."""


def read(source: SourceText) -> CiFile:
    """Where it pushes an image for the first time.

    Raises MalformedError when it is over the limit, UnknownKindError when it pushes none that we see.
    """
    if len(source.text) > SIZE_MAX:
        raise MalformedError(f"{source.name}: {len(source.text)} characters, more than the limit of {SIZE_MAX}")
    start = 0
    for line in _joined(source.text):
        if (found := _push_in(line)) and not _COMMENT.match(line):
            place = Place(start + found[0], start + found[1])
            push = UnreadPush(_shown(line[found[0] : found[1]]), place)
            job = Job(source.name, place, (Step(place, operations=(push,)),))
            return CiFile(source, FileKind.UNREAD, (job,), whole=False)
        start += len(line)
    raise UnknownKindError(f"{source.name}: it pushes no image that we see")


def instead(file: CiFile) -> CiFile:
    """A file whose reader saw no image leave the machine: as one that is not read, if it pushes one after all."""
    if any(_publishes(one) for job in file.jobs for one in job.operations):
        return file
    try:
        return replace(file, kind=FileKind.UNREAD, jobs=(*file.jobs, *read(file.source).jobs))
    except UnknownKindError:
        return file


def _publishes(operation: ImageOperation) -> bool:
    if isinstance(operation, Build):
        return operation.push is not False
    return isinstance(operation, Copy | ImagePush | Merge | OtherBuild)


def _shown(command: str) -> str:
    """The command in words; of a long one, the first and the last."""
    words = [word for word in command.split() if word != "\\"]
    text = " ".join(words)
    return text if len(text) <= _SHOWN_MAX else f"{words[0]} … {words[-1]}"[:_SHOWN_MAX]


def _joined(text: str) -> Iterator[str]:
    """Each line, joined with those that continue it after a backslash: the flag that pushes may be in one of them."""
    lines = iter(text.splitlines(keepends=True))
    for first in lines:
        parts = [first]
        while parts[-1].rstrip("\r\n").endswith("\\") and (following := next(lines, "")):
            parts.append(following)
        yield "".join(parts)


def _push_in(line: str) -> tuple[int, int] | None:
    """Where a line pushes an image; in steps, as one pattern takes the square of its length."""
    if found := _PUSHES.search(line):
        return found.span()
    flag = _FLAG.search(line)
    built = _BUILDS.search(line, 0, flag.start()) if flag else None
    return (built.start(), flag.end()) if flag and built else None
