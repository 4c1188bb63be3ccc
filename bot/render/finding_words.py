"""What rules found in words: for which platforms, and what is said once for several. The caller escapes them."""

from collections.abc import Iterable
from typing import Final

from bot.render.advice import Advice, advice_for
from bot.report import FindingSummary, Report, Result
from bot.rules import IMAGE, Outcome
from bot.unreadable import UnknownReason

Grouped = tuple[tuple[str, str], ...]
"""Subjects, and the message about them."""

_UNVERIFIED: Final = frozenset({UnknownReason.UNVERIFIABLE, UnknownReason.NO_KEY})


def besides(report: Report, result: Result) -> str:
    """The failed rules that say less of the same, so that they are not told again; "" if there is none."""
    rules = [other.rule for other in report.covered_by(result)]
    return f"{' and '.join(rules)} {'fails' if len(rules) == 1 else 'fail'}, too: the same" if rules else ""


def grouped(findings: Iterable[FindingSummary]) -> Grouped:
    """Subjects and message. The same message about several platforms is listed once."""
    found: dict[tuple[Outcome, str], list[str]] = {}
    for finding in findings:
        found.setdefault((finding.outcome, finding.message), []).append(finding.subject)
    return tuple(
        (", ".join(dict.fromkeys(subjects)), message if outcome is Outcome.FAIL else f"could not be checked: {message}")
        for (outcome, message), subjects in found.items()
    )


def unknown(report: Report, *, everything: bool = False) -> tuple[tuple[tuple[str, ...], Grouped], ...]:
    """The rules that could not be checked, and why. A reason that several rules share is listed once.

    With `everything` also those that are told aside, see `Result.is_aside`.
    """
    found: dict[Grouped, list[str]] = {}
    for result in report.unknown() if everything else report.unknown_told():
        found.setdefault(_reasons(result.findings), []).append(result.rule)
    return tuple((tuple(rules), reasons) for reasons, rules in found.items())


def unknown_advice(report: Report) -> tuple[Advice, ...]:
    """What makes known what is unknown, each once."""
    found = (advice_for(result) for result in report.unknown() if result.remediation)
    return tuple(dict.fromkeys(found))


def is_unverified(result: Result) -> bool:
    """Whether a signature was found and could not be verified, and nothing else is open in that result."""
    open_ = [finding.reason for finding in result.findings if finding.outcome is Outcome.UNKNOWN]
    return bool(open_) and all(reason in _UNVERIFIED for reason in open_)


def _reasons(findings: Iterable[FindingSummary]) -> Grouped:
    """As `grouped`, for a place that says already that nobody knows."""
    found: dict[str, list[str]] = {}
    for finding in findings:
        if finding.outcome is Outcome.UNKNOWN:
            found.setdefault(finding.message, []).append(finding.subject)
    return tuple((", ".join(dict.fromkeys(subjects)), message) for message, subjects in found.items())


def only_some(report: Report, result: Result) -> str:
    """The platforms that it fails for, if others are all right; else ""."""
    failing = [finding.subject for finding in result.findings if finding.outcome is Outcome.FAIL]
    subjects = ", ".join(dict.fromkeys(failing))
    return "" if is_everywhere(report, subjects) else subjects


def is_everywhere(report: Report, subjects: str) -> bool:
    """Whether these subjects, as `grouped` joins them, are the whole image."""
    named = set(subjects.split(", "))
    return IMAGE in named or named >= {platform.platform for platform in report.platforms}


def weight(result: Result) -> str:
    """E.g. `high`, or `high, advised`."""
    return result.severity if result.required else f"{result.severity}, advised"
