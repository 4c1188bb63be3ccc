"""Words and marks of the pages. A mark has a word, a colour and a sign, never a colour alone."""

from typing import Final

from msgspec import Struct

from bot.errors import InvalidReferenceError
from bot.oci.reference import Reference
from bot.render.slack.escape import clean
from bot.report import State, Verdict
from bot.rules import Outcome

__all__ = ["OUTCOMES", "STATES", "SURENESS", "VERDICTS", "Mark", "clean", "short_digest", "short_image"]


class Mark(Struct, frozen=True):
    """How a state is shown: `tone` is the name of a CSS style, `sign` a character for readers who see no colours."""

    word: str
    tone: str
    sign: str


VERDICTS: Final = {
    Verdict.PASS: Mark("Pass", "pass", "✓"),
    Verdict.WARN: Mark("Warn", "warn", "!"),
    Verdict.FAIL: Mark("Fail", "fail", "✕"),
    Verdict.UNKNOWN: Mark("Unknown", "unknown", "?"),
}

OUTCOMES: Final = {
    Outcome.PASS: Mark("Pass", "pass", "✓"),
    Outcome.FAIL: Mark("Fail", "fail", "✕"),
    Outcome.UNKNOWN: Mark("Unknown", "unknown", "?"),
    Outcome.SKIPPED: Mark("Skipped", "quiet", "○"),
    Outcome.WAIVED: Mark("Waived", "warn", "~"),
}

STATES: Final = {
    State.PRESENT: Mark("Present", "pass", "✓"),
    State.ABSENT: Mark("Absent", "fail", "✕"),
    State.UNREADABLE: Mark("Could not be read", "unknown", "?"),
}

SURENESS: Final = {"certain": "Because", "likely": "Likely because", "possible": "Possibly because"}


def short_digest(digest: str) -> str:
    """The first 12 digits of a digest."""
    algorithm, _, rest = digest.partition(":")
    return f"{algorithm}:{rest[:12]}…" if rest else digest


def short_image(image: str) -> str:
    """`shop 2.1.0` of `quay.io/acme/shop:2.1.0`."""
    try:
        reference = Reference.parse(image)
    except InvalidReferenceError:
        return image
    return f"{reference.repository.rpartition('/')[2]} {reference.tag or short_digest(reference.digest)}"
