"""An audit as CSV, one line for each image, for a spreadsheet."""

import csv
import io
from typing import Final

from bot.render.audit import words
from bot.render.cells import cell
from bot.render.display import Display
from bot.report.audit import Audit

COLUMNS: Final = (
    "repository",
    "version",
    "tag",
    "family",
    "digest",
    "provenance",
    "sbom",
    "signature",
    "verdict",
    "failing",
    "gained_or_lost",
    "checked_at",
    "reason",
)


def render(audit: Audit, _: Display = Display()) -> str:  # noqa: B008 - frozen
    """RFC 4180 with line feeds. A repository that could not be listed is a line with a reason."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    turned = words.turns_by_image(audit)
    for row in audit.rows:
        cells = (
            *(row.repository, row.version, row.tag, row.family, row.digest),
            *(row.mode, row.sbom, row.signature, row.verdict, " ".join(row.failing)),
            " ".join(f"{turn.what}-{turn.kind}" for turn in turned.get(row.image, ())),
            row.checked_at.isoformat() if row.checked_at else "",
            row.reason,
        )
        writer.writerow(map(cell, cells))
    for one in audit.unlisted:
        unknown = ["unknown"] * 4
        writer.writerow(map(cell, [one.repository, "", "", "", "", *unknown, "", "", "", one.reason]))
    return out.getvalue()
