"""The verdicts of a project as an Atom feed: an entry for each image, a new one when its verdict changes.

https://www.rfc-editor.org/rfc/rfc4287
"""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote
from xml.etree import ElementTree as ET

from bot.board import BoardRow
from bot.render.html.board import cause_of, row_name
from bot.render.slack.escape import clean

ATOM: Final = "http://www.w3.org/2005/Atom"

ENTRIES_MAX: Final = 50
"""Entries, those that changed last."""


def feed(project: str, rows: Iterable[BoardRow], *, here: str, base: str) -> str:
    """The feed. `here` is its own address, `base` that of the pages; the page of an image is below it."""
    newest = sorted(rows, key=lambda row: (-row.since, row.id))[:ENTRIES_MAX]
    root = ET.Element("feed", xmlns=ATOM)
    _add(root, "id", _id(f"{base} {project}"))
    _add(root, "title", f"{project}: provenance")
    _add(root, "updated", _moment(newest[0].since if newest else 0.0))
    _add(ET.SubElement(root, "author"), "name", "provenance-bot")
    ET.SubElement(root, "link", rel="self", href=here)
    ET.SubElement(root, "link", rel="alternate", href=base or "/")
    for row in newest:
        _entry(root, project, row, base)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _entry(root: ET.Element, project: str, row: BoardRow, base: str) -> None:
    entry = ET.SubElement(root, "entry")
    _add(entry, "id", _id(f"{base} {project} {row.id} {row.version} {row.verdict} {row.since}"))
    _add(entry, "title", f"{row_name(row)} {row.version}: {row.verdict}")
    _add(entry, "updated", _moment(row.since))
    ET.SubElement(entry, "link", rel="alternate", href=f"{base}/image?name={quote(row.id, safe='')}")
    said = f"Provenance {row.mode}, SBOM {row.sbom}, signature {row.signature}"
    _add(entry, "summary", f"{said}: {cause_of(row)}" if cause_of(row) else said)


def _add(parent: ET.Element, name: str, text: str) -> None:
    """XML has no words for most control characters."""
    ET.SubElement(parent, name).text = clean(text)


def _id(text: str) -> str:
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, text)}"


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
