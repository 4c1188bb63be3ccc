"""File systems that are called statements.

BuildKit before 0.32 gave attestation manifests the configuration of an image, so that nothing but the bytes of their
layers tells them from one. Some runtimes unpack what they get, whatever its media type says.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from bot.evidence import Unreadable
from bot.evidence.asking import Answer
from bot.evidence.attestation_manifests import Layer
from bot.oci.ambiguity import Twofold, notice, reading
from bot.oci.manifest import Content

_TEXT: Final = re.compile(rb"[ \t\r\n]*+\{[^\x00-\x08\x0b\x0c\x0e-\x1f]*+")
"""Text that begins with a brace; no archive and no compressed stream is that."""


def undisguise(layers: Iterable[Layer], answers: Mapping[str, Answer]) -> list[Unreadable]:
    """Tell of each layer that is called a statement, and is something else; returns those of which nobody knows."""
    unknown = []
    for layer in layers:
        digest = layer.descriptor.digest
        match answers.get(digest) if layer.could_run else None:
            case Content() as content if _TEXT.fullmatch(content.data) is None:
                with reading(layer.manifest):
                    notice(Twofold.MEDIA_TYPES, "mediaType", f"layer {digest} is called a statement, and is not text")
            case Unreadable() as unreadable:
                unknown.append(unreadable)
    return unknown
