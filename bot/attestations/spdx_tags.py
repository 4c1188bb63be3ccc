"""SPDX 2.x as tags and values, one a line: what `cosign attest --type spdx` wraps.

https://spdx.github.io/spdx-spec/v2.3/conformance/
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from bot.attestations.packages import PackageListing
from bot.attestations.sbom import Sbom
from bot.attestations.sbom_draft import Draft, Package

_LINE: Final = re.compile(r"^(?P<tag>[A-Za-z]+):[ \t]*(?P<value>.*?)[ \t\r]*$", re.MULTILINE)
_DOCUMENT: Final = "SPDXRef-DOCUMENT"

HEAD_MAX: Final = 10_000
"""Characters at the beginning, in which such a text says what it is."""

_HEAD: Final = re.compile(
    r"\ufeff?(?:[ \t]*(?:#[^\n]*)?\r?\n|[A-Za-z]+:[^\n]*\n)*?"  # notes, blank lines and other tags
    r"SPDXVersion:[ \t]*SPDX-[0-9]{1,3}\.[0-9]{1,3}[ \t\r]*(?:\n|\Z)",
)
_OPENS, _CLOSES = "<text>", "</text>"


def is_tagged(text: str) -> bool:
    """Whether the text is SPDX's tags and values, with a version; one that only speaks of these is not."""
    return _HEAD.match(text[:HEAD_MAX]) is not None


def read_tagged(text: str, listing: PackageListing | None = None) -> Sbom:
    """The summary; the packages go to the `listing`."""
    draft = Draft(["spdx"], listing=listing)
    for package in _packages(text, draft):
        draft.count(package)
    _leave_root_out(text, draft)
    return draft.finish()


def _leave_root_out(text: str, draft: Draft) -> None:
    """As in a document in JSON. The text is read again, so that its packages are never held all at once."""
    if draft.roots:
        roots = (package for package in _packages(text, Draft()) if package.id in draft.roots)
        if len(found := list(islice(roots, 2))) == 1:
            draft.count(found[0], -1)


def _packages(text: str, draft: Draft) -> Iterator[Package]:
    """Each package when all is read that is said of it; what is said of the document goes to the draft."""
    package: Package | None = None
    for tag, value in _lines(text):
        if tag == "PackageName":
            if package:
                yield package
            package = Package(name=value)
        elif not _is_of_document(tag, value, draft) and package:
            _read_package(tag, value, package)
    if package:
        yield package


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """The tags with their values, of which only the first line is told: the others are prose, whatever they look like.

    https://spdx.github.io/spdx-spec/v2.3/conformance/ (4.4.2)
    """
    at = 0
    while match := _LINE.search(text, at):
        at, value = match.end(), match["value"]
        if value.startswith(_OPENS) and _CLOSES not in value:
            at = text.find(_CLOSES, at)
        yield match["tag"], value
        if at < 0:
            return


def _is_of_document(tag: str, value: str, draft: Draft) -> bool:
    match tag:
        case "SPDXVersion":
            draft.version = value.removeprefix("SPDX-")
        case "DocumentName":
            draft.name = value
        case "Creator":
            draft.has_author = True
        case "Created":
            draft.has_timestamp = bool(value)
        case "Relationship" if value.startswith(f"{_DOCUMENT} DESCRIBES "):
            draft.describes(value.rpartition(" ")[2])
        case _:
            return False
    return True


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
