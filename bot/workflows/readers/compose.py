"""Compose files: services that are built.

https://docs.docker.com/reference/compose-file/build/
"""

from collections.abc import Iterator

from bot.workflows.asks import asked_by
from bot.workflows.builds import Ask, Asked, Build
from bot.workflows.editors.table import ShortEditor, TableEditor
from bot.workflows.images import read_name
from bot.workflows.model import CiFile, FileKind, Job, Step
from bot.workflows.nodes import Mapping, Scalar
from bot.workflows.text import SourceText

TOOL = "compose service"


def read(source: SourceText, documents: tuple[Mapping, ...]) -> CiFile:
    """Every service with a `build` and an `image` to push it as; without `image` it is for this machine alone."""
    builds = tuple(build for document in documents for build in _builds(source, document))
    steps = tuple(Step(build.place, operations=(build,)) for build in builds)
    place = documents[0].place
    return CiFile(source, FileKind.COMPOSE, (Job(source.name, place, steps),) if steps else (), whole=False)


def _builds(source: SourceText, document: Mapping) -> Iterator[Build]:
    services = document.mapping("services")
    for key, service in services.entries() if services else ():
        if not isinstance(service, Mapping) or not service.text("image") or not service.get("build"):
            continue
        table, short = service.mapping("build"), service.scalar("build")
        elsewhere = service.get("extends") is not None or (table is not None and table.get("x-bake") is not None)
        yield Build(
            tool=TOOL,
            place=key.place,
            provenance=_ask(table, "provenance", elsewhere=elsewhere),
            sbom=_ask(table, "sbom", elsewhere=elsewhere),
            push=None,
            load=None,
            names=(read_name(service.text("image")),),
            editor=ShortEditor(source, short) if short else TableEditor(source, table),
        )


def _ask(table: Mapping | None, what: str, *, elsewhere: bool) -> Ask:
    node = table.get(what) if table else None
    if isinstance(node, Scalar) and table:
        within = table.place.start <= node.place.start < table.place.end and not node.anchored
        return Ask(asked_by(node.value), node.place, within)
    return Ask(Asked.UNKNOWN if elsewhere or node is not None else Asked.SILENT)
