"""One image of the board: what its newest report says, in a few words."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.oci.reference import Reference
from bot.releases import Placement
from bot.report import Report, Verdict
from bot.report.audit.document import AuditRow, Held, WeakestMode
from bot.report.audit.rows import row_of

FAILING_MAX: Final = 8
"""Rules that are named of one image; the report has all."""


class BoardMode(StrEnum):
    """The provenance of an image in one word, the weakest of its platforms."""

    MAX = "max"
    MIN = "min"
    FOREIGN = "foreign"
    MISSING = "missing"  # on one platform, or on all
    UNKNOWN = "unknown"
    NOT_ASKED = "not-asked"  # it is not an image


_MODES: Final = {
    WeakestMode.MAX: BoardMode.MAX,
    WeakestMode.MIN: BoardMode.MIN,
    WeakestMode.FOREIGN: BoardMode.FOREIGN,
    WeakestMode.NONE: BoardMode.MISSING,
    WeakestMode.PARTLY: BoardMode.MISSING,
    WeakestMode.OTHER: BoardMode.UNKNOWN,
    WeakestMode.UNKNOWN: BoardMode.UNKNOWN,
    WeakestMode.NOT_ASKED: BoardMode.NOT_ASKED,
}

WORST_MODE: Final = (
    BoardMode.MISSING,
    BoardMode.UNKNOWN,
    BoardMode.MIN,
    BoardMode.FOREIGN,
    BoardMode.MAX,
    BoardMode.NOT_ASKED,
)
WORST_HELD: Final = (Held.NO, Held.PARTLY, Held.UNKNOWN, Held.YES, Held.NOT_ASKED)


@dataclass(frozen=True, slots=True)
class BoardCell:
    """One image. Times are seconds since the epoch.

    `version` is "" for a tag that moves by design. `failing` are the required rules that fail, the worst first, `cause`
    is the id of the first one's cause. `since` is when this verdict was given first, `first_at` when the tag was seen
    first. `absent` are registries of which it is known that they lack the tag. `readers` are the signature layouts that
    count, empty for all. `unread_since` is when it became impossible to look at it, 0 for most.
    """

    image: str  # registry/repository:tag
    project: str
    version: str = ""
    family: str = ""
    digest: str = ""
    mode: BoardMode = BoardMode.UNKNOWN
    sbom: Held = Held.UNKNOWN
    signature: Held = Held.UNKNOWN
    verdict: Verdict = Verdict.UNKNOWN
    failing: tuple[str, ...] = ()
    cause: str = ""
    since: float = 0.0
    first_at: float = 0.0
    checked_at: float = 0.0
    absent: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    unread_since: float = 0.0

    @property
    def registry(self) -> str:
        """The registry's host."""
        return self.image.partition("/")[0]

    @property
    def repository(self) -> str:
        """The path without registry and tag."""
        return self.image.partition("/")[2].rpartition(":")[0]

    @property
    def tag(self) -> str:
        """The tag."""
        return self.image.rpartition(":")[2]


def cell_of(
    report: Report, placement: Placement, *, readers: frozenset[str] = frozenset(), absent: Iterable[Reference] = ()
) -> BoardCell:
    """The cell of a report.

    `absent` are images of the same release that did not arrive in time.
    """
    image, name = placement.image, placement.release
    judged = row_of(report, AuditRow(repository=image.name, tag=image.tag), readers=readers)
    told = [result for result in report.told() if result.required]
    causes = [cause.cause for result in told for cause in result.causes]
    lacking = {one.registry for one in absent if (one.repository, one.tag) == (image.repository, image.tag)}
    at = report.checked_at.timestamp()
    return BoardCell(
        image=str(image),
        project=_project(placement),
        version="" if name.is_rolling else name.version,
        family=placement.family,
        digest=report.digest,
        mode=_MODES[judged.mode],
        sbom=judged.sbom,
        signature=judged.signature,
        verdict=report.verdict,
        failing=tuple(result.rule for result in told)[:FAILING_MAX],
        cause=causes[0] if causes else "",
        since=at,
        first_at=at,
        checked_at=at,
        absent=tuple(sorted(lacking)),
        readers=tuple(sorted(readers)),
    )


def _project(placement: Placement) -> str:
    """The policy's group; without one, the first part of the path: `acme` of quay.io/acme/app."""
    group, path = placement.release.group, placement.image.repository
    return group if group != path else path.partition("/")[0]
