"""The image fields of YAML documents.

Compose: `services.*.image`, and images as volumes. Kubernetes and resources like it: every `image`, a text or, for
image volumes, a `reference`. Values of a Helm chart: tables with `repository`, and perhaps `registry`, `tag` and
`digest`; below `image` also tables with a `name`, which stands behind the repository as in the charts of Strimzi, whose
defaults for all images stand at the margin.
"""

from collections.abc import Iterator
from collections.abc import Mapping as Table
from typing import Final

from msgspec import Struct

from bot.workflows.nodes import Mapping, Node, Scalar, Sequence

_IMAGE: Final = "image"
_PARTS: Final = ("registry", "repository", "tag", "digest")

_COMPOSE: Final = frozenset(
    {"version", "name", "include", "services", "networks", "volumes", "configs", "secrets", "models"}
)
"""All that a Compose file may have at its margin, beside `x-…`.

https://github.com/compose-spec/compose-spec/blob/main/schema/compose-spec.json
"""

_RUN: Final = frozenset({"build", "extends", "provider"})
"""Where a service of Compose comes from that names no image."""

_DEFAULTS: Final = {
    "registry": "defaultImageRegistry",
    "repository": "defaultImageRepository",
    "tag": "defaultImageTag",
}
"""What holds for images that say nothing themselves, by the part of the name."""

_DECIDING: Final = frozenset({_IMAGE, "reference", "kind", "<<", *_PARTS, *_DEFAULTS.values()})
"""Keys whose text decides which image is meant."""


class RepeatedKey(Struct, frozen=True):
    """A key that stands twice in one table, and the offset of the second."""

    name: str
    offset: int


class ImageField(Struct, frozen=True):
    """A name, and the offset at which it stands. `is_whole`: else the chart puts its tag together."""

    name: str
    offset: int
    is_whole: bool = True


class _Chart(Struct, frozen=True):
    """What holds for images of its values that do not say it: the tag, and the defaults by part of the name."""

    app_version: str
    defaults: Table[str, str]


def fields(document: Node, *, app_version: str = "") -> Iterator[ImageField]:
    """All of a document. `app_version` is the chart's, for values that name no tag."""
    services = _services(document)
    table = document if isinstance(document, Mapping) else None
    chart = _Chart(app_version, {part: _value(table.get(key)) if table else "" for part, key in _DEFAULTS.items()})
    if services is not None:
        for service in services.flat().values():
            if not isinstance(service, Mapping):
                continue
            if _is_of_chart(service):
                yield from _walk(service, chart)
            else:
                yield from _text(service.get(_IMAGE))
                yield from _mounted(service.get("volumes"))
    else:
        yield from _walk(document, chart)


def _is_of_chart(service: Mapping) -> bool:
    """Whether it is a part of a chart's values, which begin like a Compose file: it has nothing that Compose runs."""
    image = service.get(_IMAGE)
    return isinstance(image, Mapping) or (image is None and _RUN.isdisjoint(service.flat()))


def _mounted(volumes: Node | None) -> Iterator[ImageField]:
    """`{type: image, source: …}`: a service may have the content of an image as a volume."""
    for volume in volumes.items if isinstance(volumes, Sequence) else ():
        if isinstance(volume, Mapping) and _value(volume.get("type")) == _IMAGE:
            yield from _text(volume.get("source"))


def other_file(document: Node) -> int | None:
    """Where a Compose file takes images from another file: by `include`, or by `extends` without an own image."""
    services = _services(document)
    if services is None or not isinstance(document, Mapping):
        return None
    if (include := document.get("include")) is not None:
        return include.place.start
    for service in services.flat().values():
        extends = service.get("extends") if isinstance(service, Mapping) and service.get(_IMAGE) is None else None
        if isinstance(extends, Mapping) and extends.get("file") is not None:
            return extends.place.start
    return None


def repeated_key(document: Node) -> RepeatedKey | None:
    """The first key that stands twice where that could hide an image: some readers take the first, others the last."""
    todo: list[Node] = [document]
    while todo:
        match todo.pop():
            case Sequence(items=items):
                todo.extend(reversed(items))
            case Mapping() as table:
                if found := _repeated(table):
                    return found
                todo.extend(value for _, value in reversed(table.pairs))
            case _:
                pass
    return None


