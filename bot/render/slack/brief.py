"""A failed rule on one screen of a phone: what failed, what to do, the few lines that matter of what to paste, and why.

All of it, with the commands that verify it, is one press away (details.py).
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from bot.oci.reference import DIGEST
from bot.render import finding_words
from bot.render.advice import Advice
from bot.render.counted import counted
from bot.render.slack.escape import plain, web_address
from bot.render.slack.message import Block, bullets, linked, paragraph, preformatted
from bot.report import FindingSummary, Report, Result
from bot.rules import Outcome

FINDINGS_MAX: Final = 2
LINES_MAX: Final = 8
"""Lines of a snippet."""

SNIPPET_MAX: Final = 600
"""Characters of a snippet; a phone breaks longer lines than 40."""

SENTENCE_MAX: Final = 260

OTHERS_MAX: Final = 2
OTHER_MAX: Final = 160
"""Characters of what else is to be done."""

_END: Final = re.compile(r"\. (?=[A-Z`])")

_SURENESS: Final = {"certain": "Because:", "likely": "Likely because:", "possible": "Possibly because:"}


def brief(
    report: Report, result: Result, advice: Advice, *, others: tuple[tuple[str, str], ...] = (), is_single: bool
) -> Iterator[Block]:
    """In rich_text, which Slack does not parse. `advice` is that of the whole fix; `is_single`: it fixes only this.

    `others` are the other problems that it fixes, with what each needs: behind what is to be pasted, which is about all
    of them. Where there are some, what was found is said only of what is not everywhere in the image: the titles say
    the rest.
    """
    found = [line for where, line in grouped(report, result.findings) if is_single or where]
    if found:
        more = [f"and {len(found) - FINDINGS_MAX} more"] if len(found) > FINDINGS_MAX else []
        yield bullets([plain(_shorter(line), SENTENCE_MAX) for line in found[:FINDINGS_MAX]] + more)
    for line in result.lines[:1]:
        label = plain(f"{line.path}, line {line.line}", 120)
        yield linked("Where:", label, web_address(line.url))
    if text := advice.text:
        yield paragraph(plain(sentences(text), SENTENCE_MAX), bold="What to do:")
    shown, left_out = essence(advice.snippet)
    if shown:
        yield preformatted(plain(shown, SNIPPET_MAX + LINES_MAX))
    if left_out:
        yield paragraph(f"Shortened: the whole fix has {counted(left_out, 'more line')}.")
    for title, text in others[:OTHERS_MAX]:
        yield paragraph(plain(sentences(text, OTHER_MAX), OTHER_MAX), bold=f"{plain(title, 100)}:")
    for cause in result.causes[:1]:
        yield paragraph(plain(_shorter(cause.because), SENTENCE_MAX), bold=_SURENESS[cause.sureness])


def is_shortened(result: Result, advice: Advice) -> bool:
    """Whether there is more to show, which verifying always is."""
    return (
        bool(advice.verify)
        or len(advice.text) > SENTENCE_MAX
        or essence(advice.snippet)[1] > 0
        or len(result.causes) > 1
    )


def _shorter(text: str) -> str:
    """A whole digest is for commands, which have it: it fills two lines of a phone."""
    return DIGEST.sub(lambda found: f"{found[0][:19]}…", text)


def sentences(text: str, limit: int = SENTENCE_MAX) -> str:
    """As many whole sentences as there is room for; a single long one is cut elsewhere."""
    if len(text) <= limit:
        return text
    ends = [found.start() for found in _END.finditer(text, 0, limit)]
    return text[: ends[-1] + 1] if ends else text


def grouped(report: Report, findings: Iterable[FindingSummary]) -> Iterator[tuple[str, str]]:
    """Where, and the sentence. What is said of several platforms is said once; of all of them, without their names."""
    by_message: dict[str, list[str]] = {}
    for finding in findings:
        if finding.outcome is Outcome.FAIL:
            subjects = by_message.setdefault(finding.message, [])
            subjects += [finding.subject] if finding.subject not in {"", "image"} else []
    for message, subjects in by_message.items():
        where = ", ".join(dict.fromkeys(subjects))
        is_said = bool(where) and not finding_words.is_everywhere(report, where)
        yield (where, f"{where}: {message}") if is_said else ("", message)


def essence(snippet: str) -> tuple[str, int]:
    """The lines that matter, and how many are left out: of a diff from its first change on, of steps the last one."""
    lines = snippet.strip("\n").splitlines()
    start = _start(lines) if len(lines) > LINES_MAX else 0
    kept: list[str] = []
    for line in lines[start : start + LINES_MAX]:
        if sum(map(len, kept)) + len(line) > SNIPPET_MAX:  # a line that is cut is another command
            break
        kept.append(line)
    return "\n".join(kept), len(lines) - len(kept)


def _start(lines: list[str]) -> int:
    if lines[0].startswith("--- "):
        changed = (n for n, line in enumerate(lines) if line[:1] in {"+", "-"} and line[:3] not in {"---", "+++"})
        return max(next(changed, 0) - 1, 0)
    steps = [number for number, line in enumerate(lines) if line.startswith("- ")]
    return steps[-1] if steps else 0
