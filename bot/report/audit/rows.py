"""From a report to one row of an audit."""

from collections.abc import Collection
from typing import Final

from bot.report.audit.document import AuditRow, Held, Judged, WeakestMode
from bot.report.difference.sides import IMAGE
from bot.report.difference.signed import Standing, signed
from bot.report.document import Report
from bot.report.evidence import PlatformSummary
from bot.report.part import State, Verdict
from bot.rules import Outcome

_WEAKEST: Final = (WeakestMode.MIN, WeakestMode.OTHER, WeakestMode.MAX, WeakestMode.FOREIGN)


def row_of(
    report: Report, named: AuditRow, *, before: Collection[str] = (), readers: frozenset[str] = frozenset()
) -> AuditRow:
    """The row of an image that was looked at. `named` says which one it is.

    `before` are the rules that its policy asks of later versions only; `readers` are the signature layouts that the
    image's users can read, empty for all.
    """
    failing = tuple(result.rule for result in report.failing() if result.required)
    excused = tuple(rule for rule in failing if rule in before)
    unknown = {result.rule for result in report.unknown() if result.required}.difference(before)
    return named.model_copy(
        update={
            "digest": report.digest,
            "mode": weakest_mode(report),
            "sbom": Held.NOT_ASKED if report.artifact else _sboms(report),
            "signature": _signatures(report, readers),
            "verdict": _judged(report.verdict, failing, excused, is_unknown=bool(unknown)),
            "failing": failing,
            "before": excused,
            "checked_at": report.checked_at,
            "is_incomplete": report.search is not None and report.search.state == "incomplete",
        }
    )


def _judged(verdict: Verdict, failing: Collection[str], excused: Collection[str], *, is_unknown: bool) -> Judged:
    if verdict is Verdict.FAIL and len(excused) == len(failing):
        return Judged.UNKNOWN if is_unknown else Judged.BEFORE
    return Judged(verdict.value)


def weakest_mode(report: Report) -> WeakestMode:
    """The weakest provenance of its platforms; UNKNOWN when one could not be read, or when it has no platforms.

    Also when a part of the image was not seen, unless a part that was seen lacks it.
    """
    if report.artifact is not None:
        return WeakestMode.NOT_ASKED
    found = [_mode_of(platform) for platform in report.platforms]
    if not found or WeakestMode.UNKNOWN in found or report.seen is Outcome.FAIL:
        return WeakestMode.UNKNOWN
    if WeakestMode.NONE in found:
        return WeakestMode.NONE if set(found) == {WeakestMode.NONE} else WeakestMode.PARTLY
    return WeakestMode.UNKNOWN if report.seen is Outcome.UNKNOWN else next(mode for mode in _WEAKEST if mode in found)


def _mode_of(platform: PlatformSummary) -> WeakestMode:
    match platform.provenance.state:
        case State.UNREADABLE:
            return WeakestMode.UNKNOWN
        case State.ABSENT:
            return WeakestMode.NONE
        case State.PRESENT:
            return WeakestMode(platform.provenance.mode) if platform.provenance.mode else WeakestMode.OTHER


def _sboms(report: Report) -> Held:
    states = {platform.sbom.state for platform in report.platforms}
    if not states or State.UNREADABLE in states or report.seen is Outcome.FAIL:
        return Held.UNKNOWN
    if states == {State.PRESENT}:
        return Held.UNKNOWN if report.seen is Outcome.UNKNOWN else Held.YES
    return Held.NO if states == {State.ABSENT} else Held.PARTLY


def _signatures(report: Report, readers: frozenset[str]) -> Held:
    """A valid one on the whole image, or on each platform, if all platforms are known."""
    whole = signed(report, IMAGE, readers).standing
    if whole is Standing.VALID:
        return Held.YES
    each = [signed(report, platform.platform, readers).standing for platform in report.platforms]
    if each and all(standing is Standing.VALID for standing in each):
        return Held.YES if report.seen is Outcome.PASS else Held.UNKNOWN
    if Standing.UNKNOWN in {whole, *each}:
        return Held.UNKNOWN
    return Held.PARTLY if Standing.VALID in each else Held.NO
