"""File systems that are called statements.

BuildKit before 0.32 gave attestation manifests the configuration of an image, so that nothing but the bytes of their
layers tells them from one. Some runtimes unpack what they get, whatever its media type says.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from bot.evidence import Unreadable
from bot.evidence.asking import Gone
from bot.evidence.attestation_manifests import Layer
from bot.oci.ambiguity import Twofold, notice, reading
from bot.oci.manifest import Content
from bot.unreadable import gone

_TEXT: Final = re.compile(rb"[ \t\r\n]*+\{[^\x00-\x08\x0b\x0c\x0e-\x1f]*+")
"""Text that begins with a brace; no archive and no compressed stream is that."""


def notice_disguise(layer: Layer, content: Content) -> None:
    """Tell when a layer that is called a statement is something else."""
    if layer.could_run and _TEXT.fullmatch(content.data) is None:
        told = f"layer {layer.descriptor.digest} is called a statement, and is not text"
        with reading(layer.manifest):
            notice(Twofold.MEDIA_TYPES, "mediaType", told)


def unknown_disguises(layers: Iterable[Layer], answers: Mapping[str, object]) -> Iterator[Unreadable]:
    """The layers of which nobody knows whether they are text.

    One that the registry does not have counts, too: its descriptor may name another place (`urls`), which runtimes ask,
    and whoever deleted it may push it again.
    """
    for digest in dict.fromkeys(layer.descriptor.digest for layer in layers if layer.could_run):
        match answers.get(digest):
            case Unreadable() as failed:
                yield failed
            case Gone():
                yield gone(f"layer {digest}, which is called a statement and may be a file system,", digest)