def _repeated(table: Mapping) -> RepeatedKey | None:
    """Labels that stand twice do no harm."""
    seen: dict[str, bool] = {}  # whether all that stood under that key were texts
    deciding = _DECIDING | {"name"} if any(key.value in _PARTS for key, _ in table.entries()) else _DECIDING
    for key, value in table.entries():
        is_text = isinstance(value, Scalar)
        if key.value in seen and (key.value in deciding or not (is_text and seen[key.value])):
            return RepeatedKey(key.value, key.place.start)
        seen[key.value] = is_text
    return None


def _services(document: Node) -> Mapping | None:
    """The services of a Compose file; None for another document: values of a chart may have `services`, too."""
    if not isinstance(document, Mapping):
        return None
    is_compose = all(key in _COMPOSE or key.startswith("x-") for key in document.flat())
    return document.mapping("services") if is_compose else None


def _walk(node: Node, chart: _Chart) -> Iterator[ImageField]:
    match node:
        case Sequence():
            for item in node.items:
                yield from _walk(item, chart)
        case Mapping():
            yield from _table(node.flat(), chart)
        case _:
            return


def _table(table: Table[str, Node], chart: _Chart) -> Iterator[ImageField]:
    repository, image = table.get("repository"), table.get(_IMAGE)
    if isinstance(repository, Scalar) and _value(repository) and {"tag", "digest", "registry"} & set(table):
        yield _joined(repository, table, chart)
        yield from _text(image)
        for value in table.values():
            yield from _walk(value, chart)
        return
    for key, value in table.items():
        match value:
            case Scalar() if key == _IMAGE and isinstance(image, Scalar):
                yield from _with_tag(image, table)
            case Mapping() if key == _IMAGE:
                yield from _nested(value, chart)
            case _:
                yield from _walk(value, chart)


def _nested(image: Mapping, chart: _Chart) -> Iterator[ImageField]:
    """`image: {reference: …}` of a volume, `image: {repository: …}` of a chart's values, or anything else."""
    reference, repository = image.get("reference"), image.get("repository")
    if isinstance(reference, Scalar):
        yield from _text(reference)
    elif (name := _scalar(image.get("name"))) and set(_PARTS) & set(image.flat()):
        yield _named(name, image.flat(), chart)
    elif isinstance(repository, Scalar) and _value(repository):
        yield _joined(repository, image.flat(), chart)
    else:
        yield from _walk(image, chart)
        return
    yield from _text(image.get(_IMAGE))
    for value in image.flat().values():
        yield from _walk(value, chart)


def _joined(repository: Scalar, table: Table[str, Node], chart: _Chart) -> ImageField:
    registry, _, tag, digest = (_value(table.get(part)) for part in _PARTS)
    name = f"{registry}/{repository.value}" if registry else repository.value
    if digest:
        return ImageField(f"{name}@{digest}", repository.place.start)
    tag = tag or chart.app_version
    return ImageField(f"{name}:{tag}" if tag else name, repository.place.start)


def _named(name: Scalar, table: Table[str, Node], chart: _Chart) -> ImageField:
    """`image: {registry: quay.io, repository: strimzi, name: operator, tag: 1.2}`; the chart may add to a prefix."""
    registry, repository, tag, digest = (_value(table.get(part)) or chart.defaults.get(part, "") for part in _PARTS)
    last = [] if repository.rpartition("/")[2] == name.value else [name.value]
    whole = "/".join([*filter(None, [registry, repository]), *last])
    if digest:
        return ImageField(f"{whole}@{digest}", name.place.start)
    is_whole = bool(_value(table.get("tag"))) or "tagPrefix" not in table
    tag = tag or chart.app_version
    return ImageField(f"{whole}:{tag}" if tag else whole, name.place.start, is_whole)


def _with_tag(image: Scalar, table: Table[str, Node]) -> Iterator[ImageField]:
    """`image: quay.io/a/b` beside `tag: 1.2`, as values of some charts have it."""
    name, tag = _value(image), _value(table.get("tag"))
    is_tagged = "@" in name or ":" in name.rpartition("/")[2]
    if name:
        yield ImageField(name if is_tagged or not tag else f"{name}:{tag}", image.place.start)


def _text(node: Node | None) -> Iterator[ImageField]:
    if isinstance(node, Scalar) and (name := _value(node)):
        yield ImageField(name, node.place.start)


def _scalar(node: Node | None) -> Scalar | None:
    return node if isinstance(node, Scalar) and _value(node) else None


def _value(node: Node | None) -> str:
    """The text; "" for null."""
    is_null = isinstance(node, Scalar) and not node.style and node.value in {"null", "~", ""}
    return node.value.strip() if isinstance(node, Scalar) and not is_null else ""
