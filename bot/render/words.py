"""Words that the terminal and the Markdown summary share. The caller escapes them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.render.counted import counted
from bot.render.signed import NOT_YET, Unsigned, how_signed, of_image, unanswered, unsigned
from bot.report import FindingSummary, ProvenanceSummary, Report, Result, SbomSummary, State, Verdict
from bot.report.audit import WeakestMode
from bot.report.audit.rows import weakest_mode
from bot.rules import IMAGE, Outcome

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

SIGNERS_MAX: Final = 3
"""Names in one line."""


Grouped = tuple[tuple[str, str], ...]
"""Subjects, and the message about them."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about a failed rule: the fix of its most certain cause, else the rule's own remediation.

    If the workflow could be read, the snippet is the diff for that file.
    """

    text: str = ""
    snippet: str = ""
    language: str = ""
    verify: str = ""


_UNSIGNED: Final = {
    Unsigned.NOBODY: "not signed",
    Unsigned.AWAITED: NOT_YET,
    Unsigned.UNKNOWN: "could not check whether it is signed",
    Unsigned.NOT_ASKED: "",
}


def advice_for(result: Result) -> Advice:
    """The advice for that result. Each part comes from the first source that has it."""
    rule = result.remediation
    general = Advice(rule.text, rule.snippet, rule.language, rule.verify) if rule else Advice()
    cause = next((cause for cause in result.causes if cause.fix or cause.snippet), None)
    if cause is not None:
        general = Advice(cause.fix or general.text, cause.snippet, cause.language, cause.verify or general.verify)
    diff = patch(result)
    return replace(general, snippet=diff, language="diff") if diff else general


def besides(report: Report, result: Result) -> str:
    """The failed rules that say less of the same, so that they are not told again; "" if there is none."""
    rules = [other.rule for other in report.covered_by(result)]
    return f"{' and '.join(rules)} {'fails' if len(rules) == 1 else 'fail'}, too: the same" if rules else ""


def patch(result: Result) -> str:
    """The diffs of all files that fix it, as one diff for `git apply`; "" if there is none."""
    return "".join(one.diff for one in result.patches)


def where(result: Result) -> tuple[str, ...]:
    """The lines of the workflow that cause it, e.g. `.github/workflows/build.yml, line 88: …`."""
    return tuple(f"{line.path}, line {line.line}: {line.message}" for line in result.lines)


def built_by(report: Report) -> str:
    """Which file built the image, and why it was not read; "" if unknown, or if no rule failed."""
    workflow = report.workflow
    if workflow is None or not report.failing():
        return ""
    return f"built by {workflow.url}" + (f", not read: {workflow.reason}" if workflow.reason else "")


def read_workflow(report: Report) -> str:
    """The same, if somebody tried to read that file."""
    return built_by(report) if report.workflow and report.workflow.state != "named" else ""


def compared(report: Report) -> str:
    """The earlier release that it was compared with, or ""."""
    if report.baseline is None:
        return ""
    same = ", which is the same image" if report.baseline.digest == report.digest else ""
    return f"compared with {report.baseline.image}{same}"


def not_shown(result: Result) -> tuple[str, ...]:
    """Why a diff is missing, for each file."""
    return tuple(f"{one.path}: {one.reason}" for one in result.patches if one.reason)


def besides_this(verify: str) -> str:
    """The verify commands without `provenance check`, for the output of `provenance check` itself."""
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
    """Subjects and message. The same message about several platforms is listed once."""
    found: dict[tuple[Outcome, str], list[str]] = {}
    for finding in findings:
        found.setdefault((finding.outcome, finding.message), []).append(finding.subject)
    return tuple(
        (", ".join(dict.fromkeys(subjects)), message if outcome is Outcome.FAIL else f"could not be checked: {message}")
        for (outcome, message), subjects in found.items()
    )


def unknown(report: Report) -> tuple[tuple[tuple[str, ...], Grouped], ...]:
    """The rules that could not be checked, and why. A reason that several rules share is listed once."""
    found: dict[Grouped, list[str]] = {}
    for result in report.unknown():
        found.setdefault(_reasons(result.findings), []).append(result.rule)
    return tuple((tuple(rules), reasons) for reasons, rules in found.items())


def _reasons(findings: Iterable[FindingSummary]) -> Grouped:
    """As `grouped`, for a place that says already that nobody knows."""
    found: dict[str, list[str]] = {}
    for finding in findings:
        if finding.outcome is Outcome.UNKNOWN:
            found.setdefault(finding.message, []).append(finding.subject)
    return tuple((", ".join(dict.fromkeys(subjects)), message) for message, subjects in found.items())


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
        return f"policy {report.policy} asks nothing of {report.artifact.name}"
    return unanswered(report) if report.is_waiting else "not everything that is required could be checked"


def mode(summary: ProvenanceSummary) -> str:
    """Provenance in a word or two."""
    match summary.state:
        case State.ABSENT:
            return "none"
        case State.UNREADABLE:
            return "could not be read"
        case State.PRESENT:
            return {"foreign": "by another builder", None: "unknown version"}.get(summary.mode, str(summary.mode))


def only_some(report: Report, result: Result) -> str:
    """The platforms that it fails for, if others are all right; else ""."""
    failing = [finding.subject for finding in result.findings if finding.outcome is Outcome.FAIL]
    subjects = ", ".join(dict.fromkeys(failing))
    return "" if is_everywhere(report, subjects) else subjects


def is_everywhere(report: Report, subjects: str) -> bool:
    """Whether these subjects, as `grouped` joins them, are the whole image."""
    named = set(subjects.split(", "))
    return IMAGE in named or named >= {platform.platform for platform in report.platforms}


def signers_told(report: Report) -> str:
    """Who signed; "" when nobody did, or not validly: tables and rules say that already."""
    return signers(report) if any(one.state == "valid" for one in of_image(report)) else ""


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


def signers(report: Report) -> str:
    """Who signed, or that the image is not signed. Only verified signatures count as signed."""
    valid = [signature for signature in of_image(report) if signature.state == "valid"]
    names = list(dict.fromkeys(signature.identity or "a key" for signature in valid))
    if names:
        more = f" and {len(names) - SIGNERS_MAX} more" if len(names) > SIGNERS_MAX else ""
        return f"{how_signed(report)} {', '.join(names[:SIGNERS_MAX])}{more}"
    if refused := [signature.reason for signature in report.signatures if signature.state == "invalid"]:
        return f"signed, but the signature is not valid: {refused[0] or 'no reason given'}"
    if found := of_image(report):
        return f"signed, but the signature could not be verified: {found[0].reason or 'no reason given'}"
    return _UNSIGNED[unsigned(report)]


def estimate(report: Report) -> str:
    """How far the provenance can be trusted; "" if that could not be checked."""
    trust = report.trust
    if trust is None or trust.slsa_build_level is None:
        return ""
    return f"SLSA build level {trust.slsa_build_level} (estimate): {trust.reason}"


def looked_at(report: Report) -> bool:
    """Whether the image could be read at all. If not, every rule is unknown for the same reason."""
    return bool(report.platforms) or any(result.outcome is not Outcome.UNKNOWN for result in report.results)


def weight(result: Result) -> str:
    """E.g. `high`, or `high, advised`."""
    return result.severity if result.required else f"{result.severity}, advised"


def in_one_line(sentences: Iterable[str]) -> str:
    """Sentences with semicolons between; after the first, none begins with a capital but a name such as `SBOM`."""
    first, *others = [*sentences] or [""]
    return "; ".join([first, *(one[:1].lower() + one[1:] if one[1:2].islower() else one for one in others)])
