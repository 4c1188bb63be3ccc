"""The details of one failed rule in a reply: what failed, why, where, what to do, and how to verify it."""

from collections.abc import Iterator
from typing import Final

from bot.render.advice import Advice, advice_for, not_shown
from bot.render.slack.escape import plain, web_address
from bot.render.slack.message import Block, bullets, linked, paragraph, preformatted
from bot.report import Report, Result

FINDINGS_MAX: Final = 3
CAUSES_MAX: Final = 2
LINES_MAX: Final = 2
SNIPPET_MAX: Final = 2500
SNIPPET_LINES_MAX: Final = 16
"""A phone shows about that many; the report page and the file have all of them."""
PARAGRAPH_MAX: Final = 600
VERIFY_MAX: Final = 2000
"""Characters of the commands that verify; a command that is cut is another command."""
WORKFLOW_MAX: Final = 200

_SURENESS: Final = {"certain": "Because:", "likely": "Likely because:", "possible": "Possibly because:"}


def details(report: Report, result: Result, advice: Advice, snippet_max: int, lines_max: int) -> Iterator[Block]:
    """All in rich_text, which Slack does not parse. The snippet has at most so many characters and lines.

    `advice` is that of the whole fix.
    """
    lines = [plain(_said(finding.subject, finding.message)) for finding in result.findings[:FINDINGS_MAX]]
    if len(result.findings) > FINDINGS_MAX:
        lines.append(f"and {len(result.findings) - FINDINGS_MAX} more")
    if lines:
        yield bullets(lines)
    for cause in result.causes[:CAUSES_MAX]:
        yield paragraph(plain(cause.because, PARAGRAPH_MAX), bold=_SURENESS[cause.sureness])
    yield from _where(report, result)
    yield from _what_to_do(result, advice, snippet_max, lines_max)


def to_do(result: Result) -> str:
    """What to do, in a sentence, or ""."""
    return advice_for(result).text


def is_cut(result: Result, advice: Advice, snippet_max: int) -> bool:
    """Whether the report page shows more than the reply."""
    return (
        len(advice.snippet) > snippet_max
        or advice.snippet.count("\n") > SNIPPET_LINES_MAX
        or len(result.findings) > FINDINGS_MAX
        or len(result.causes) > CAUSES_MAX
        or len(result.lines) > LINES_MAX
    )


def _what_to_do(result: Result, advice: Advice, snippet_max: int, lines_max: int) -> Iterator[Block]:
    notes = " ".join(not_shown(result))
    if text := " ".join(filter(None, (advice.text, notes))):
        yield paragraph(plain(text, PARAGRAPH_MAX), bold="What to do:")
    if advice.snippet:
        yield preformatted(plain(beginning(advice.snippet, snippet_max, lines_max), snippet_max + WORKFLOW_MAX))
    if advice.verify:
        yield paragraph("", bold="Then verify with:")
        yield preformatted(plain(advice.verify, VERIFY_MAX))


def _where(report: Report, result: Result) -> Iterator[Block]:
    """The lines that cause it, each with a link; else the file that built the image."""
    for line in result.lines[:LINES_MAX]:
        label = plain(f"{line.path}, line {line.line}", WORKFLOW_MAX)
        yield linked("Where:", label, web_address(line.url), plain(f": {line.message}"))
    workflow = report.workflow
    if workflow is None or result.lines:
        return
    label = plain(f"{workflow.path} at {workflow.revision[:12]}", WORKFLOW_MAX)
    tail = f" ({plain(workflow.reason)})" if workflow.reason else ""
    yield linked("Built by:", label, web_address(workflow.url), tail)


def beginning(text: str, limit: int, lines_max: int = 1000) -> str:
    """The first whole lines with at most `limit` characters, and the number of lines left out."""
    kept, lines = 0, text.splitlines(keepends=True)
    if len(text) <= limit and len(lines) <= lines_max:
        return text
    for number, line in enumerate(lines):
        kept += len(line)
        if kept > limit or number == lines_max:
            return "".join(lines[:number])[:limit] + f"… {len(lines) - number} more lines"
    return text


def _said(subject: str, message: str) -> str:
    return message if subject in ("", "image") else f"{subject}: {message}"
