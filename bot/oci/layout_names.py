"""The names in a layout's index.json: which tag stands for which manifest.

https://github.com/opencontainers/image-spec/blob/main/image-layout.md#indexjson-file
"""

from typing import Final

from msgspec import Struct
from pydantic import Field

from bot.oci.documents import Wire
from bot.oci.manifest import Descriptor
from bot.oci.reference import Reference

LAYOUT_ENTRIES_MAX: Final = 10_000
"""Manifests in one index.json: a folder may hold every tag of a repository, unlike an image index."""

REF_NAME: Final = "org.opencontainers.image.ref.name"
CONTAINERD_NAME: Final = "io.containerd.image.name"
"""The full name; containerd and buildx write it beside a REF_NAME that is the tag alone."""

_COSIGN: Final = "dev.cosignproject.cosign/"
_COSIGN_SUFFIXES: Final = {"sigs": ".sig", "atts": ".att", "sboms": ".sbom"}
"""`cosign save` gives no tags; the annotation `kind` says which tag the entry would have in a registry."""


class LayoutIndex(Wire):
    """The layout's index.json."""

    manifests: tuple[Descriptor, ...] = Field(default=(), max_length=LAYOUT_ENTRIES_MAX)


class Entry(Struct, frozen=True):
    """One manifest of index.json and the names it goes by: tags, or whole references as `docker.io/library/x:1`."""

    descriptor: Descriptor
    names: tuple[str, ...]


def entries(index: LayoutIndex) -> tuple[Entry, ...]:
    """Every entry of index.json, in its order."""
    images = {_cosign_name(d): d.digest for d in index.manifests if _kind(d) in {"image", "imageIndex"}}
    return tuple(Entry(descriptor, _names(descriptor, images)) for descriptor in index.manifests)


def find(listed: tuple[Entry, ...], reference: Reference) -> tuple[Descriptor, ...]:
    """Each different manifest that the reference's tag may stand for; with several, nobody knows which one is meant.

    A tag without a repository in the layout fits any reference; a whole name fits only its own, or an `oci:` one.
    """
    whole = () if reference.layout else (f"{reference.name}:{reference.tag}",)  # no image is called by a folder's path
    for wanted in (*whole, reference.tag):
        if fits := _digests(listed, wanted, whole=True):
            return tuple(fits.values())
    return tuple(_digests(listed, reference.tag, whole=False).values()) if reference.layout else ()


def tags(listed: tuple[Entry, ...]) -> tuple[str, ...]:
    """The tags in the index's order, each once; whole names where a tag alone would be ambiguous."""
    return tuple(dict.fromkeys(_shown(entry, listed) for entry in listed if entry.names))


def _shown(entry: Entry, listed: tuple[Entry, ...]) -> str:
    tag = tag_of(entry.names[-1])
    return tag if len(_digests(listed, tag, whole=False)) == 1 else entry.names[0]


def _digests(listed: tuple[Entry, ...], wanted: str, *, whole: bool) -> dict[str, Descriptor]:
    """Which different manifests go by that name."""
    return {
        entry.descriptor.digest: entry.descriptor
        for entry in listed
        if wanted in (entry.names if whole else tuple(map(tag_of, entry.names)))
    }


def tag_of(name: str) -> str:
    """The tag of `docker.io/library/x:1`, or the name itself when it is a tag."""
    return name.rpartition("/")[2].rpartition(":")[2]


def _names(descriptor: Descriptor, images: dict[str, str]) -> tuple[str, ...]:
    suffix = _COSIGN_SUFFIXES.get(_kind(descriptor))
    if suffix is None:
        given = (descriptor.annotations.get(key, "") for key in (CONTAINERD_NAME, REF_NAME))
        return tuple(name for name in given if name)
    subject = images.get(_cosign_name(descriptor), "")
    return (subject.replace(":", "-") + suffix,) if subject else ()


def _kind(descriptor: Descriptor) -> str:
    kind = descriptor.annotations.get("kind", "")
    return kind.removeprefix(_COSIGN) if kind.startswith(_COSIGN) else ""


def _cosign_name(descriptor: Descriptor) -> str:
    """What ties a cosign entry to its image: the image's name, the same on both; "" in layouts of one image."""
    return descriptor.annotations.get(REF_NAME, "")
