"""Whatever text stands in a release, Slack takes its messages."""

from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.render.release.fixes import ReleaseFix, fixes
from bot.render.release.problems import FailedResult
from bot.render.release.problems import problems as bad
from bot.render.release.view import ImageView
from bot.render.slack.alarm import alarm, alarm_over
from bot.render.slack.answer import fixes_answer, private_answer
from bot.render.slack.changes import changed, resolved
from bot.render.slack.check_failure import CheckFailure, could_not_check, could_not_recheck
from bot.render.slack.continued import continued
from bot.render.slack.fix import brief_reply, fix_reply, others
from bot.render.slack.release import parent as release_parent
from bot.report import (
    CauseSummary,
    FindingSummary,
    PlatformSummary,
    ProvenanceSummary,
    RemediationSummary,
    Report,
    RequestCounts,
    Result,
    SbomSummary,
    SignatureSummary,
    State,
    Verdict,
    WaiverSummary,
)
from bot.rules import Outcome, Severity
from bot.values import replace
from tests.render.slack_parts import BASE, IMAGE, WHEN, check, one_image, result

EVIL = st.text(st.characters(), max_size=60) | st.sampled_from(
    [
        "<!channel>" * 20,
        "`" * 300,
        "&" * 3000,
        "a|b",
        "\u202e" * 9,
        "\ud800",
        "*x* :x: _y_",
        "<https://e|v>",
        "",
        " \n\t",
    ]
)


@st.composite
def evil_results(draw: st.DrawFn) -> Result:
    sureness: Literal["likely"] = "likely"
    causes = [
        CauseSummary.model_construct(
            cause="c", sureness=sureness, because=draw(EVIL), fix=draw(EVIL), snippet=draw(EVIL), verify=draw(EVIL)
        )
        for _ in range(draw(st.integers(0, 4)))
    ]
    return Result.model_construct(
        rule=draw(EVIL),
        outcome=draw(st.sampled_from(Outcome)),
        severity=Severity.HIGH,
        title=draw(EVIL),
        required=draw(st.booleans()),
        findings=tuple(
            FindingSummary.model_construct(subject=draw(EVIL), message=draw(EVIL))
            for _ in range(draw(st.integers(0, 7)))
        ),
        causes=tuple(causes),
        remediation=RemediationSummary.model_construct(text=draw(EVIL), snippet=draw(EVIL) * 50, verify=draw(EVIL)),
        waiver=WaiverSummary.model_construct(reason=draw(EVIL), until=draw(EVIL)),
        reason=draw(EVIL),
    )


@st.composite
def evil_reports(draw: st.DrawFn) -> Report:
    """Everything that comes from a registry, a policy or a person may hold anything."""
    platform = PlatformSummary.model_construct(
        platform=draw(EVIL),
        digest=draw(EVIL),
        provenance=ProvenanceSummary(state=State.ABSENT),
        sbom=SbomSummary(state=State.ABSENT),
    )
    signature = SignatureSummary.model_construct(
        layout="bundle",
        digest=draw(EVIL),
        state=draw(st.sampled_from(["valid", "invalid", "unverifiable"])),
        identity=draw(EVIL),
        issuer=draw(EVIL),
        reason=draw(EVIL),
    )
    return Report.model_construct(
        image=draw(EVIL | st.just(IMAGE)),
        digest=draw(EVIL),
        checked_at=WHEN,
        verdict=draw(st.sampled_from(Verdict)),
        policy=draw(EVIL),
        platforms=(platform,) * draw(st.integers(0, 9)),
        signatures=(signature,) * draw(st.integers(0, 5)),
        results=tuple(draw(st.lists(evil_results(), max_size=20))),
        requests=RequestCounts(),
        notes=tuple(draw(st.lists(EVIL, max_size=9))),
    )


def failure_of(told: Report) -> FailedResult:
    return FailedResult(one_image(told).images[0], told, result("rule"))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(evil_reports(), EVIL)
@pytest.mark.long
def test_whatever_a_report_holds_slack_takes_it(told: Report, word: str) -> None:
    view = one_image(told)
    twice = replace(
        view, images=(*view.images, ImageView(f"quay.io/x/{word}:1", is_open=True)), owners=("U0ALICE", word)
    )
    for release in (view, twice):
        check(release_parent(release, intent="i", base_url=BASE, calls=True))
        check(others(release, fixes(release) or (ReleaseFix("k", (failure_of(told),)),), base_url=BASE))
        for one in fixes(release):
            reply = fix_reply(release, one, base_url=BASE)
            check(reply)
            check(brief_reply(release, one, base_url=BASE))
            check(fixes_answer(release, base_url=BASE) or reply)
            kept = tuple(block for block in reply.blocks if block["type"] == "rich_text")
            check(resolved(release, one.rules, word, kept))
        for problem in bad(release):
            check(alarm(release, problem, base_url=BASE))
            check(alarm_over(release, problem.rule))
        check(changed(release, word, 0.0, again=True, calls=True))
        check(private_answer(release, base_url=BASE))
    check(continued(word, BASE, told.image))
    for trouble in (CheckFailure(told.image, word, WHEN), CheckFailure(told.image, word * 100, None, final=True)):
        check(could_not_check(trouble, "i"))
        check(could_not_recheck(trouble, "i"))


def test_a_failure_text_that_escaping_makes_longer_still_fits() -> None:
    """Slack refuses more than 4,000 code points, and `&` becomes five."""
    check(could_not_check(CheckFailure("&" * 800, "&" * 800, WHEN), "i"))
