"""Reports made by hand."""

from datetime import UTC, datetime, timedelta
from typing import Final

from bot.report import FindingSummary, PlatformSummary, ProvenanceSummary, Report, Result, SbomSummary, State, Verdict
from bot.rules import Outcome, Severity
from tests.making import digest

START: Final = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)


def report(
    image: str = "quay.io/acme/app:1.2.3", content: str = "one", verdict: Verdict = Verdict.PASS, *, minute: int = 0
) -> Report:
    """A report on an image with that content, made that many minutes after START."""
    failing = {Verdict.FAIL: ("sbom-missing",), Verdict.WARN: ("signature-missing",)}.get(verdict, ())
    return Report(
        image=image,
        digest=digest(content),
        checked_at=START + timedelta(minutes=minute),
        verdict=verdict,
        policy="default",
        platforms=(
            PlatformSummary(
                platform="linux/amd64",
                digest=digest(f"{content} on amd64"),
                provenance=ProvenanceSummary(state=State.PRESENT, mode="max"),
                sbom=SbomSummary(state=State.ABSENT),
            ),
        ),
        results=tuple(
            Result(
                rule=rule,
                outcome=Outcome.FAIL,
                severity=Severity.HIGH,
                title=rule,
                required=verdict is Verdict.FAIL,
                findings=(FindingSummary(subject="linux/amd64", message="there is none"),),
            )
            for rule in failing
        ),
    )
