"""The rows that somebody asked for: chosen, counted, sorted, and one page of them."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct

from bot.board.cell import WORST_MODE, BoardMode
from bot.board.query import BoardQuery, BoardSort
from bot.board.row import BoardRow
from bot.releases.release import WORST
from bot.report import Verdict

PAGE: Final = 40
"""Rows of one page; a row with two registries that differ has 2 KB, and a page at most 100 KB."""

CHIPS_MAX: Final = 10
"""Projects, registries or rules that are offered to choose from, those with the most rows; the search finds all."""

_Key = Callable[[BoardRow], tuple[object, ...]]

_SORTS: Final[dict[BoardSort, _Key]] = {
    BoardSort.WORST: lambda row: (WORST.index(row.verdict), WORST_MODE.index(row.mode), row.id),
    BoardSort.IMAGE: lambda row: (row.project, row.id),
    BoardSort.SINCE: lambda row: (-row.since, row.id),
    BoardSort.CHECKED: lambda row: (-row.checked_at, row.id),
}


class BoardView(Struct, frozen=True):
    """What is shown. Counts are of the rows that all other words of the query choose, so that each is a next step."""

    query: BoardQuery
    total: int
    rows: tuple[BoardRow, ...]  # all that were chosen
    modes: dict[BoardMode, int]
    verdicts: dict[Verdict, int]
    projects: tuple[tuple[str, int], ...]
    registries: tuple[tuple[str, int], ...]
    rules: tuple[tuple[str, int], ...]

    @property
    def counts(self) -> dict[BoardMode, int]:
        """The provenance of the rows that were chosen."""
        found = Counter(row.mode for row in self.rows)
        return {mode: found[mode] for mode in BoardMode if found[mode]}

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return max(1, -(-len(self.rows) // PAGE))

    @property
    def page(self) -> int:
        """The page that is shown: the last one for a number that is too high."""
        return min(self.query.page, self.pages)

    @property
    def shown(self) -> tuple[BoardRow, ...]:
        """The rows of that page."""
        return self.rows[(self.page - 1) * PAGE : self.page * PAGE]


def view_of(rows: Sequence[BoardRow], query: BoardQuery) -> BoardView:
    """The rows of that query."""
    words = query.q.lower().split()
    found = [row for row in rows if all(word in _text(row) for word in words)] if words else list(rows)
    chosen = [row for row in found if _fits(row, query)]
    any_mode, any_verdict = query.but(mode=None), query.but(verdict=None)
    modes = Counter(row.mode for row in found if _fits(row, any_mode))
    verdicts = Counter(row.verdict for row in found if _fits(row, any_verdict))
    return BoardView(
        query,
        len(rows),
        tuple(sorted(chosen, key=_SORTS[query.sort])),
        {mode: modes[mode] for mode in BoardMode if modes[mode]},
        {verdict: verdicts[verdict] for verdict in WORST if verdicts[verdict]},
        _chips(found, query.but(project=""), lambda row: (row.project,), query.project),
        _chips(found, query.but(registry=""), lambda row: row.registries, query.registry),
        _chips(found, query.but(rule=""), lambda row: row.failing, query.rule),
    )


def _chips(
    rows: Sequence[BoardRow], query: BoardQuery, of: Callable[[BoardRow], tuple[str, ...]], chosen: str
) -> tuple[tuple[str, int], ...]:
    """The words with the most rows, and the one that is chosen."""
    counts = Counter(word for row in rows if _fits(row, query) for word in of(row))
    most = counts.most_common(CHIPS_MAX)
    if chosen and chosen not in dict(most):
        most.append((chosen, counts[chosen]))
    return tuple(sorted(most, key=lambda pair: (-pair[1], pair[0])))


def _fits(row: BoardRow, query: BoardQuery) -> bool:
    return (
        (query.mode is None or row.mode is query.mode)
        and (query.verdict is None or row.verdict is query.verdict)
        and (not query.project or row.project == query.project)
        and (not query.registry or query.registry in row.registries)
        and (not query.rule or query.rule in row.failing)
    )


def _text(row: BoardRow) -> str:
    """Where the search looks."""
    tags = " ".join(one.tag for one in row.rolling)
    where = " ".join(row.registries)
    return f"{row.project} {row.id} {row.version} {tags} {where} {row.cause} {' '.join(row.failing)}".lower()
