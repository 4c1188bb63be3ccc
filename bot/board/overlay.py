"""What is known of a row besides reports: images that nobody could look at since, and the pull request for it."""

from collections.abc import Mapping

from bot.board.cell import WORST_HELD, WORST_MODE, BoardCell, BoardMode
from bot.board.row import BoardPull, BoardRow
from bot.releases.release import WORST
from bot.report import Verdict
from bot.report.audit.document import Held
from bot.values import replace


def unread_cell(cell: BoardCell, since: float) -> BoardCell:
    """The image as it is known now: what its last report said may not be so any more."""
    return replace(
        cell,
        mode=BoardMode.UNKNOWN,
        sbom=Held.UNKNOWN,
        signature=Held.UNKNOWN,
        verdict=Verdict.UNKNOWN,
        failing=(),
        cause="",
        since=since,
        unread_since=since,
    )


def with_unread(row: BoardRow, unread: Mapping[str, float]) -> BoardRow:
    """The row, in which the images that are unread say nothing. `unread` says since when, by image."""
    if not any(one.image in unread for one in (*row.newest, *row.rolling)):
        return row
    newest, rolling = _overlaid(row.newest, unread), _overlaid(row.rolling, unread)
    worst = min((*newest, *rolling), key=lambda one: WORST.index(one.verdict))
    changed = replace(
        row,
        newest=newest,
        rolling=rolling,
        mode=min((one.mode for one in newest), key=WORST_MODE.index),
        sbom=min((one.sbom for one in newest), key=WORST_HELD.index),
        signature=min((one.signature for one in newest), key=WORST_HELD.index),
    )
    if _is_of_another(row):
        return changed
    return replace(changed, verdict=worst.verdict, failing=worst.failing, cause=worst.cause, since=_since(row, worst))


def with_pull(row: BoardRow, pulls: Mapping[str, BoardPull]) -> BoardRow:
    """The row with the pull request that somebody opened for it, while it does not pass. `pulls` by the row's id."""
    pull = pulls.get(row.id)
    return row if pull is None or row.verdict is Verdict.PASS else replace(row, pull=pull)


def _overlaid(cells: tuple[BoardCell, ...], unread: Mapping[str, float]) -> tuple[BoardCell, ...]:
    return tuple(unread_cell(one, unread[one.image]) if one.image in unread else one for one in cells)


def _since(row: BoardRow, worst: BoardCell) -> float:
    """Versions before this one may have had the same verdict, so the row may know of an earlier time."""
    return row.since if worst.verdict is row.verdict and not worst.unread_since else worst.since


def _is_of_another(row: BoardRow) -> bool:
    """Whether the verdict is that of a tag that the row does not show."""
    return all(one.verdict is not row.verdict for one in (*row.newest, *row.rolling))
