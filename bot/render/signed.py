"""How far the valid signatures of a report reach, in two or three words before the names of those who signed.

And how to speak of those that may still be on their way: nobody failed to look, and nothing is missing.
"""

from typing import Final

from bot.report import Report
from bot.rules import Outcome

NOT_YET: Final = "no signature yet; the policy gives it time to arrive"


def is_awaited(report: Report) -> bool:
    """Whether an image without a signature is not called unsigned yet."""
    return any(result.rule == "signature-missing" and result.is_awaited for result in report.results)


def unanswered(report: Report, of: str = "") -> str:
    """How many rules nobody can answer now: `1 of 9 rules could not be checked, 2 wait for signatures`, or ""."""
    awaited = sum(result.is_awaited for result in report.unknown())
    unseen = len(report.unknown()) - awaited
    counts = [
        (unseen, "could not be checked"),
        (awaited, "waits for signatures" if awaited == 1 else "wait for signatures"),
    ]
    told = [f"{count} {what}" for count, what in counts if count]
    return ", ".join(told).replace(" ", f" of {of} ", 1) if of else ", ".join(told)


def how_signed(report: Report) -> str:
    """`signed by`, or less than that: one platform's signature is not the image's, and anybody can sign."""
    outcomes = {result.rule: result.outcome for result in report.results}
    if outcomes.get("signature-missing") in {Outcome.FAIL, Outcome.WAIVED, Outcome.UNKNOWN}:
        return "signed only in part, by"
    if outcomes.get("signature-identity-unexpected") in {Outcome.FAIL, Outcome.WAIVED}:
        return "signed, but not by whom the policy names: by"
    return "signed by"
