"""The verdict on one image or several in words, for the terminal and Markdown. The caller escapes them."""

from collections.abc import Iterable, Sequence
from typing import Final

from bot.render.counted import counted
from bot.render.finding_words import is_unverified
from bot.render.signed import unanswered
from bot.report import Report, Verdict
from bot.report.audit import WeakestMode
from bot.report.audit.rows import weakest_mode
from bot.rules import Outcome

VERDICTS: Final = {
    Verdict.PASS: "pass",
    Verdict.WARN: "warn",
    Verdict.FAIL: "FAIL",
    Verdict.UNKNOWN: "could not be checked",
}

MODES: Final = {
    WeakestMode.NONE: "missing",
    WeakestMode.PARTLY: "partly missing",
    WeakestMode.MIN: "min",
    WeakestMode.OTHER: "of an unknown version",
    WeakestMode.UNKNOWN: "unknown",
    WeakestMode.FOREIGN: "by another builder",
    WeakestMode.MAX: "max",
    WeakestMode.NOT_ASKED: "not asked",
}
"""The weakest provenance of an image's platforms, the worst first."""


def headline(report: Report, fixes: int) -> str:
    """The verdict in words. `fixes` is the number of changes that all required failures need."""
    failed = [result for result in report.told() if result.required]
    advised = len(report.told()) - len(failed)
    more = f"{counted(advised, 'more thing')} {'is' if advised == 1 else 'are'} advised" if advised else ""
    match report.verdict:
        case Verdict.FAIL:
            how = "one fix" if fixes == 1 else f"{fixes} fixes"
            said = f"fails policy {report.policy}: {counted(len(failed), 'problem')}, {how}"
        case Verdict.WARN:
            said = f"has all that policy {report.policy} requires"
        case Verdict.PASS:
            said = f"passes policy {report.policy}"
        case Verdict.UNKNOWN:
            said = _open(report)
    return "; ".join(filter(None, (said, more.replace("more ", "", 1) if report.verdict is Verdict.WARN else more)))


def _open(report: Report) -> str:
    """Why nobody can tell."""
    if report.artifact is not None and report.asks_nothing:
        if report.artifact.is_evidence:
            return f"{report.artifact.name} is not an image, so nothing was judged"
        return f"policy {report.policy} asks nothing of {report.artifact.name}"
    if report.is_waiting:
        return unanswered(report)
    open_ = [result for result in report.unknown() if result.required]
    if open_ and all(map(is_unverified, open_)):
        return "a signature was found, and it could not be verified"
    return "not everything that is required could be checked"


def last_line(reports: Sequence[Report]) -> str:
    """E.g. `41 images: 10 FAIL, 31 pass · provenance: 10 missing · 10 min · 1 unknown · 20 max`, the worst first."""
    modes = [weakest_mode(report) for report in reports]
    counts = " · ".join(f"{modes.count(one)} {word}" for one, word in MODES.items() if one in modes)
    return f"{verdicts(reports)} · provenance: {counts}"


def verdicts(reports: Sequence[Report]) -> str:
    """E.g. `3 images: 1 FAIL, 1 could not be checked, 1 pass`, the worst verdict first."""
    order = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.WARN, Verdict.PASS)
    count = {verdict: sum(report.verdict is verdict for report in reports) for verdict in order}
    parts = ", ".join(f"{number} {VERDICTS[verdict]}" for verdict, number in count.items() if number)
    return f"{counted(len(reports), 'image')}: {parts}"


def tally(report: Report) -> str:
    """E.g. `policy default, 14 rules: 2 failed, 1 could not be checked, 11 passed`."""
    asked = [result for result in report.results if result.outcome is not Outcome.SKIPPED]
    counts = [
        f"{sum(result.outcome is outcome for result in asked)} {word}"
        for outcome, word in (
            (Outcome.FAIL, "failed"),
            (Outcome.UNKNOWN, "could not be checked"),
            (Outcome.WAIVED, "waived"),
            (Outcome.PASS, "passed"),
        )
        if any(result.outcome is outcome for result in asked)
    ]
    return f"policy {report.policy}, {counted(len(asked), 'rule')}" + (f": {', '.join(counts)}" if counts else "")


def looked_at(report: Report) -> bool:
    """Whether the image could be read at all. If not, every rule is unknown for the same reason."""
    return bool(report.platforms) or any(result.outcome is not Outcome.UNKNOWN for result in report.results)


def in_one_line(sentences: Iterable[str]) -> str:
    """Sentences with semicolons between; after the first, none begins with a capital but a name such as `SBOM`."""
    first, *others = [*sentences] or [""]
    return "; ".join([first, *(one[:1].lower() + one[1:] if one[1:2].islower() else one for one in others)])
