"""A report and its Slack messages made by hand, for tests of what stands in them."""

from datetime import UTC, datetime

from bot.render.release.fixes import ReleaseFix
from bot.render.release.problems import FailedResult
from bot.render.release.view import ImageView, ReleaseView
from bot.render.slack.fix import fix_reply
from bot.render.slack.message import MessageDraft
from bot.render.slack.release import parent as release_parent
from bot.report import (
    PlatformSummary,
    ProvenanceSummary,
    Report,
    RequestCounts,
    Result,
    SbomSummary,
    State,
    Verdict,
)
from bot.rules import Outcome, Severity
from tests.fake_slack.messages import check_message
from tests.making import digest

IMAGE = "docker.io/microcks/microcks-docker-desktop-extension:nightly"


NAME = "microcks/microcks-docker-desktop-extension nightly"


WHEN = datetime(2026, 11, 22, 14, 6, tzinfo=UTC)


BASE = "https://bot.example.org"


def result(rule: str, outcome: Outcome = Outcome.FAIL, **more: object) -> Result:
    said = {"rule": rule, "outcome": outcome, "severity": Severity.HIGH, "title": f"About {rule}", "required": True}
    return Result.model_validate(said | more)


def report(*results: Result, **more: object) -> Report:
    said = {
        "image": IMAGE,
        "digest": digest("x"),
        "checked_at": WHEN,
        "verdict": Verdict.FAIL,
        "policy": "default",
        "results": results,
        "requests": RequestCounts(total=7, manifest_pulls=3, round_trips=3),
    }
    return Report.model_validate(said | more)


def platform(name: str) -> PlatformSummary:
    absent = SbomSummary(state=State.ABSENT)
    return PlatformSummary(
        platform=name, digest=digest(name), provenance=ProvenanceSummary(state=State.ABSENT), sbom=absent
    )


def one_image(told: Report) -> ReleaseView:
    """The release with that report alone."""
    return ReleaseView(NAME, NAME, (ImageView(told.image, report=told, is_open=told.is_waiting),), is_rolling=True)


def parent(told: Report, *, base_url: str = "") -> MessageDraft:
    return release_parent(one_image(told), intent="i", base_url=base_url)


def fix(told: Report, one: Result, *, base_url: str = "") -> MessageDraft:
    """The reply about the fix of that result alone."""
    view = one_image(told)
    return fix_reply(view, ReleaseFix("key", (FailedResult(view.images[0], told, one),)), base_url=base_url)


def check(draft: MessageDraft) -> None:
    metadata = {"event_type": draft.event, "event_payload": dict(draft.facts)}
    check_message({"text": draft.text, "blocks": list(draft.blocks), "metadata": metadata}, update=True)
