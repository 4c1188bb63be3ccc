"""What is counted while an SBOM of any format is read."""

import re
from typing import Final

from msgspec import Struct, field

from bot.attestations.packages import PackageListing
from bot.attestations.sbom import Sbom

NOTHING: Final = frozenset({"", "NOASSERTION", "NONE"})
"""What SPDX writes for an unknown value."""

ROOTS_MAX: Final = 64
"""Ids of what a document describes that are kept; one that describes many has no root to leave out."""

_OS_PURL: Final = re.compile(r"pkg:(?:apk|deb|rpm|alpm)/")
_DISTRO: Final = re.compile(r"[?&]distro=([A-Za-z0-9._+-]{1,64})")


class Package(Struct):
    """One package, as far as it is counted."""

    id: str = ""
    name: str = ""
    version: str = ""
    purls: list[str] = field(default_factory=list)
    cpes: int = 0
    origin: str = ""  # SPDX's sourceInfo
    is_system: bool = False  # an operating system, not a package of it
    is_file: bool = False

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is said of it."""
        return not (self.id or self.name or self.version or self.purls or self.cpes)

    @property
    def is_os_package(self) -> bool:
        """Whether it came from the package manager of a Linux distribution."""
        return any(map(_OS_PURL.match, self.purls)) or any(db in self.origin for db in ("APK DB", "DPKG DB", "RPM DB"))

    @property
    def distribution(self) -> str:
        """The distribution that it names, e.g. "debian-12"."""
        if self.is_system:
            return " ".join(part for part in (self.name, self.version) if part not in NOTHING)
        return next((found[1] for purl in self.purls if (found := _DISTRO.search(purl))), "")


class Draft(Struct):
    """An SBOM while it is read."""

    formats: list[str] = field(default_factory=list)  # that the document says to be of; one, of a good document
    version: str = ""
    name: str = ""
    has_author: bool = False
    has_timestamp: bool = False
    packages: int = 0
    os_packages: int = 0
    nameless: int = 0
    versionless: int = 0
    unidentified: int = 0
    distribution: str = ""
    roots: set[str] = field(default_factory=set)  # ids of what the document describes
    listing: PackageListing | None = None  # where the packages are listed, when somebody wants more than counts

    def describes(self, id_: str) -> None:
        """The document says that this is what it is about; "" is nothing."""
        if id_ and len(self.roots) <= ROOTS_MAX:
            self.roots.add(id_)

    def count(self, package: Package, step: int = 1) -> None:
        """Count a package, or with step -1 take it out again. Systems and files are named, but are not packages."""
        self.distribution = self.distribution or package.distribution
        if package.is_system or package.is_file or package.is_nothing:
            return
        if self.listing is not None:
            self.listing.count(package.purls, _said(package.name), _said(package.version), step)
        self.packages += step
        self.os_packages += step * package.is_os_package
        self.nameless += step * (package.name in NOTHING)
        self.versionless += step * (package.version in NOTHING)
        self.unidentified += step * (not package.purls and not package.cpes)

    def finish(self) -> Sbom:
        """The summary."""
        return Sbom(
            format=self.formats[0],
            version=self.version,
            packages=self.packages,
            os_packages=self.os_packages,
            distribution=self.distribution,
            nameless=self.nameless,
            versionless=self.versionless,
            unidentified=self.unidentified,
            has_author=self.has_author,
            has_timestamp=self.has_timestamp,
            name=self.name,
        )


def _said(text: str) -> str:
    return "" if text in NOTHING else text


def quoted(ids: set[str]) -> list[bytes]:
    """The ids as JSON writes them, to be looked for in the bytes."""
    return [b'"' + id_.encode() + b'"' for id_ in ids]
