"""SPDX 2.x in JSON, counted in one pass.

https://spdx.github.io/spdx-spec/v2.3/
"""

from typing import Final

from bot.attestations.sbom_draft import NOTHING, Draft, Package, quoted
from bot.attestations.scan import Scan
from bot.attestations.values import Document, mappings, text

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
    said = scan.fields("SPDXID", "name", "versionInfo", "externalRefs", "sourceInfo", "primaryPackagePurpose")
    package = Package(
        id=text(said.get("SPDXID")),
        name=text(said.get("name")),
        version=text(said.get("versionInfo")),
        origin=text(said.get("sourceInfo")),
        is_system=text(said.get("primaryPackagePurpose")).replace("_", "-") == "OPERATING-SYSTEM",
    )
    for reference in mappings(said.get("externalRefs")):
        locator, kind = text(reference.get("referenceLocator")), text(reference.get("referenceType"))
        if locator not in NOTHING:
            package.purls += [locator] if kind == "purl" else []
            package.cpes += kind.rpartition("/")[2] in _CPES
    return package


def read_relationships(scan: Scan, draft: Draft) -> None:
    """What the document describes, from its relationships; there may be a hundred thousand others."""
    for _ in scan.elements():
        if not scan.mentions(b"DESCRIBE"):
            continue
        _describe(draft, scan.fields("spdxElementId", "relationshipType", "relatedSpdxElement"))


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


def _describe(draft: Draft, ends: Document) -> None:
    first, second = text(ends.get("spdxElementId")), text(ends.get("relatedSpdxElement"))
    if ends.get("relationshipType") == "DESCRIBES" and first == _DOCUMENT:
        draft.describes(second)
    elif ends.get("relationshipType") == "DESCRIBED_BY" and second == _DOCUMENT:
        draft.describes(first)
