"""Words and marks of Slack messages. A mark always has a word."""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

from bot.errors import InvalidReferenceError
from bot.oci.reference import Reference
from bot.render.slack.escape import clean, code, prose
from bot.render.slack.message import Block, button
from bot.report import Result, Verdict
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
"""Characters; a button's URL has at most 3,000."""

LISTED_MAX: Final = 300
"""Characters of the images in the metadata of a reply."""

NAME_MAX: Final = 80
"""Characters of a name in a line."""

NAMES_MAX: Final = 6
"""Images named in one line; the others are counted."""


def short_digest(digest: str) -> str:
    """The first 12 digits of a digest, as a code span."""
    algorithm, _, rest = digest.partition(":")
    return code(f"{algorithm}:{rest[:12]}…" if rest else digest)


def short_image(image: str) -> str:
    """`microcks 1.15.0` for a header. It has only characters that the grammar of references allows."""
    try:
        reference = Reference.parse(image)
    except InvalidReferenceError:
        return "image"
    return f"{reference.repository.rpartition('/')[2][-60:]} {reference.tag or reference.digest[:19]}"[:110]


def recheck_button(intent: str, subject: str) -> Block:
    """Check again; handlers/actions/recheck.py handles it."""
    return button(RECHECK, "Re-check", value=intent, spoken=f"Check {subject} again")


def gist(result: Result) -> str:
    """The result in a sentence. The title says what is wrong, so it is used only if the outcome is known."""
    if result.outcome is not Outcome.UNKNOWN:
        return result.title
    reasons = [finding.message for finding in result.findings if finding.outcome is Outcome.UNKNOWN]
    return reasons[0] if reasons else "could not be checked"


def some_names(names: Iterable[str]) -> str:
    """The first few names, and the number of the others."""
    listed = list(names)
    more = f" and {len(listed) - NAMES_MAX} more" if len(listed) > NAMES_MAX else ""
    return ", ".join(prose(_both_ends(name), NAME_MAX) for name in listed[:NAMES_MAX]) + more


def _both_ends(name: str) -> str:
    """Names of a release begin alike, and may end with a registry: the middle of a long one is left out."""
    half = NAME_MAX // 2
    return name if len(name) <= NAME_MAX else f"{name[: half - 1]}…{name[-half:]}"


def rule_page(base_url: str, rule: str) -> str:
    """The page about a rule, or "" without a public address."""
    return _page(base_url, f"/rules/{quote(clean(rule), safe='')}")


def report_page(base_url: str, image: str) -> str:
    """The page of an image's newest report, or ""."""
    return _page(base_url, f"/report?image={quote(clean(image), safe='')}")


def release_page(base_url: str, subject: str) -> str:
    """The page of a release, or ""."""
    return _page(base_url, f"/release?name={quote(clean(subject), safe='')}")


def _page(base_url: str, path: str) -> str:
    is_web = re.fullmatch(r"https?://[^\s<>|]{1,200}", base_url) is not None
    return f"{base_url.rstrip('/')}{path}" if is_web and len(path) <= PATH_MAX else ""


def listed(images: Iterable[str], limit: int = LISTED_MAX) -> str:
    """As many whole names as the metadata takes, for a button whose message the store has forgotten."""
    kept: list[str] = []
    for image in images:
        if len(",".join([*kept, image])) > limit:
            break
        kept.append(image)
    return ",".join(kept)
