"""GoReleaser's configuration: the images that it builds and pushes, and what their build flags say.

GoReleaser loads what it builds and pushes it with `docker push`, so nothing is concluded from what it does not say.
https://goreleaser.com/customization/docker/
"""

import re
from collections.abc import Iterator

from bot.workflows.asks import asked_by
from bot.workflows.builds import Ask, Asked, Build
from bot.workflows.editors.flags import NoEditor
from bot.workflows.images import read_name
from bot.workflows.model import CiFile, FileKind, Job, Step
from bot.workflows.nodes import Mapping, Scalar
from bot.workflows.text import SourceText

TOOL = "GoReleaser image"
_TEMPLATE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")

_PUSHES = {"false": True, "true": False}
"""By `skip_push`; auto and templates decide when it runs."""


def is_configuration(document: Mapping) -> bool:
    """Whether it says which images to build."""
    return any(isinstance(entry, Mapping) for entry in document.sequence("dockers"))


def read(source: SourceText, documents: tuple[Mapping, ...]) -> CiFile:
    """Every entry of `dockers`."""
    builds = tuple(build for document in documents for build in _builds(document))
    steps = tuple(Step(build.place, operations=(build,)) for build in builds)
    job = Job(source.name, documents[0].place, steps)
    return CiFile(source, FileKind.GORELEASER, (job,) if steps else (), whole=False)


def _builds(document: Mapping) -> Iterator[Build]:
    for entry in document.sequence("dockers"):
        if isinstance(entry, Mapping):
            names = _texts(entry, "image_templates")
            yield Build(
                tool=TOOL,
                place=entry.place,
                provenance=_ask(entry, "provenance"),
                sbom=_ask(entry, "sbom"),
                push=_PUSHES.get(entry.text("skip_push") or "false"),
                load=False,
                names=tuple(read_name(name) for name in names),
                editor=NoEditor(),
            )


def _texts(entry: Mapping, key: str) -> list[str]:
    """A list's texts; a template as the unresolved part that it is."""
    items = (item for item in entry.sequence(key) if isinstance(item, Scalar))
    return [_TEMPLATE.sub(lambda found: "${" + re.sub(r"\W+", "_", found[1]) + "}", item.value) for item in items]


def _ask(entry: Mapping, what: str) -> Ask:
    for item in entry.sequence("build_flag_templates"):
        if isinstance(item, Scalar) and item.value.startswith(f"--{what}="):
            return Ask(asked_by(item.value.partition("=")[2]), item.place, writable=False)
    return Ask(Asked.UNKNOWN)
