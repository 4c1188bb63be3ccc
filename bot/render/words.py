"""The words that the terminal and the Markdown summary share; whoever places them escapes them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.render.signed import NOT_YET, Unsigned, how_signed, unsigned
from bot.report import FindingSummary, ProvenanceSummary, Report, Result, SbomSummary, State, Verdict
from bot.rules import Outcome

VERDICTS: Final = {
    Verdict.PASS: "pass",
    Verdict.WARN: "warn",
    Verdict.FAIL: "FAIL",
    Verdict.UNKNOWN: "could not be checked",
}

SIGNERS_MAX: Final = 3
"""Names in one line."""


Grouped = tuple[tuple[str, str], ...]
"""Subjects, and what is said about them."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about a rule that failed: of its surest cause where there is one, else what the rule advises.

    Where the workflow could be read, the diff for that very file is what to paste.
    """

    text: str = ""
    snippet: str = ""
    language: str = ""
    verify: str = ""


_UNSIGNED: Final = {
    Unsigned.NOBODY: "signed by nobody",
    Unsigned.AWAITED: NOT_YET,
    Unsigned.UNKNOWN: "whether it is signed could not be looked at",
    Unsigned.NOT_ASKED: "",
}


def advice_for(result: Result) -> Advice:
    """Each part from the first source that has it."""
    advice = result.remediation
    general = Advice(advice.text, advice.snippet, advice.language, advice.verify) if advice else Advice()
    told = next((cause for cause in result.causes if cause.fix or cause.snippet), None)
    if told is not None:
        general = Advice(told.fix or general.text, told.snippet, told.language, told.verify or general.verify)
    diff = patch(result)
    return replace(general, snippet=diff, language="diff") if diff else general


def patch(result: Result) -> str:
    """The diffs of all files that fix it, as one that `git apply` takes; "" when there is none to show."""
    return "".join(one.diff for one in result.patches)


def where(result: Result) -> tuple[str, ...]:
    """The lines of the workflow that it comes from, e.g. `.github/workflows/build.yml, line 88: nothing is said …`."""
    return tuple(f"{line.path}, line {line.line}: {line.message}" for line in result.lines)


def built_by(report: Report) -> str:
    """Which file built the image, and why it was not read; "" when nobody knows or nothing is to be fixed."""
    workflow = report.workflow
    if workflow is None or not report.failing():
        return ""
    return f"built by {workflow.url}" + (f", not read: {workflow.reason}" if workflow.reason else "")


def not_shown(result: Result) -> tuple[str, ...]:
    """Why a diff is not there to be shown, for each file."""
    return tuple(f"{one.path}: {one.reason}" for one in result.patches if one.reason)


def besides_this(verify: str) -> str:
    """The verify commands without `provenance check`, for those who are looking at its output."""
    lines = (line for line in verify.splitlines() if not line.startswith("provenance check "))
    return "\n".join(lines)


def provenance(summary: ProvenanceSummary) -> str:
    """E.g. `max, SLSA v1, from https://github.com/acme/app at 0123456`."""
    match summary.state:
        case State.ABSENT:
            return "none"
        case State.UNREADABLE:
            return f"could not be read: {summary.reason or 'no reason given'}"
        case State.PRESENT:
            parts: list[str] = [summary.mode or "of an unknown version"]
            parts += [f"SLSA {summary.slsa}"] if summary.slsa else []
            parts += [f"from {_source(summary)}"] if summary.source else []
            return ", ".join(parts)


def _source(summary: ProvenanceSummary) -> str:
    revision = f" at {summary.revision[:12]}" if summary.revision else ""
    return f"{summary.source}{revision}"


def sbom(summary: SbomSummary) -> str:
    """E.g. `spdx, 312 packages`."""
    match summary.state:
        case State.ABSENT:
            return "none"
        case State.UNREADABLE:
            return f"could not be read: {summary.reason or 'no reason given'}"
        case State.PRESENT:
            return f"{', '.join(summary.formats) or 'unknown format'}, {counted(summary.packages or 0, 'package')}"


def grouped(findings: Iterable[FindingSummary]) -> Grouped:
    """Subjects and message; what is said about several platforms is said once."""
    found: dict[tuple[Outcome, str], list[str]] = {}
    for finding in findings:
        found.setdefault((finding.outcome, finding.message), []).append(finding.subject)
    return tuple(
        (", ".join(dict.fromkeys(subjects)), message if outcome is Outcome.FAIL else f"could not be checked: {message}")
        for (outcome, message), subjects in found.items()
    )


def unknown(report: Report) -> tuple[tuple[tuple[str, ...], Grouped], ...]:
    """What could not be checked: the rules, and why; one reason that kept us from several rules is said once."""
    found: dict[Grouped, list[str]] = {}
    for result in report.unknown():
        found.setdefault(grouped(result.findings), []).append(result.rule)
    return tuple((tuple(rules), reasons) for reasons, rules in found.items())


def verdicts(reports: Sequence[Report]) -> str:
    """E.g. `3 images: 1 FAIL, 1 could not be checked, 1 pass`, the worst first."""
    order = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.WARN, Verdict.PASS)
    count = {verdict: sum(report.verdict is verdict for report in reports) for verdict in order}
    told = ", ".join(f"{number} {VERDICTS[verdict]}" for verdict, number in count.items() if number)
    return f"{counted(len(reports), 'image')}: {told}"


def tally(report: Report) -> str:
    """E.g. `policy default: 2 of 14 rules failed, 1 could not be checked`."""
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
    return f"policy {report.policy}: {counted(len(asked), 'rule')} asked, {', '.join(counts) or 'nothing to say'}"


def signers(report: Report) -> str:
    """Who signed, or that nobody did. Only what was verified is called signed."""
    valid = [signature for signature in report.signatures if signature.state == "valid"]
    names = list(dict.fromkeys(signature.identity or "a key" for signature in valid))
    if names:
        more = f" and {len(names) - SIGNERS_MAX} more" if len(names) > SIGNERS_MAX else ""
        return f"{how_signed(report)} {', '.join(names[:SIGNERS_MAX])}{more}"
    if refused := [signature.reason for signature in report.signatures if signature.state == "invalid"]:
        return f"signed, but the signature does not hold: {refused[0] or 'no reason given'}"
    if report.signatures:
        return f"signed, but it could not be verified: {report.signatures[0].reason or 'no reason given'}"
    return _UNSIGNED[unsigned(report)]


def estimate(report: Report) -> str:
    """How far the provenance can be believed; "" when that could not be looked at."""
    trust = report.trust
    if trust is None or trust.slsa_build_level is None:
        return ""
    return f"SLSA build level {trust.slsa_build_level}, an estimate: {trust.reason}"


def looked_at(report: Report) -> bool:
    """Whether the image itself could be reached; without a digest and platforms, no rule had anything to look at."""
    return bool(report.platforms) or any(result.outcome is not Outcome.UNKNOWN for result in report.results)


def weight(result: Result) -> str:
    """E.g. `high`, or `high, advised`."""
    return result.severity if result.required else f"{result.severity}, advised"


def counted(count: int, one: str) -> str:
    """`1 rule`, `2 rules`."""
    return f"{count} {one if count == 1 else one + 's'}"
