"""SPDX 3.0 in JSON-LD: one flat list of elements, some of them packages.

https://spdx.github.io/spdx-spec/v3.0.1/serializations/
"""

from itertools import islice

from bot.attestations.sbom_draft import Draft, Package, quoted
from bot.attestations.scan import Scan
from bot.attestations.walk import Walk

_TEXTS = ("type", "spdxId", "name", "created", "specVersion", "software_packageVersion", "software_packageUrl")
_LISTS = ("rootElement", "createdBy", "externalIdentifier")


def read_graph(scan: Scan, draft: Draft) -> None:
    """The elements, each counted when it is a package."""
    for element in scan.walked():
        package = read_element(element, draft)
        if package:
            draft.count(package)


def leave_root_out(scan: Scan, draft: Draft) -> None:
    """Take the document's root out of the counts, as for SPDX 2."""
    elements = (read_element(element, Draft()) for element in scan.walked(tuple(quoted(draft.roots))))
    roots = (package for package in elements if package is not None and package.id in draft.roots)
    if len(first := [*islice(roots, 2)]) == 1:
        draft.count(first[0], -1)


def read_element(walk: Walk, draft: Draft) -> Package | None:
    """One element: a package, or None when it is something else, which the draft then holds."""
    said: dict[str, str] = {}
    package = Package()
    lists: dict[str, list[str]] = {}
    for key in walk.members(*_TEXTS, *_LISTS):
        if key == "externalIdentifier":
            for _ in walk.elements():
                _read_identifier(walk, package)
        elif key in _LISTS and walk.sees(b"["):
            lists[key] = [walk.text() for _ in walk.elements()]
        else:
            said[key] = walk.text()
    kind = said.get("type", "").rpartition("_")[2]
    if kind != "Package":
        _note(draft, kind, said, lists)
        return None
    package.id, package.name = said.get("spdxId", ""), said.get("name", "")
    package.version = said.get("software_packageVersion", "")
    package.purls += filter(None, [said.get("software_packageUrl", "")])
    return package


def _note(draft: Draft, kind: str, said: dict[str, str], lists: dict[str, list[str]]) -> None:
    if kind == "CreationInfo":
        draft.version = said.get("specVersion", "")
        draft.has_timestamp = bool(said.get("created"))
        draft.has_author = any(lists.get("createdBy", ())) or bool(said.get("createdBy"))
    elif kind in {"SpdxDocument", "Sbom"}:
        draft.name = draft.name or said.get("name", "")
        for root in lists.get("rootElement", ()):
            draft.describes(root)


def _read_identifier(walk: Walk, package: Package) -> None:
    kind = identifier = ""
    for key in walk.members("externalIdentifierType", "identifier"):
        if key == "identifier":
            identifier = walk.text()
        else:
            kind = walk.text()
    package.purls += [identifier] if kind in {"packageUrl", "purl"} and identifier else []
    package.cpes += kind in {"cpe22", "cpe23"}
