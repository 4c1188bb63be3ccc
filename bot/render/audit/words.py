"""Words about an audit that its formats share. The caller escapes them."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from bot.render.counted import counted
from bot.report.audit import Audit, AuditRow, Judged, VersionTurn, WeakestMode

WHAT: Final = {"mode": "provenance", "sbom": "SBOM", "signature": "signature"}

VERDICTS: Final = {
    Judged.PASS: "pass",
    Judged.WARN: "warn",
    Judged.FAIL: "FAIL",
    Judged.UNKNOWN: "unknown",
    Judged.BEFORE: "before",
}

_NOT_LACKING: Final = frozenset(
    {WeakestMode.MAX, WeakestMode.FOREIGN, WeakestMode.UNKNOWN, WeakestMode.NOT_ASKED},
)

NAMES_SHOWN: Final = 5
"""Images that are named in one line."""

_ORDER: Final = (Judged.FAIL, Judged.UNKNOWN, Judged.WARN, Judged.BEFORE, Judged.PASS)


class FamilyTable(Struct, frozen=True):
    """The images of one family in one repository, newest first. `family` is "" for the main one."""

    repository: str
    family: str
    moves: bool  # tags that move by design
    rows: tuple[AuditRow, ...]
    turns: tuple[VersionTurn, ...]

    @property
    def title(self) -> str:
        """E.g. `quay.io/acme/app, family -native`."""
        family = f", family {self.family}" if self.family else ""
        return f"{self.repository}{family}{', tags that move' if self.moves else ''}"


def tables(audit: Audit) -> tuple[FamilyTable, ...]:
    """The rows, sorted into families."""
    found: dict[tuple[str, bool, str], list[AuditRow]] = {}
    for row in audit.rows:
        found.setdefault((row.repository, not row.version, row.family), []).append(row)
    return tuple(
        FamilyTable(name, family, moves, tuple(rows), _turns(audit, name, family) if not moves else ())
        for (name, moves, family), rows in found.items()
    )


def _turns(audit: Audit, repository: str, family: str) -> tuple[VersionTurn, ...]:
    return tuple(turn for turn in audit.turns if (turn.repository, turn.family) == (repository, family))


def turns_by_image(audit: Audit) -> dict[str, list[VersionTurn]]:
    """What was gained or lost with each image."""
    found: dict[str, list[VersionTurn]] = {}
    for turn in audit.turns:
        found.setdefault(f"{turn.repository}:{turn.version}", []).append(turn)
    return found


def turn(one: VersionTurn) -> str:
    """E.g. `provenance: gained with 1.11.0 (min -> max, after 1.10.1)`."""
    unsure = "; a version between could not be read" if one.unsure else ""
    return (
        f"{WHAT[one.what]}: {one.kind} with {one.version} ({one.before} -> {one.after}, after {one.previous}{unsure})"
    )


def turn_briefly(one: VersionTurn) -> str:
    """E.g. `+provenance`."""
    return f"{'+' if one.kind == 'gained' else '-'}{WHAT[one.what]}"


def cells(row: AuditRow) -> tuple[str, str, str, str, str]:
    """Tag, provenance, SBOM, signature, verdict."""
    return (row.tag, row.mode, row.sbom, row.signature, VERDICTS[row.verdict])


def summary(audit: Audit) -> str:
    """E.g. `24 images: 1 FAIL, 3 before, 20 pass`."""
    parts = [
        f"{number} {VERDICTS[verdict]}"
        for verdict in _ORDER
        if (number := sum(row.verdict is verdict for row in audit.rows))
    ]
    return counted(len(audit.rows), "image") + (f": {', '.join(parts)}" if parts else "")


def lacking(audit: Audit) -> tuple[str, ...]:
    """The newest images of each family that still lack mode=max, an SBOM or a signature, one sentence for each."""
    newest = [table.rows[0] for table in tables(audit) if not table.moves]
    told = (
        ("provenance with mode=max", [row for row in newest if row.mode not in _NOT_LACKING]),
        ("an SBOM", [row for row in newest if row.sbom in {"no", "partly"}]),
        ("a signature", [row for row in newest if row.signature in {"no", "partly"}]),
    )
    return tuple(f"without {what} in the newest version: {_names(rows)}" for what, rows in told if rows)


def reasons(rows: Sequence[AuditRow]) -> tuple[str, ...]:
    """Why images could not be looked at, each reason once."""
    found: dict[str, list[str]] = {}
    for row in rows:
        if row.reason:
            found.setdefault(row.reason, []).append(row.tag)
    return tuple(f"{_some(tags)}: {reason}" for reason, tags in found.items())


def left_out(audit: Audit) -> tuple[str, ...]:
    """Tags that were not looked at."""
    return tuple(f"{name}: {counted(count, 'tag')} not looked at" for name, count in audit.left_out.items())


def _names(rows: Sequence[AuditRow]) -> str:
    return _some([row.image for row in rows])


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return ", ".join(names[:NAMES_SHOWN]) + more
