"""Children of an index that no runtime runs: a SOCI index, notes that podman added beside the images.

Nobody asks provenance of them, so whoever forges one would escape that rule. What runtimes do decides. containerd and
Docker refuse a manifest whose configuration is the empty one. podman 3 does not look at it, and unpacks every layer
that begins as an archive does, whatever its type says. So a child is left out only when its configuration is the empty
one, no type in it is an image's, and, where a runtime may choose it, its bytes were seen: text, or for SOCI no archive.
https://github.com/awslabs/soci-snapshotter/blob/main/docs/soci-index-manifest-v2.md
"""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from bot.errors import MalformedError
from bot.evidence import Unreadable
from bot.evidence.asking import Answer, Asking, Gone, aside
from bot.evidence.attestation_manifests import is_selectable
from bot.evidence.options import Limit
from bot.evidence.runnable import could_run, is_inert, is_layer
from bot.oci.manifest import OCI_MANIFEST, Content, Descriptor, Manifest
from bot.unreadable import gone, over_limit

LAYERS_MAX: Final = 128
"""Layers of one such child; SOCI writes one for each large layer of the image."""

LAYER_MAX: Final = 16 * 1024 * 1024
"""Bytes of one of them; SOCI's have about a hundredth of the layer that they describe."""

TYPE_MAX: Final = 100
"""Characters of its type in a sentence."""

_SOCI: Final = frozenset({"application/vnd.amazon.soci.index.v1+json", "application/vnd.amazon.soci.index.v2+json"})
_SOCI_LAYER: Final = "application/octet-stream"

_COMPRESSED: Final = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"BZh", b"\xfd7zXZ\x00", b"\x04\x22\x4d\x18")
_SKIPPED: Final = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18")
"""A part that readers of zstd skip."""

_PROGRAM: Final = (b"\x7fELF", b"\x00asm", b"MZ", b"#!")
_CHECKSUM: Final = re.compile(rb"[ \x00]*[0-7]+(?:[ \x00].*)?", re.DOTALL)
"""The checksum in the header of a tar, as the most patient of its readers take it; it is not added up."""

_HEADER: Final = 512
_FIELD: Final = slice(148, 156)
"""Bytes of the header, and where the checksum stands in it."""

_TEXT: Final = re.compile(rb"[^\x00-\x08\x0b\x0c\x0e-\x1f]*+")


class Beside(Struct, frozen=True):
    """A child that nothing runs, as far as its manifest tells. `layers` are those whose bytes have still to be seen."""

    child: Descriptor
    told: str  # its type, in the publisher's words
    layers: tuple[Descriptor, ...] = ()
    is_soci: bool = False
    problem: Unreadable | None = None

    @property
    def note(self) -> str:
        """What is said of one that is left out."""
        return f"{self.child.digest} is not an image but {self.told}: nothing in it runs, so it is not a platform"

    def allows(self, data: bytes) -> bool:
        """Whether these bytes are nothing that a runtime unpacks or starts."""
        if data.startswith((*_COMPRESSED, *_PROGRAM)) or _SKIPPED.match(data) or _is_tar(data):
            return False
        return self.is_soci or _TEXT.fullmatch(data) is not None


class LeftOut(Struct, frozen=True):
    """Children that are not platforms: their digests, a note on each, and which of them could not be checked."""

    digests: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()


def _is_tar(data: bytes) -> bool:
    """Go takes a blank checksum for 0, and adds bytes as signed numbers, too: these may well be 0 together."""
    if _CHECKSUM.fullmatch(data[_FIELD]):
        return True
    if len(data) < _HEADER or data[_FIELD].strip(b" \x00"):
        return False
    header = data[: _FIELD.start] + b" " * 8 + data[_FIELD.stop : _HEADER]
    return not sum(memoryview(header).cast("b"))


async def look_beside(asking: Asking, runnable: list[Descriptor], answers: dict[str, Answer]) -> LeftOut:
    """Tell which of the children that are taken for platforms run nowhere. Raises nothing.

    The layers of those that a runtime may choose are fetched; an index without such a child costs no request. One that
    the index names twice is left out only if each of its descriptors says so: a runtime takes either.
    """
    looked = [(child.digest, _beside(child, answers.get(child.digest))) for child in runnable]
    platforms = {digest for digest, one in looked if one is None}
    found = [one for digest, one in looked if one and digest not in platforms]
    wanted = {layer.digest: layer for one in found for layer in one.layers}
    limit = Limit(LAYER_MAX, "LAYER_MAX")

    async def harmless(digest: str, content: Content) -> bool:
        users = [one for one in found if any(layer.digest == digest for layer in one.layers)]
        return await aside(content.data, _allowed, content.data, users)

    seen = await asking.reduced([(layer, limit) for layer in wanted.values()], harmless)
    platforms |= {one.child.digest for one in found if any(seen[layer.digest] is False for layer in one.layers)}
    left = [one for one in found if one.child.digest not in platforms]
    unknown = tuple(dict.fromkeys(failure for one in left for failure in _failures(one, seen)))
    unseen = {one.child.digest for one in left if any(_failures(one, seen))}
    notes = dict.fromkeys(one.note for one in left if one.child.digest not in unseen)
    return LeftOut(frozenset(one.child.digest for one in left), tuple(notes), unknown)


def _allowed(data: bytes, users: list[Beside]) -> bool:
    return all(one.allows(data) for one in users)


def _failures(one: Beside, seen: dict[str, bool | Gone | Unreadable]) -> Iterator[Unreadable]:
    """Why nobody can tell what it is."""
    if one.problem:
        yield one.problem
    for layer in one.layers:
        match seen[layer.digest]:
            case Unreadable() as failed:
                yield failed
            case Gone():
                yield gone(f"layer {layer.digest} of {one.told}, which may be a file system,", layer.digest)


def _beside(child: Descriptor, answer: Answer | None) -> Beside | None:
    """The child when its manifest holds nothing that is an image's; None for all else."""
    manifest = _artifact(child, answer)
    if manifest is None:
        return None
    is_soci = manifest.config.media_type in _SOCI and all(layer.media_type == _SOCI_LAYER for layer in manifest.layers)
    told = (manifest.config.media_type if is_soci else manifest.artifact_type)[:TYPE_MAX] or "an artifact"
    if not is_selectable(child):
        return Beside(child, told)
    if len(manifest.layers) > LAYERS_MAX:
        why = f"{child.digest} has {len(manifest.layers)} layers, more than LAYERS_MAX = {LAYERS_MAX}"
        return Beside(child, told, problem=over_limit(why, child.digest))
    return Beside(child, told, manifest.layers, is_soci) if manifest.layers else None


def _artifact(child: Descriptor, answer: Answer | None) -> Manifest | None:
    try:
        manifest = answer.read(Manifest) if isinstance(answer, Content) else None
    except MalformedError:
        return None
    if manifest is None or not isinstance(answer, Content) or not is_inert(manifest) or could_run(manifest):
        return None
    is_oci = all(one in {"", OCI_MANIFEST} for one in (child.media_type, answer.media_type, manifest.media_type))
    types = [layer.media_type.partition(";")[0].strip() for layer in manifest.layers]
    return manifest if is_oci and not any(map(is_layer, types)) else None
