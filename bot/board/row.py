"""What the board says of one family of images in one line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.board.cell import WORST_HELD, WORST_MODE, BoardCell, BoardMode
from bot.releases.release import WORST
from bot.report import Verdict
from bot.report.audit.document import Held

PAST_MAX: Final = 12
"""Changes of the provenance that a row remembers."""

REGISTRIES_MAX: Final = 8
"""Registries of one row."""

ROLLING_SHOWN: Final = 6
"""Tags that move by design in one row; all count for its verdict."""


@dataclass(frozen=True, slots=True)
class BoardPull:
    """A pull request that somebody opened to fix what fails, and when."""

    url: str
    number: int
    at: float


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One row. `newest` are the images of the newest version, one for each registry; without versions, the other tags.

    `mode`, `sbom` and `signature` are the weakest of these; `verdict` is the worst of these and of `rolling`, the tags
    that move by design. `failing` and `cause` are of the worst image, `since` is when that began. `past` says when the
    provenance became which, the oldest first. `pull` is known only to who shows the row (`overlay.py`).
    """

    project: str
    repository: str  # without its registry
    family: str = ""
    version: str = ""
    newest: tuple[BoardCell, ...] = ()
    rolling: tuple[BoardCell, ...] = ()
    mode: BoardMode = BoardMode.UNKNOWN
    sbom: Held = Held.UNKNOWN
    signature: Held = Held.UNKNOWN
    verdict: Verdict = Verdict.UNKNOWN
    failing: tuple[str, ...] = ()
    cause: str = ""
    since: float = 0.0
    checked_at: float = 0.0
    past: tuple[tuple[float, BoardMode], ...] = ()
    pull: BoardPull | None = None

    @property
    def id(self) -> str:
        """What names the row: the path, and the family if it has one."""
        return row_id(self.repository, self.family)

    @property
    def registries(self) -> tuple[str, ...]:
        """The registries that have one of its images."""
        return tuple(dict.fromkeys(cell.registry for cell in (*self.newest, *self.rolling)))

    @property
    def absent(self) -> tuple[str, ...]:
        """Registries that are known to lack the newest version."""
        there = {cell.registry for cell in self.newest}
        return tuple(sorted({one for cell in self.newest for one in cell.absent} - there))

    @property
    def is_uneven(self) -> bool:
        """Whether the registries differ: one lacks the version, or has something else."""
        said = {(one.digest, one.mode, one.sbom, one.signature, one.verdict) for one in self.newest}
        return bool(self.version) and (len(said) > 1 or bool(self.absent))


def row_id(repository: str, family: str) -> str:
    """The name of a row."""
    return f"{repository} {family}".strip()


def row_of(line: Sequence[BoardCell], before: BoardRow | None = None) -> BoardRow | None:
    """The row of a line that is sorted; `before` is what the board said until now. None for an empty line."""
    if not line:
        return None
    version = line[0].version
    newest = tuple(one for one in line if one.version == version)[:REGISTRIES_MAX]
    rolling = tuple(one for one in line if not one.version) if version else ()
    shown = (*newest, *rolling)
    worst = min(shown, key=lambda one: WORST.index(one.verdict))
    mode = min((one.mode for one in newest), key=WORST_MODE.index)
    checked_at = max(one.checked_at for one in shown)
    return BoardRow(
        project=line[0].project,
        repository=line[0].repository,
        family=line[0].family,
        version=version,
        newest=tuple(sorted(newest, key=lambda one: one.image)),
        rolling=_shown(rolling, worst),
        mode=mode,
        sbom=min((one.sbom for one in newest), key=WORST_HELD.index),
        signature=min((one.signature for one in newest), key=WORST_HELD.index),
        verdict=worst.verdict,
        failing=worst.failing,
        cause=worst.cause,
        since=_since(worst, line),
        checked_at=checked_at,
        past=_past(before, mode, checked_at),
    )


def _shown(rolling: Sequence[BoardCell], worst: BoardCell) -> tuple[BoardCell, ...]:
    """The tags that were checked last, and the one that the row fails for."""
    shown = tuple(rolling[:ROLLING_SHOWN])
    return shown if worst in shown or worst not in rolling else (*shown[:-1], worst)


def _since(worst: BoardCell, line: Sequence[BoardCell]) -> float:
    """When that verdict began: earlier versions in the same registry may have had it, too."""
    since = worst.since
    if worst.version:
        same = [one for one in line if one.version and one.registry == worst.registry]
        for one in same[same.index(worst) :]:
            if one.verdict is not worst.verdict:
                break
            since = min(since, one.since)
    return since


def _past(before: BoardRow | None, mode: BoardMode, at: float) -> tuple[tuple[float, BoardMode], ...]:
    past = before.past if before else ()
    if past and past[-1][1] is mode:
        return past
    return (*past, (at, mode))[-PAST_MAX:]
