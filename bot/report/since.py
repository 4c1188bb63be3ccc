"""A report in which only what got worse counts: what failed in the release before is advice, and no new failure."""

from typing import Final

from bot.report.document import Report
from bot.report.part import Verdict
from bot.report.results import Result, verdict_of
from bot.rules import IMAGE, Outcome, Severity, catalogue

_ALWAYS: Final = frozenset(rule.id for rule in catalogue() if rule.always)
_SECRETS: Final = frozenset(rule.id for rule in catalogue() if rule.asks_to_revoke)
_ORDER: Final = tuple(Severity)
"""The worst first."""

_ALREADY: Final = "it failed in {} already"


def since(report: Report, before: Report) -> Report:
    """The report with the verdict of what got worse since then.

    A rule that failed then, as badly, for the same platforms or for all, is not required any more. What is unknown
    stays so, also what a rule that failed for one platform says of another. A rule that holds whatever a policy says
    fails as before; so does one about secrets, if it found another.
    A report that does not fail stays as it is: an image that was not looked at is unknown, whatever is required.
    """
    if report.verdict is not Verdict.FAIL:
        return report
    known = {result.rule: result for result in before.results if result.outcome is Outcome.FAIL}
    results = tuple(_judged(result, known.get(result.rule), before.image) for result in report.results)
    return report.model_copy(update={"results": results, "verdict": verdict_of(results)})


def _judged(result: Result, then: Result | None, image: str) -> Result:
    if then is None or result.outcome is not Outcome.FAIL or not result.required:
        return result
    if result.rule in _ALWAYS or (result.rule in _SECRETS and not _messages(result) <= _messages(then)):
        return result
    if _ORDER.index(result.severity) < _ORDER.index(then.severity):
        return result
    if IMAGE not in then.subjects and not result.subjects <= then.subjects:
        return result
    reason = "; ".join(filter(None, (result.reason, _ALREADY.format(image))))
    if result.is_unknown:
        return result.model_copy(update={"outcome": Outcome.UNKNOWN, "reason": reason})
    return result.model_copy(update={"required": False, "reason": reason})


def _messages(result: Result) -> set[str]:
    return {finding.message for finding in result.findings if finding.outcome is Outcome.FAIL}
