"""An audit as GitHub Flavored Markdown, for an issue or a wiki."""

from collections.abc import Iterator
from typing import Final

from bot.render.audit import words
from bot.render.display import Display
from bot.render.markdown import code, escaped
from bot.report.audit import Audit, Judged

SIGNS: Final = {
    Judged.PASS: "✅",
    Judged.WARN: "⚠️",
    Judged.FAIL: "❌",
    Judged.UNKNOWN: "❔",
    Judged.BEFORE: "⏳",
}


def render(audit: Audit, _: Display = Display()) -> str:  # noqa: B008 - frozen
    """The counts first, then a table for each family."""
    return "\n".join(_lines(audit)) + "\n"


def _lines(audit: Audit) -> Iterator[str]:
    yield f"**{escaped(words.summary(audit))}**"
    yield ""
    for one in audit.unlisted:
        yield f"- {code(one.repository)} could not be listed: {escaped(one.reason)}"
    for text in (*audit.notes, *words.left_out(audit), *words.lacking(audit)):
        yield f"- {escaped(text)}"
    turned = words.turns_by_image(audit)
    for table in words.tables(audit):
        yield from ("", f"### {escaped(table.title)}", "")
        yield from ("| tag | provenance | SBOM | signature | verdict | |", "| --- | --- | --- | --- | --- | --- |")
        for row in table.rows:
            tag, *cells, verdict = words.cells(row)
            news = " ".join(map(words.turn_briefly, turned.get(row.image, [])))
            told = (code(tag), *map(escaped, cells), f"{SIGNS[row.verdict]} {verdict}", escaped(news))
            yield f"| {' | '.join(told)} |"
        if table.turns:
            yield ""
        yield from (f"- {escaped(words.turn(turn))}" for turn in table.turns)
        if reasons := words.reasons(table.rows):
            yield ""
            yield from (f"- {escaped(reason)}" for reason in reasons)
