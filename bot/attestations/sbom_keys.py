"""Which keys of an SBOM are read, of any format, and what a document says of itself."""

import re
from typing import Final

from bot.attestations.sbom_draft import Draft

PARTS: Final = {
    "creationInfo": ("spdx", "read_creation"),
    "packages": ("spdx", "read_packages"),
    "relationships": ("spdx", "read_relationships"),
    "documentDescribes": ("spdx", "read_described"),
    "metadata": ("cyclonedx", "read_metadata"),
    "components": ("cyclonedx", "read_components"),
    "@graph": ("spdx3", "read_graph"),
}
"""Who reads the value of a key: a module of this folder, imported when a document has the key, and its function."""

_FIELDS: Final = ("spdxVersion", "bomFormat", "@context", "specVersion", "name")
LEGACY: Final = "Data"
KEYS: Final = (*PARTS, *_FIELDS, LEGACY)
"""Of a document of any format, those that are read."""
_SPDX_VERSION: Final = re.compile(r"SPDX-([0-9]{1,3}\.[0-9]{1,3})")


def read_said(key: str, text: str, draft: Draft) -> None:
    """What the document says of itself in one text."""
    match key:
        case "spdxVersion":
            if version := _SPDX_VERSION.fullmatch(text):
                draft.formats.append("spdx")
                draft.version = version[1]
        case "bomFormat":
            draft.formats += ["cyclonedx"] if text == "CycloneDX" else []
        case "specVersion":
            draft.version = text
        case "name":
            draft.name = text
