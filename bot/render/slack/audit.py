"""An audit as a message for the person who asked: a short table, and what the newest versions lack."""

from typing import Final

from bot.render.audit import words
from bot.render.slack.escape import plain
from bot.render.slack.message import Block, MessageDraft, bullets, preformatted, rich_text, section
from bot.report.audit import Audit, AuditRow

ROWS_MAX: Final = 40
"""Rows of the table; Slack takes some 9,000 characters in one message."""

LINES_MAX: Final = 12
LINE_MAX: Final = 200
TAG_MAX: Final = 28
"""Characters of a tag in the table; longer ones are cut, so that the columns stand below each other."""

_MORE: Final = "`provenance audit` in a terminal lists everything."


def audited(audit: Audit) -> MessageDraft:
    """The counts first, then the table, then what turned where and what is lacking."""
    summary = words.summary(audit)
    blocks: list[Block] = [section("head", f"*{summary}*")]
    if audit.rows:
        blocks.append(rich_text("table", [preformatted(plain(_table(audit), 6000))]))
    if lines := _lines(audit):
        blocks.append(rich_text("lines", [bullets(lines)]))
    return MessageDraft(f"{summary}.", tuple(blocks), "provenance_audit")


def _table(audit: Audit) -> str:
    turned = words.turns_by_image(audit)
    lines: list[str] = []
    left = ROWS_MAX
    for table in words.tables(audit):
        if left <= 0:
            break
        lines += ["" for _ in lines[:1]] + [table.title[:120]]
        for row in table.rows[:left]:
            news = " ".join(map(words.turn_briefly, turned.get(row.image, [])))
            lines.append(_row(row, news))
        left -= len(table.rows)
    if left < 0 or len(audit.rows) > ROWS_MAX:
        lines.append(f"… {len(audit.rows) - ROWS_MAX} more")
    return "\n".join(lines)


def _row(row: AuditRow, news: str) -> str:
    tag, mode, sbom, signature, verdict = words.cells(row)
    cells = f"{tag[:TAG_MAX]:<{TAG_MAX}} {mode:<8} SBOM {sbom:<8} signed {signature:<8} {verdict:<8}"
    return f"{cells}{news}".rstrip()


def _lines(audit: Audit) -> list[str]:
    said = [f"{one.repository}: could not be listed: {one.reason}" for one in audit.unlisted]
    said += [*audit.notes, *words.lacking(audit), *words.left_out(audit)]
    said += [reason for table in words.tables(audit) for reason in words.reasons(table.rows)]
    lines = [plain(line.replace("`", "'"), LINE_MAX) for line in said[:LINES_MAX]]
    return [*lines, f"and {len(said) - LINES_MAX} more. {_MORE}"] if len(said) > LINES_MAX else lines
