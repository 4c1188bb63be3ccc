"""A row of the board as plain words, for the formats that are tables."""

from datetime import UTC, datetime
from typing import Final

from bot.board import BoardRow

COLUMNS: Final = (
    "project",
    "image",
    "family",
    "version",
    "registries",
    "provenance",
    "sbom",
    "signature",
    "verdict",
    "since",
    "failing",
    "cause",
    "registries_differ",
    "rolling",
    "checked_at",
    "pull_request",
    "unread_since",
)


def cells(row: BoardRow) -> tuple[str, ...]:
    """One text for each column."""
    return (
        *(row.project, row.repository, row.family, row.version, " ".join(row.registries)),
        *(row.mode, row.sbom, row.signature, row.verdict, moment(row.since)),
        *(" ".join(row.failing), row.cause, "yes" if row.is_uneven else "no"),
        " ".join(f"{cell.tag}={cell.mode}" for cell in row.rolling),
        *(moment(row.checked_at), row.pull.url if row.pull else ""),
        " ".join(
            f"{cell.image}={moment(cell.unread_since)}" for cell in (*row.newest, *row.rolling) if cell.unread_since
        ),
    )


def moment(at: float) -> str:
    """RFC 3339, in UTC."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
