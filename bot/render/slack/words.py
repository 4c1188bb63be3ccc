"""The words and marks of Slack messages: never a mark without its word."""

import re
from typing import Final
from urllib.parse import quote

from bot.errors import InvalidReferenceError
from bot.oci.reference import Reference
from bot.render.slack.escape import clean, code
from bot.render.slack.message import Block, button
from bot.report import Report, Result, Verdict
from bot.rules import Outcome

VERDICTS: Final = {
    Verdict.PASS: ("✅", "Pass"),
    Verdict.WARN: ("⚠️", "Warn"),
    Verdict.FAIL: ("❌", "Fail"),
    Verdict.UNKNOWN: ("❔", "Unknown"),
}

MARKS: Final = {
    Outcome.PASS: ":white_check_mark: *Pass*",
    Outcome.FAIL: ":x: *Fail*",
    Outcome.UNKNOWN: ":grey_question: *Unknown*",
    Outcome.SKIPPED: ":heavy_minus_sign: *Skipped*",
    Outcome.WAIVED: ":ballot_box_with_check: *Waived*",
}

RECHECK: Final = "check.rerun"

PATH_MAX: Final = 2500
"""Characters; a button's address has at most 3,000."""

SUBJECTS_MAX: Final = 6
"""Platforms named in one line; the rest is counted."""


def short_digest(digest: str) -> str:
    """The beginning of a digest, as a code span: enough to tell two apart."""
    algorithm, _, rest = digest.partition(":")
    return code(f"{algorithm}:{rest[:12]}…" if rest else digest)


def short_image(image: str) -> str:
    """`microcks 1.15.0` for a header; only what the grammar of references allows stands in it."""
    try:
        reference = Reference.parse(image)
    except InvalidReferenceError:
        return "image"
    return f"{reference.repository.rpartition('/')[2][-60:]} {reference.tag or reference.digest[:19]}"[:110]


def recheck_button(intent: str, image: str) -> Block:
    """Check again; handlers/actions/recheck.py answers it."""
    return button(RECHECK, "Re-check", value=intent, spoken=f"Check {short_image(image)} again")


def counted(count: int, one: str, many: str = "") -> str:
    """`1 rule`, `2 rules`."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def asked(report: Report) -> tuple[Result, ...]:
    """The rules that were asked of this image."""
    return tuple(result for result in report.results if result.outcome is not Outcome.SKIPPED)


def gist(result: Result) -> str:
    """What became of a rule, in a sentence. A title says what is wrong; of what nobody could see it would be a lie."""
    if result.outcome is not Outcome.UNKNOWN:
        return result.title
    reasons = [finding.message for finding in result.findings if finding.outcome is Outcome.UNKNOWN]
    return reasons[0] if reasons else "could not be checked"


def some(things: tuple[str, ...]) -> str:
    """Code spans of the first few, and how many more there are."""
    shown = ", ".join(code(thing, 60) for thing in things[:SUBJECTS_MAX])
    more = len(things) - SUBJECTS_MAX
    return shown + (f" and {more} more" if more > 0 else "")


def rule_page(base_url: str, rule: str) -> str:
    """The page about a rule, or "" when nobody can reach our pages."""
    return _page(base_url, f"/rules/{quote(clean(rule), safe='')}")


def report_page(base_url: str, image: str) -> str:
    """The newest report on an image, or ""."""
    return _page(base_url, f"/report?image={quote(clean(image), safe='')}")


def _page(base_url: str, path: str) -> str:
    is_web = re.fullmatch(r"https?://[^\s<>|]{1,200}", base_url) is not None
    return f"{base_url.rstrip('/')}{path}" if is_web and len(path) <= PATH_MAX else ""
