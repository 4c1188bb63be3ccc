"""The problems of a release: one for each rule that fails, with the images that it fails for. No I/O.

Decided on outcomes and severities only; the sentences are for people.
"""

from collections.abc import Iterator
from functools import cache

from msgspec import Struct

from bot.render.release.view import ImageView, ReleaseView
from bot.report import Report, Result
from bot.rules import Outcome, Severity, catalogue
from bot.unreadable import UnknownReason

_ORDER = list(Severity)


class FailedResult(Struct, frozen=True):
    """One result of one image."""

    view: ImageView
    report: Report
    result: Result


class ReleaseProblem(Struct, frozen=True):
    """One rule with the same outcome for some images; the worst severity counts."""

    rule: str
    title: str
    severity: Severity
    is_required: bool
    failures: tuple[FailedResult, ...]

    @property
    def is_critical(self) -> bool:
        """Whether it is told at once and by itself."""
        return self.is_required and self.severity is Severity.CRITICAL


def problems(release: ReleaseView) -> tuple[ReleaseProblem, ...]:
    """What fails and is required, worst first."""
    return _problems(release, Outcome.FAIL, is_required=True)


def advice(release: ReleaseView) -> tuple[ReleaseProblem, ...]:
    """What fails and is only advised, worst first."""
    return _problems(release, Outcome.FAIL, is_required=False)


def unknowns(release: ReleaseView) -> tuple[ReleaseProblem, ...]:
    """What is required and could not be checked, without what is only awaited."""
    found = _problems(release, Outcome.UNKNOWN, is_required=True)
    return tuple(one for one in found if not all(failure.result.is_awaited for failure in one.failures))


def awaited(release: ReleaseView) -> tuple[ImageView, ...]:
    """The images of which signatures that are required may still arrive."""
    return _waiting_for(release, UnknownReason.AWAITING_SIGNATURE)


def compared_later(release: ReleaseView) -> tuple[ImageView, ...]:
    """The images that wait for the same tag in another registry, or for other images of the release."""
    return _waiting_for(release, UnknownReason.AWAITING_MEMBER)


def _waiting_for(release: ReleaseView, reason: UnknownReason) -> tuple[ImageView, ...]:
    return tuple(one for one in release.images if one.report and reason in _reasons(one.report))


def _reasons(report: Report) -> frozenset[UnknownReason]:
    """What the required results wait for; a report from before there were codes waits for signatures."""
    waiting = [result for result in report.results if result.is_awaited and result.required]
    codes = {finding.reason for result in waiting for finding in result.findings if finding.is_awaited}
    return frozenset(UnknownReason.AWAITING_SIGNATURE if code is None else UnknownReason(code) for code in codes)


def waived(release: ReleaseView) -> tuple[FailedResult, ...]:
    """The waived results of all images."""
    return tuple(_of(release, Outcome.WAIVED))


def _problems(release: ReleaseView, outcome: Outcome, *, is_required: bool) -> tuple[ReleaseProblem, ...]:
    by_rule: dict[str, list[FailedResult]] = {}
    for failure in _of(release, outcome):
        if failure.result.required is is_required:
            by_rule.setdefault(failure.result.rule, []).append(failure)
    found = [_problem(rule, failures, is_required=is_required) for rule, failures in by_rule.items()]
    return tuple(sorted(found, key=lambda one: (_ORDER.index(one.severity), -len(one.failures))))


def _problem(rule: str, failures: list[FailedResult], *, is_required: bool) -> ReleaseProblem:
    severity = min((failure.result.severity for failure in failures), key=_ORDER.index)
    return ReleaseProblem(rule, failures[0].result.title, severity, is_required, tuple(failures))


def _of(release: ReleaseView, outcome: Outcome) -> Iterator[FailedResult]:
    for view in release.images:
        if view.report is None:
            continue
        results = told(release, view) if outcome is Outcome.FAIL else view.report.results
        for result in results:
            if result.outcome is outcome:
                yield FailedResult(view, view.report, result)


def told(release: ReleaseView, view: ImageView) -> tuple[Result, ...]:
    """The failures of that image that people are told.

    Not that another registry lacks the tag, as a failure of the whole release, if an image tells just that of itself.
    """
    results = view.report.told() if view.report else ()
    about_others = {rule.id for rule in catalogue() if rule.about_others}
    if about_others.isdisjoint(result.rule for result in results):
        return results
    is_told = any(one.is_not_seen for one in release.images) and not missing(release)
    return tuple(result for result in results if not (is_told and result.rule in about_others))


def missing(release: ReleaseView) -> tuple[ImageView, ...]:
    """The images that were not seen, without those of which another registry's image says that the two differ."""
    telling = set(_telling(release))
    return tuple(one for one in release.images if one.is_not_seen and (one.repository, one.tag) not in telling)


def _telling(release: ReleaseView) -> Iterator[tuple[str, str]]:
    """The names and tags of which one registry says that it differs from another one."""
    for one in release.images:
        failing = one.report.failing() if one.report else ()
        if any(result.rule in mutual() and result.required for result in failing):
            yield one.repository, one.tag


@cache
def changes() -> frozenset[str]:
    """The rules that find a change from what was there before or is elsewhere."""
    return frozenset(rule.id for rule in catalogue() if rule.of_change)


@cache
def mutual() -> frozenset[str]:
    """The rules that fail on both sides of a difference."""
    return frozenset(rule.id for rule in catalogue() if rule.mutual)
