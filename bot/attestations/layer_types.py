"""How a layer says that it holds a statement: by its media type, and by an annotation.

https://docs.docker.com/build/metadata/attestations/attestation-storage/
"""

import re
from typing import Final

from bot.attestations.statement import DSSE, IN_TOTO

PREDICATE_TYPE: Final = "in-toto.io/predicate-type"
"""The layer's annotation."""

ATTESTATION_MANIFEST: Final = "application/vnd.docker.attestation.manifest.v1+json"
"""The artifact type that BuildKit writes since 0.32; before, an attestation manifest looked like an image."""

_DSSE: Final = re.compile(rf"{re.escape(DSSE)}|application/vnd\.in-toto\..+\+dsse")


def is_envelope(media_type: str) -> bool:
    """Whether a layer of that type is a DSSE envelope around a statement."""
    return _DSSE.fullmatch(media_type) is not None


def is_statement(media_type: str) -> bool:
    """Whether a layer of that type is a statement, plain or in an envelope."""
    return media_type == IN_TOTO or is_envelope(media_type)
