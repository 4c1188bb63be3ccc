"""SPDX 2.x as tags and values, one a line: what `cosign attest --type spdx` wraps.

https://spdx.github.io/spdx-spec/v2.3/conformance/
"""

import re
from typing import Final

from bot.attestations.packages import PackageListing
from bot.attestations.sbom import Sbom
from bot.attestations.sbom_draft import Draft, Package

_LINE: Final = re.compile(r"^(?P<tag>[A-Za-z]+):[ \t]*(?P<value>.*?)[ \t\r]*$", re.MULTILINE)
_DOCUMENT: Final = "SPDXRef-DOCUMENT"


def is_tagged(text: str) -> bool:
    """Whether the text looks like SPDX's tags and values."""
    return "SPDXVersion:" in text[:10_000]


def read_tagged(text: str, listing: PackageListing | None = None) -> Sbom:
    """The summary; the packages go to the `listing`."""
    draft = Draft(["spdx"], listing=listing)
    packages: list[Package] = []
    for match in _LINE.finditer(text):
        _read(match["tag"], match["value"], draft, packages)
    roots = [package for package in packages if package.id in draft.roots]
    for package in packages:
        if len(roots) != 1 or package is not roots[0]:
            draft.count(package)
    return draft.finish()


def _read(tag: str, value: str, draft: Draft, packages: list[Package]) -> None:
    match tag:
        case "SPDXVersion":
            draft.version = value.removeprefix("SPDX-")
        case "DocumentName":
            draft.name = value
        case "Creator":
            draft.has_author = True
        case "Created":
            draft.has_timestamp = bool(value)
        case "PackageName":
            packages.append(Package(name=value))
        case "Relationship" if value.startswith(f"{_DOCUMENT} DESCRIBES "):
            draft.describes(value.rpartition(" ")[2])
        case _ if packages:
            _read_package(tag, value, packages[-1])


def _read_package(tag: str, value: str, package: Package) -> None:
    match tag:
        case "SPDXID" if not package.id:
            package.id = value
        case "PackageVersion":
            package.version = value
        case "PackageSourceInfo":
            package.origin = value
        case "ExternalRef":
            kind, locator = (*value.split(), "", "", "")[1:3]
            package.purls += [locator] if kind == "purl" else []
            package.cpes += kind.startswith("cpe2")
