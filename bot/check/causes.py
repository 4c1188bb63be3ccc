"""Why a rule failed, as the report tells it: with the image's name in what is to be pasted."""

from dataclasses import dataclass
from typing import Final

from bot.causes import Cause, causes
from bot.check.lines import witnesses
from bot.check.names import to_paste, to_verify
from bot.check.workflow import Seen
from bot.evidence import Evidence
from bot.report import CauseSummary
from bot.rules import Finding
from bot.workflows.address import SERVER


@dataclass(frozen=True, slots=True)
class Besides:
    """What is known besides the image itself, and tells causes apart.

    `sisters` are other images that were looked at with it, `baseline` is an earlier release of it, `seen` the workflow
    that built it.
    """

    baseline: Evidence | None = None
    sisters: tuple[Evidence, ...] = ()
    seen: Seen | None = None
    server: str = SERVER  # where people read workflows; links lead there alone


NOTHING: Final = Besides()


def explained(
    evidence: Evidence, rule: str, findings: tuple[Finding, ...], besides: Besides = NOTHING
) -> tuple[CauseSummary, ...]:
    """The causes of that rule's failure, surest first."""
    found = causes(
        evidence,
        rule,
        findings,
        baseline=besides.baseline,
        sisters=besides.sisters,
        workflow=witnesses(besides.seen, evidence.image.name),
    )
    return tuple(_summary(cause, evidence) for cause in found)


def _summary(cause: Cause, evidence: Evidence) -> CauseSummary:
    return CauseSummary(
        cause=cause.id,
        sureness=cause.sureness.value,
        because=cause.because,
        mend=cause.fix,
        snippet=to_paste(cause.snippet, evidence),
        language=cause.language,
        verify=to_verify(cause.verify, evidence),
    )
