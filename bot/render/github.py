"""Reports as GitHub's workflow commands, which show them in the summary of a run and beside the lines of a workflow.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.render import words
from bot.render.display import Display
from bot.render.plain import plain
from bot.render.told import ToldResult, told_results, unread
from bot.report import Report
from bot.rules import Outcome, Severity

_LEVELS: Final = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
    Severity.INFO: "notice",
}


def render(reports: Sequence[Report], _: Display = Display()) -> str:  # noqa: B008 - frozen
    """One command a line, and a last line for people."""
    return "".join(f"{line}\n" for line in (*_commands(reports), plain(words.last_line(reports), ascii_only=True)))


def _commands(reports: Sequence[Report]) -> Iterator[str]:
    for _, why in unread(reports):
        yield f"::error title=could not be checked::{_data(why)}"
    for one in (one for report in reports for one in told_results(report)):
        if one.result.outcome is not Outcome.WAIVED:
            yield f"::{_level(one)} {_place(one)}title={_property(one.headline)}::{_data(one.message)}"


def _level(one: ToldResult) -> str:
    """What fails the image is an error, whatever its severity; what is required and unknown is a warning."""
    if one.result.required:
        return "warning" if one.is_unknown else "error"
    return _LEVELS[one.severity] if _LEVELS[one.severity] != "error" else "warning"


def _place(one: ToldResult) -> str:
    line = one.line
    return f"file={_property(line.path)},line={line.line},col={line.column}," if line else ""


def _data(text: str) -> str:
    return plain(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
