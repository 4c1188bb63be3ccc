"""GoReleaser's configuration: the images that it builds and pushes, and what their build flags say.

What `dockers` builds, it pushes with `docker push`: whether the store keeps attestations is not known, but without a
flag there is min at most. What `dockers_v2` builds, buildx pushes, with an SBOM unless it is turned off.
https://goreleaser.com/customization/docker/ and https://goreleaser.com/customization/dockers_v2/
"""

import re
from collections.abc import Iterable, Iterator

from bot.workflows.asks import asked_by, asked_by_attests
from bot.workflows.builds import Ask, Asked, Build, OtherBuild
from bot.workflows.editors.flags import NoEditor
from bot.workflows.images import read_name
from bot.workflows.model import CiFile, FileKind, Job, Step
from bot.workflows.nodes import Mapping, Scalar
from bot.workflows.operations import DOCKER_MANIFEST, Merge
from bot.workflows.text import SourceText
from bot.workflows.unresolved import only_unresolved

TOOL = "GoReleaser"
TOOL_V2 = "GoReleaser with buildx"
_TEMPLATE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")

_PUSHES = {"false": True, "true": False}
"""By `skip_push` and `disable`; auto and templates decide when it runs."""

_PODMAN = "podman"
_KO_LOCAL = ("ko.local", "kind.local", "localhost")
"""Repositories that ko does not push to a registry. https://goreleaser.com/customization/ko/"""


_SIGNS_IMAGES = re.compile(r"^docker_signs:|^includes:|\bcosign[ \t\"',]+sign(?![\w-])", re.MULTILINE)
"""Also what another file, which is not read, may say."""


def is_configuration(document: Mapping, name: str = "") -> bool:
    """Whether it says which images to build, or is one by its name."""
    entries = [entry for key in ("dockers", "dockers_v2", "kos") for entry in document.sequence(key)]
    return name.lstrip(".").startswith("goreleaser") or any(isinstance(entry, Mapping) for entry in entries)


def may_sign_images(files: Iterable[CiFile]) -> bool:
    """Whether GoReleaser signs images, or may, in a repository of these files."""
    read = [file.source for file in files if file.kind is FileKind.GORELEASER]
    return not read or any(source.mentions(_SIGNS_IMAGES) for source in read)


def read(source: SourceText, documents: tuple[Mapping, ...]) -> CiFile:
    """Every entry of `dockers`, `dockers_v2`, `kos` and `docker_manifests`."""
    operations = tuple(one for document in documents for one in _operations(document))
    steps = tuple(Step(one.place, operations=(one,)) for one in operations)
    job = Job(source.name, documents[0].place, steps)
    return CiFile(source, FileKind.GORELEASER, (job,) if steps else (), whole=False)


def _operations(document: Mapping) -> Iterator[Build | OtherBuild | Merge]:
    for entry in _tables(document, "dockers"):
        if entry.text("use") == _PODMAN:
            yield OtherBuild("GoReleaser with podman", _PUSHES.get(entry.text("skip_push") or "false"), entry.place)
        else:
            yield _build(entry)
    yield from map(_build_v2, _tables(document, "dockers_v2"))
    for entry in _tables(document, "kos"):
        repositories = _texts(entry, "repositories")
        if not repositories or not all(text.startswith(_KO_LOCAL) for text in repositories):
            yield OtherBuild("GoReleaser with ko", _PUSHES.get(entry.text("disable") or "false"), entry.place)
    for entry in _tables(document, "docker_manifests"):
        if entry.text("use") != _PODMAN and (name := entry.scalar("name_template")):
            sources = tuple(read_name(text) for text in _texts(entry, "image_templates"))
            yield Merge(DOCKER_MANIFEST, (read_name(_written(name.value)),), sources, entry.place)


def _tables(document: Mapping, key: str) -> Iterator[Mapping]:
    return (entry for entry in document.sequence(key) if isinstance(entry, Mapping))


def _build(entry: Mapping) -> Build:
    return Build(
        tool=TOOL,
        place=entry.place,
        provenance=_ask(entry, "build_flag_templates", "provenance"),
        sbom=_ask(entry, "build_flag_templates", "sbom"),
        push=_PUSHES.get(entry.text("skip_push") or "false"),
        load=False,
        names=tuple(read_name(name) for name in _texts(entry, "image_templates")),
        editor=NoEditor(),
        made_from=tuple(filter(None, [entry.text("dockerfile")])),
    )


def _build_v2(entry: Mapping) -> Build:
    sbom = entry.scalar("sbom")
    asked = asked_by(_written(sbom.value)) if sbom else Asked.FULL
    images, tags = _texts(entry, "images"), _texts(entry, "tags") or ["latest"]
    return Build(
        tool=TOOL_V2,
        place=entry.place,
        provenance=_ask(entry, "flags", "provenance"),
        sbom=Ask(asked, sbom.place if sbom else None, writable=False),
        push=_PUSHES.get(entry.text("disable") or "false"),
        load=False,
        names=tuple(read_name(f"{image}:{tag}") for image in images for tag in tags),
        editor=NoEditor(),
        made_from=tuple(filter(None, [entry.text("dockerfile")])),
    )


def _texts(entry: Mapping, key: str) -> list[str]:
    """A list's texts."""
    return [_written(item.value) for item in entry.sequence(key) if isinstance(item, Scalar)]


def _written(text: str) -> str:
    """A template as the unresolved part that it is."""
    return _TEMPLATE.sub(lambda found: "${" + re.sub(r"\W+", "_", found[1]) + "}", text)


def _ask(entry: Mapping, key: str, what: str) -> Ask:
    """What a list of flags says; UNKNOWN where a template may hold any flag."""
    flags = [(_written(item.value), item.place) for item in entry.sequence(key) if isinstance(item, Scalar)]
    for flag, place in flags:
        if flag.startswith(f"--{what}="):
            return Ask(asked_by(flag.partition("=")[2]), place, writable=False)
    attests = [flag.partition("=")[2] for flag, _ in flags if flag.startswith("--attest=")]
    apart = any(flag in {"--attest", f"--{what}"} or only_unresolved(flag) for flag, _ in flags)
    return Ask(Asked.UNKNOWN if apart else asked_by_attests(attests, what))
