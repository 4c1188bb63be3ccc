"""The board as GitHub Flavored Markdown, for an issue or a wiki."""

from collections.abc import Iterator

from bot.board.view import BoardView
from bot.render.board.rows import moment
from bot.render.counted import counted
from bot.render.html.board import cause_of
from bot.render.html.chart import said
from bot.render.markdown import code, escaped


def render(view: BoardView) -> str:
    """The counts, then a table."""
    return "\n".join(_lines(view)) + "\n"


def _lines(view: BoardView) -> Iterator[str]:
    images = counted(len(view.rows), "image")
    yield f"**{images}: {said(view.counts) or 'none'}**"
    yield ""
    yield "| project | image | version | provenance | SBOM | signature | verdict | since | cause | pull request |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    for row in view.rows:
        tags = row.version or " ".join(cell.tag for cell in row.newest)
        words = (row.mode, row.sbom, row.signature, row.verdict, moment(row.since)[:10])
        cells = (
            escaped(row.project),
            code(row.id),
            code(tags),
            *words,
            escaped(cause_of(row)),
            escaped(row.pull.url if row.pull else ""),
        )
        yield f"| {' | '.join(cells)} |"
