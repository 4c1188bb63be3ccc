"""Dockerfiles, as far as they decide what an SBOM can find: what their last stage deletes, and what it starts from.

https://docs.docker.com/reference/dockerfile/
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from bot.errors import MalformedError
from bot.workflows.images import read_name
from bot.workflows.model import CiFile, FileKind, Job, Step
from bot.workflows.operations import DatabaseRemoved, ImageOperation, Pull
from bot.workflows.text import SIZE_MAX, Place, SourceText

STAGES_MAX = 200
"""Stages of one file; nobody writes more."""

_COMMENT = re.compile(r"^[ \t]*#[^\n]*", re.MULTILINE)
_FROM = re.compile(
    r"^[ \t]*FROM[ \t]+(?:--platform=\S+[ \t]+)?(\S+)(?:[ \t]+AS[ \t]+(\S+))?", re.IGNORECASE | re.MULTILINE
)
_REMOVE = re.compile(r"\brm[ \t]+(?:[^;&|\n\\]|\\\r?\n)+")
_END = r"(?:/\*?)?(?=[\s;&|\\'\"]|$)"
_DATABASES = {
    "rpm": re.compile(rf"/(?:var/lib|usr/lib/sysimage)/rpm(?:/rpmdb\.sqlite|/Packages(?:\.db)?)?{_END}"),
    "dpkg": re.compile(rf"/var/lib/dpkg(?:/status)?{_END}"),
    "apk": re.compile(rf"/lib/apk(?:/db(?:/installed)?)?{_END}"),
}


class Stage(Struct, frozen=True):
    """One `FROM …` and what follows; `name` is in lower case, "" when it has none."""

    base: str
    name: str
    place: Place  # from its FROM on
    base_place: Place


def read(source: SourceText) -> CiFile:
    """A Dockerfile; the last stage and those that it starts from make the image.

    Raises MalformedError when it is over the limit.
    """
    if len(source.text) > SIZE_MAX:
        raise MalformedError(f"{source.name}: {len(source.text)} characters, more than the limit of {SIZE_MAX}")
    text = _COMMENT.sub(lambda found: " " * len(found[0]), source.text)
    stages = stages_of(text)
    kept = kept_of(stages)
    operations = (operation for stage in kept for operation in _operations(text, stage, stages))
    step = Step(Place(0, 0), operations=tuple(operations))
    return CiFile(source, FileKind.DOCKERFILE, (Job(source.name, Place(0, 0), (step,)),), whole=False)


def stages_of(text: str) -> list[Stage]:
    """All stages of a Dockerfile, in order."""
    found = list(_FROM.finditer(text))[:STAGES_MAX]
    ends = [*(one.start() for one in found[1:]), len(text)][: len(found)]
    return [
        Stage(one[1], (one[2] or "").lower(), Place(one.start(), end), Place(one.start(1), one.end(1)))
        for one, end in zip(found, ends, strict=True)
    ]


def kept_of(stages: list[Stage], target: str = "") -> list[Stage]:
    """The stage of that name, else the last one, and those under it, first one first."""
    kept: list[Stage] = []
    at = next((index for index, stage in enumerate(stages) if target and stage.name == target.lower()), len(stages) - 1)
    while at >= 0:
        kept.insert(0, stages[at])
        base = stages[at].base.lower()
        at = next((index for index in range(at - 1, -1, -1) if stages[index].name == base), -1)
    return kept


def _operations(text: str, stage: Stage, stages: list[Stage]) -> Iterator[ImageOperation]:
    if stage.base.lower() not in {one.name for one in stages} | {"scratch"}:
        yield Pull(read_name(stage.base), stage.base_place)
    for removal in _REMOVE.finditer(text, stage.place.start, stage.place.end):
        for manager, database in _DATABASES.items():
            if found := database.search(text, removal.start(), removal.end()):
                yield DatabaseRemoved(manager, found[0], Place(found.start(), found.end()))
