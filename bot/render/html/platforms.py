"""The platforms of a report as a table: platforms that have the same are one line."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from bot.render.counted import counted
from bot.render.html.words import Mark
from bot.report import PlatformSummary, ProvenanceSummary, Report, SbomSummary, State
from bot.report.difference.sides import IMAGE
from bot.report.difference.signed import Standing, signed

MODES: Final = {
    "max": Mark("mode=max", "pass", "✓"),
    "min": Mark("mode=min", "warn", "!"),
    "foreign": Mark("not by BuildKit", "quiet", "○"),
}

NONE: Final = Mark("None", "fail", "✕")
UNREAD: Final = Mark("Could not be read", "unknown", "?")
UNKNOWN_FORM: Final = Mark("Unknown version", "unknown", "?")

SIGNED: Final = {
    Standing.VALID: Mark("Signed", "pass", "✓"),
    Standing.REFUSED: Mark("Not valid", "fail", "✕"),
    Standing.NONE: Mark("Not signed", "quiet", "○"),
    Standing.UNKNOWN: Mark("Could not be checked", "unknown", "?"),
}


class PlatformRow(Struct, frozen=True):
    """What some platforms have. `note` is a detail of the SBOM, e.g. `312 packages`."""

    platforms: tuple[str, ...]
    provenance: Mark
    sbom: Mark
    note: str
    signature: Mark


def platform_rows(report: Report) -> tuple[PlatformRow, ...]:
    """The table, in the order of the index."""
    found: dict[tuple[Mark, Mark, str, Mark], list[str]] = {}
    for platform in report.platforms:
        found.setdefault(_cells(report, platform), []).append(platform.platform)
    return tuple(PlatformRow(tuple(names), *cells) for cells, names in found.items())


def _cells(report: Report, platform: PlatformSummary) -> tuple[Mark, Mark, str, Mark]:
    """Provenance, SBOM, its detail, signature."""
    sbom = platform.sbom
    note = counted(sbom.packages, "package") if sbom.state is State.PRESENT and sbom.packages is not None else ""
    return _provenance(platform.provenance), _sbom(sbom), note, _signature(report, platform.platform)


def _provenance(summary: ProvenanceSummary) -> Mark:
    match summary.state:
        case State.PRESENT:
            return MODES[summary.mode] if summary.mode else UNKNOWN_FORM
        case State.ABSENT:
            return NONE
        case State.UNREADABLE:
            return UNREAD


def _sbom(summary: SbomSummary) -> Mark:
    match summary.state:
        case State.PRESENT:
            return Mark(", ".join(map(_format, summary.formats)) or "Present", "pass", "✓")
        case State.ABSENT:
            return NONE
        case State.UNREADABLE:
            return UNREAD


def _format(name: str) -> str:
    return {"spdx": "SPDX", "cyclonedx": "CycloneDX"}.get(name, name)


def _signature(report: Report, platform: str) -> Mark:
    """A signature on the whole image counts for each of its platforms."""
    standings = list(_standings(report, platform))
    order = (Standing.VALID, Standing.UNKNOWN, Standing.REFUSED, Standing.NONE)
    return SIGNED[next(one for one in order if one in standings)]


def _standings(report: Report, platform: str) -> Iterator[Standing]:
    yield signed(report, IMAGE).standing
    yield signed(report, platform).standing
