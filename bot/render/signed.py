"""How far the valid signatures of a report reach, in two or three words before the names of those who signed."""

from bot.report import Report
from bot.rules import Outcome


def how_signed(report: Report) -> str:
    """`signed by`, or less than that: one platform's signature is not the image's, and anybody can sign."""
    outcomes = {result.rule: result.outcome for result in report.results}
    if outcomes.get("signature-missing") in {Outcome.FAIL, Outcome.WAIVED, Outcome.UNKNOWN}:
        return "signed only in part, by"
    if outcomes.get("signature-identity-unexpected") in {Outcome.FAIL, Outcome.WAIVED}:
        return "signed, but not by whom the policy names: by"
    return "signed by"
