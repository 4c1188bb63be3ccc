"""SBOMs, SPDX and CycloneDX, summarised: whether there is one and what it covers; `sbom_reading.py` reads it.

https://spdx.github.io/spdx-spec/v2.3/ and https://cyclonedx.org/docs/1.6/json/
"""

from msgspec import Struct


class Sbom(Struct, frozen=True):
    """What one SBOM document covers. Counts leave the document's own root out."""

    format: str  # "spdx" or "cyclonedx"
    version: str  # e.g. "2.3", "1.6"
    packages: int
    os_packages: int  # rpm, deb, apk
    distribution: str = ""  # the Linux distribution it names, e.g. "alpine"
    nameless: int = 0
    versionless: int = 0
    unidentified: int = 0  # neither purl nor CPE
    has_author: bool = False
    has_timestamp: bool = False
    name: str = ""  # the document's name
