"""The packages that one SBOM lists, as it names them. Read only when two images are compared.

A package is its purl (https://github.com/package-url/purl-spec), or its name and version when it has no purl.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from msgspec import Struct, field

from bot.errors import OverLimitError

PACKAGES_MAX: Final = 200_000
"""Packages of one SBOM; the largest ones that were seen have some 20,000. Each costs about 200 bytes of memory."""


class PackageList(Struct, frozen=True):
    """All packages of one SBOM. `name` is the document's: BuildKit calls the image's own one "sbom"."""

    name: str = ""
    purls: frozenset[str] = frozenset()
    others: frozenset[tuple[str, str]] = frozenset()  # name and version of those without a purl

    def __len__(self) -> int:
        return len(self.purls) + len(self.others)


class PackageListing(Struct):
    """A list while its SBOM is read. Entries are counted: a document's root is taken out again at the end."""

    purls: Counter[str] = field(default_factory=Counter)
    others: Counter[tuple[str, str]] = field(default_factory=Counter)

    def count(self, purls: Sequence[str], name: str, version: str, step: int) -> None:
        """Add a package, or take it out with step -1. Raises OverLimitError over PACKAGES_MAX."""
        if purls:
            self.purls[purls[0]] += step
        elif name:
            self.others[name, version] += step
        if len(self.purls) + len(self.others) > PACKAGES_MAX:
            raise OverLimitError(f"the SBOM lists more than PACKAGES_MAX = {PACKAGES_MAX} packages")

    def finish(self, name: str) -> PackageList:
        """The list."""
        return PackageList(
            name,
            frozenset(purl for purl, count in self.purls.items() if count > 0),
            frozenset(other for other, count in self.others.items() if count > 0),
        )
