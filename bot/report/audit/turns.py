"""Where the versions of a family gained or lost something."""

from collections.abc import Iterator, Sequence
from typing import Final, Literal

from bot.report.audit.document import AuditRow, Held, VersionTurn, WeakestMode

_RANKS: Final[dict[str, int]] = {
    WeakestMode.NONE: 0,
    WeakestMode.PARTLY: 1,
    WeakestMode.MIN: 2,
    WeakestMode.MAX: 3,
    Held.NO: 0,
    Held.YES: 3,
}
"""How much each word means. `partly` is one word for both. Words that are not here compare with `none` alone."""

_LACKING: Final = frozenset({WeakestMode.NONE, WeakestMode.PARTLY, Held.NO})
"""Nobody knows whether it is so where a place that may hold it did not answer. `partly` is that of both, too."""

_WHAT: Final[tuple[Literal["mode", "sbom", "signature"], ...]] = ("mode", "sbom", "signature")


def turns(rows: Sequence[AuditRow]) -> Iterator[VersionTurn]:
    """The turns of one family; its rows stand in the order of their versions, the oldest first."""
    for what in _WHAT:
        yield from _turns(rows, what)


def _turns(rows: Sequence[AuditRow], what: Literal["mode", "sbom", "signature"]) -> Iterator[VersionTurn]:
    last: AuditRow | None = None
    unsure = False
    for row in rows:
        now = str(getattr(row, what))
        if now == Held.NOT_ASKED:
            continue
        if now == WeakestMode.UNKNOWN or (row.is_incomplete and now in _LACKING):
            unsure = True
            continue
        if last is not None and (kind := _kind(str(getattr(last, what)), now)):
            yield VersionTurn(
                repository=row.repository,
                family=row.family,
                what=what,
                kind=kind,
                before=str(getattr(last, what)),
                after=now,
                version=row.tag,
                previous=last.tag,
                unsure=unsure,
            )
        last, unsure = row, False


def _kind(before: str, after: str) -> Literal["gained", "lost"] | None:
    """None when nothing was gained or lost, or when nobody can compare the two."""
    old, new = _RANKS.get(before), _RANKS.get(after)
    if old is None or new is None:
        old, new = (0 if one == WeakestMode.NONE else 1 for one in (before, after))
    if old == new:
        return None
    return "gained" if new > old else "lost"
