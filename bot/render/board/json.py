"""The board as JSON. Schema "provenance-bot/board/v1": keys may be added, never renamed."""

import json
from collections.abc import Mapping

from bot.board import BoardCell, BoardRow
from bot.board.view import BoardView
from bot.render.board.rows import moment


def render(view: BoardView) -> str:
    """ASCII only, so that every terminal and pipe can carry it."""
    document = {
        "schema": "provenance-bot/board/v1",
        "counts": {str(mode): count for mode, count in view.counts.items()},
        "rows": [_row(row) for row in view.rows],
    }
    return json.dumps(document, indent=1, allow_nan=False) + "\n"


def _row(row: BoardRow) -> Mapping[str, object]:
    return {
        "project": row.project,
        "image": row.repository,
        "family": row.family,
        "version": row.version,
        "provenance": row.mode,
        "sbom": row.sbom,
        "signature": row.signature,
        "verdict": row.verdict,
        "since": moment(row.since),
        "failing": row.failing,
        "cause": row.cause,
        "registries_differ": row.is_uneven,
        "absent": row.absent,
        "pull_request": row.pull.url if row.pull else None,
        "images": [_image(cell) for cell in (*row.newest, *row.rolling)],
    }


def _image(cell: BoardCell) -> Mapping[str, object]:
    return {
        "image": cell.image,
        "digest": cell.digest,
        "provenance": cell.mode,
        "sbom": cell.sbom,
        "signature": cell.signature,
        "readers": cell.readers,
        "verdict": cell.verdict,
        "since": moment(cell.since),
        "checked_at": moment(cell.checked_at),
        "unread_since": moment(cell.unread_since) if cell.unread_since else None,
    }
