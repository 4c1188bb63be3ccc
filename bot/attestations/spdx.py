"""SPDX 2.x in JSON, counted while it is walked over.

https://spdx.github.io/spdx-spec/v2.3/
"""

from typing import Final

from bot.attestations.sbom_draft import NOTHING, Draft, Package, quoted
from bot.attestations.scan import Scan

_DOCUMENT: Final = "SPDXRef-DOCUMENT"
_CPES: Final = frozenset({"cpe22Type", "cpe23Type"})


def read_creation(scan: Scan, draft: Draft) -> None:
    """Who made the document, and when."""
    for key in scan.members("creators", "created"):
        if key == "created":
            draft.has_timestamp = bool(scan.text())
        else:
            draft.has_author = bool("".join(scan.text() for _ in scan.elements()))


def read_packages(scan: Scan, draft: Draft) -> None:
    """The packages, all of them counted; the root is taken out at the end, when it is known."""
    for _ in scan.elements():
        draft.count(read_package(scan))


def read_package(scan: Scan) -> Package:
    """One package."""
    package = Package()
    wanted = ("SPDXID", "name", "versionInfo", "externalRefs", "sourceInfo", "primaryPackagePurpose")
    for key in scan.members(*wanted):
        match key:
            case "externalRefs":
                for _ in scan.elements():
                    _read_reference(scan, package)
            case "SPDXID":
                package.id = scan.text()
            case "name":
                package.name = scan.text()
            case "versionInfo":
                package.version = scan.text()
            case "sourceInfo":
                package.origin = scan.text()
            case "primaryPackagePurpose":
                package.is_system = scan.text().replace("_", "-") == "OPERATING-SYSTEM"
    return package


def read_relationships(scan: Scan, draft: Draft) -> None:
    """What the document describes, from its relationships; there may be a hundred thousand others."""
    for _ in scan.elements():
        if not scan.mentions(b"DESCRIBE"):
            continue
        ends = {key: scan.text() for key in scan.members("spdxElementId", "relationshipType", "relatedSpdxElement")}
        _describe(draft, ends)


def read_described(scan: Scan, draft: Draft) -> None:
    """What the document describes, from the older list."""
    for _ in scan.elements():
        draft.describes(scan.text())


def leave_root_out(scan: Scan, draft: Draft) -> None:
    """Take the document's root out of the counts: the one package that it describes.

    When it describes several they are its content, as some generators write it.
    """
    roots = [read_package(scan) for _ in scan.elements() if scan.mentions(*quoted(draft.roots))]
    roots = [package for package in roots if package.id in draft.roots]
    if len(roots) == 1:
        draft.count(roots[0], -1)


def _describe(draft: Draft, ends: dict[str, str]) -> None:
    first, second = ends.get("spdxElementId", ""), ends.get("relatedSpdxElement", "")
    if ends.get("relationshipType") == "DESCRIBES" and first == _DOCUMENT:
        draft.describes(second)
    elif ends.get("relationshipType") == "DESCRIBED_BY" and second == _DOCUMENT:
        draft.describes(first)


def _read_reference(scan: Scan, package: Package) -> None:
    kind = locator = ""
    for key in scan.members("referenceType", "referenceLocator"):
        if key == "referenceType":
            kind = scan.text()
        else:
            locator = scan.text()
    if locator in NOTHING:
        return
    package.purls += [locator] if kind == "purl" else []
    package.cpes += kind.rpartition("/")[2] in _CPES
