"""The content of a report page. The template only places it, and escapes everything."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from bot.render import finding_words
from bot.render.advice import Advice
from bot.render.counted import counted
from bot.render.html.fixes import FixBlock, fix_blocks
from bot.render.html.platforms import PlatformRow, platform_rows
from bot.render.html.words import VERDICTS, Mark, short_image
from bot.render.signed import NOT_YET, Unsigned, of_image, unanswered, unsigned
from bot.report import Report, Result, Verdict
from bot.rules import Outcome

SIGNERS_MAX = 3


_UNSIGNED: Final = {
    Unsigned.NOBODY: "not signed",
    Unsigned.AWAITED: NOT_YET,
    Unsigned.UNKNOWN: "could not be checked",
    Unsigned.NOT_ASKED: "not checked",
}


class ReportPage(Struct, frozen=True):
    """One report, ready for the template."""

    report: Report
    mark: Mark
    headline: str
    said: str  # the verdict in words
    signers: str
    platforms: tuple[PlatformRow, ...]
    fixes: tuple[FixBlock, ...]  # of what is required
    advice: tuple[FixBlock, ...]
    unknown: tuple[Result, ...]
    unknown_advice: tuple[Advice, ...]  # what makes it known
    waived: tuple[Result, ...]
    quiet: tuple[Result, ...]  # passed or skipped
    parts: Mapping[str, str]  # what each digest of the image stands for, in words


def sheet(report: Report) -> ReportPage:
    """The report, with its results sorted by importance."""
    blocks = fix_blocks(report)
    return ReportPage(
        report=report,
        mark=VERDICTS[report.verdict],
        headline=short_image(report.image),
        signers=signers(report),
        said=said(report),
        platforms=platform_rows(report),
        fixes=tuple(block for block in blocks if block.is_required),
        advice=tuple(block for block in blocks if not block.is_required),
        unknown=report.unknown(),
        unknown_advice=finding_words.unknown_advice(report),
        waived=tuple(result for result in report.results if result.outcome is Outcome.WAIVED),
        quiet=tuple(result for result in report.results if result.outcome in {Outcome.PASS, Outcome.SKIPPED}),
        parts={one.digest: one.platform for one in report.platforms} | {report.digest: "the image"},
    )


def signers(report: Report) -> str:
    """Who signed, or that the image is not signed. Only verified signatures count as signed."""
    valid = [signature for signature in of_image(report) if signature.state == "valid"]
    names = tuple(dict.fromkeys(signature.identity or "a key" for signature in valid))
    if names:
        more = f" and {len(names) - SIGNERS_MAX} more" if len(names) > SIGNERS_MAX else ""
        return f"by {', '.join(names[:SIGNERS_MAX])}{more}, verified"
    if invalid := sum(signature.state == "invalid" for signature in report.signatures):
        return f"{invalid} of {counted(len(report.signatures), 'signature')} not valid"
    if of_image(report):
        return "signatures were found, but could not be verified"
    return _UNSIGNED[unsigned(report)]


def said(report: Report) -> str:
    """The verdict in words, e.g. `Not ready: 2 problems, one change fixes both.`."""
    match report.verdict:
        case Verdict.FAIL:
            return _problems(report)
        case Verdict.UNKNOWN:
            return f"No verdict: {unanswered(report, _asked(report)) or 'it could not be checked completely'}."
        case Verdict.WARN | Verdict.PASS:
            advised = len(report.told())
            open_ = f" {unanswered(report, _asked(report)).capitalize()}." if report.unknown_told() else ""
            advice = (
                f" There {'is' if advised == 1 else 'are'} {counted(advised, 'piece')} of advice." if advised else ""
            )
            return f"Everything that the policy requires is there.{advice}{open_}"


def _problems(report: Report) -> str:
    problems = [result for result in report.told() if result.required]
    blocks = [block for block in fix_blocks(report) if block.is_required]
    if len(problems) > 1 and len(blocks) == 1:
        tail = f", one change fixes {'both' if len(problems) == 2 else 'all'}"  # noqa: PLR2004 - both are two
    else:
        tail = f", {counted(len(blocks), 'change')}" if len(problems) > len(blocks) else ""
    return f"Not ready: {counted(len(problems), 'problem')}{tail}."


def _asked(report: Report) -> str:
    return counted(sum(result.outcome is not Outcome.SKIPPED for result in report.results), "rule")
