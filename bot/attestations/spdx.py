"""SPDX 2.x in JSON, counted in one pass.

https://spdx.github.io/spdx-spec/v2.3/
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, Protocol

from bot.attestations.sbom_draft import NOTHING, Draft, Package, quoted
from bot.attestations.values import Document, mapping, mappings, text

CREATION: Final = ("creators", "created")

_DOCUMENT: Final = "SPDXRef-DOCUMENT"
_CPES: Final = frozenset({"cpe22Type", "cpe23Type"})


class SpdxPlace(Protocol):
    """A place in a document, in its bytes or in what was parsed. See `Scan` for what these do."""

    def members(self, *wanted: str) -> Iterator[str]:
        """The wanted keys of the object here, each with the place at its value."""

    def built(self, *wanted: str, mentioning: tuple[bytes, ...] = ()) -> Iterator[list[Any]]:
        """The elements of the list here, some at a time."""

    def text(self) -> str:
        """The string here; "" when it is something else."""


def read_creation(scan: SpdxPlace, draft: Draft) -> None:
    """Who made the document, and when."""
    for key in scan.members(*CREATION):
        if key == "created":
            draft.has_timestamp = bool(scan.text())
        else:
            for creators in scan.built():
                draft.has_author |= any(isinstance(one, str) and one for one in creators)


_FIELDS: Final = ("SPDXID", "name", "versionInfo", "externalRefs", "sourceInfo", "primaryPackagePurpose")


def read_packages(scan: SpdxPlace, draft: Draft) -> None:
    """The packages, all of them counted; the root is taken out at the end, when it is known."""
    for packages in scan.built(*_FIELDS):
        for said in packages:
            if isinstance(said, dict) and said:  # all else is nothing, and there may be millions
                draft.count(read_package(said))


def read_package(said: Document) -> Package:
    """One package."""
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


def read_relationships(scan: SpdxPlace, draft: Draft) -> None:
    """What the document describes, from its relationships; there may be a hundred thousand others."""
    ends = ("spdxElementId", "relationshipType", "relatedSpdxElement")
    for relationships in scan.built(*ends, mentioning=(b"DESCRIBE",)):
        for said in relationships:
            _describe(draft, mapping(said))


def read_described(scan: SpdxPlace, draft: Draft) -> None:
    """What the document describes, from the older list."""
    for ids in scan.built():
        for id_ in ids:
            draft.describes(id_ if isinstance(id_, str) else "")


def leave_root_out(scan: SpdxPlace, draft: Draft) -> None:
    """Take the document's root out of the counts: the one package that it describes.

    When it describes several they are its content, as some generators write it.
    """
    found = scan.built(*_FIELDS, mentioning=tuple(quoted(draft.roots)))
    roots = (package for packages in found for package in map(mapping, packages) if _is_one_of(draft.roots, package))
    if len(first := [*islice(roots, 2)]) == 1:
        draft.count(read_package(first[0]), -1)


def _is_one_of(ids: set[str], said: Document) -> bool:
    return text(said.get("SPDXID")) in ids


def _describe(draft: Draft, ends: Document) -> None:
    first, second = text(ends.get("spdxElementId")), text(ends.get("relatedSpdxElement"))
    if ends.get("relationshipType") == "DESCRIBES" and first == _DOCUMENT:
        draft.describes(second)
    elif ends.get("relationshipType") == "DESCRIBED_BY" and second == _DOCUMENT:
        draft.describes(first)
