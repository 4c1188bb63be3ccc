"""Cells and rows made by hand."""

from typing import Any

from bot.board import BoardCell, BoardMode, BoardRow, row_of
from bot.board.line import sorted_line
from bot.oci.reference import Reference
from bot.releases.versions import take_apart
from bot.report import Verdict
from bot.report.audit.document import Held
from bot.store import Store
from bot.store.board.records import text_of_row
from tests.making import digest

DAY = 24 * 3600.0


def cell(image: str = "quay.io/acme/app:1.0.0", *, at: float = DAY, **changes: Any) -> BoardCell:  # noqa: ANN401 - any field
    """An image with everything but a signature, unless changed."""
    named = Reference.parse(image)
    parts = take_apart(named.tag)
    known: dict[str, Any] = {
        "image": image,
        "project": named.repository.partition("/")[0],
        "version": parts.version,
        "family": parts.family,
        "digest": digest(named.tag),
        "mode": BoardMode.MAX,
        "sbom": Held.YES,
        "signature": Held.NO,
        "verdict": Verdict.PASS,
        "since": at,
        "first_at": at,
        "checked_at": at,
    }
    return BoardCell(**(known | changes))


BAD: dict[str, Any] = {
    "mode": BoardMode.MISSING,
    "sbom": Held.NO,
    "verdict": Verdict.FAIL,
    "failing": ("provenance-missing", "sbom-missing"),
    "cause": "provenance-disabled",
}
"""What an image has that fails."""


def row(*cells: BoardCell, before: BoardRow | None = None) -> BoardRow:
    """The row of these images."""
    made = row_of(sorted_line(cells or (cell(),)), before)
    assert made is not None
    return made


async def put_many(store: Store, number: int) -> None:
    """Rows of a busy project, in the store: two registries that differ, a rolling tag, long names."""
    async with store.redis.pipeline(transaction=False) as pipe:
        for at in range(number):
            name = f"acme/{'a-long-name-of-an-image-' * 2}{at}"
            differing: tuple[tuple[str, dict[str, Any]], ...] = (("quay.io", {}), ("docker.io", BAD))
            cells = [cell(f"{host}/{name}:1.{at}.0-rc1", at=at * DAY, **its) for host, its in differing]
            made = row(*cells, cell(f"quay.io/{name}:nightly"))
            pipe.set(store.key("board", "row", made.id), text_of_row(made))
            pipe.zadd(store.key("board", "rows"), {made.id: at})
        pipe.incr(store.key("board", "version"))
        await pipe.execute()
