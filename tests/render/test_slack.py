"""A report as Slack messages: within every limit, whatever stands in it, and saying what it should."""

from datetime import UTC, datetime
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.render.slack.changes import changed, others_resolved, resolved
from bot.render.slack.check_failure import CheckFailure, check_succeeded, could_not_check, could_not_recheck
from bot.render.slack.fix import fix, others
from bot.render.slack.message import Block, MessageDraft, bullets, paragraph, preformatted, rich_text
from bot.render.slack.report import parent
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
from bot.unreadable import UnknownReason
from tests.fake_slack.limits import problems
from tests.fake_slack.messages import check_message
from tests.making import digest

IMAGE = "docker.io/microcks/microcks-docker-desktop-extension:nightly"
WHEN = datetime(2026, 11, 22, 14, 6, tzinfo=UTC)
BASE = "https://bot.example.org"
AWAITED = UnknownReason.AWAITING_SIGNATURE


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


def takes(draft: MessageDraft) -> str:
    """Slack takes it, in its full form; all that a reader sees of it."""
    assert draft.blocks[0]["block_id"] != "plain", "it was too much, and only its plain form is left"
    check(draft)
    return str(draft.blocks)


def check(draft: MessageDraft) -> None:
    metadata = {"event_type": draft.event, "event_payload": dict(draft.facts)}
    check_message({"text": draft.text, "blocks": list(draft.blocks), "metadata": metadata}, update=True)


def test_the_verdict_stands_on_top_in_words() -> None:
    draft = parent(report(result("sbom-missing"), result("tag-moved", Outcome.PASS)), intent="i")
    assert draft.text == (f"Fail: {IMAGE}. 1 of 2 rules fails: sbom-missing. Fixes are in the thread.")
    assert "❌ Fail: microcks-docker-desktop-extension nightly, 1 of 2 rules" in takes(draft)


@pytest.mark.parametrize(
    ("verdict", "word"), [("pass", "Pass"), ("warn", "Warn"), ("fail", "Fail"), ("unknown", "Unknown")]
)
def test_no_mark_stands_without_its_word(verdict: str, word: str) -> None:
    draft = parent(report(verdict=verdict), intent="i")
    assert draft.text.startswith(f"{word}: ")
    assert f" {word}: microcks" in takes(draft)


def test_unknown_is_never_called_a_failure() -> None:
    shown = takes(parent(report(result("sbom-missing", Outcome.UNKNOWN), verdict="unknown"), intent="i"))
    assert "Fail" not in shown
    assert "1 of 1 rule could not be checked" in shown


def test_nothing_waits_for_a_signature_that_the_policy_only_advises() -> None:
    """Seen: nobody looks again, and the message said for ever that the settle time is still running."""
    finding = FindingSummary(subject="image", message="none", outcome=Outcome.UNKNOWN, reason=AWAITED)
    missing = result("signature-missing", Outcome.UNKNOWN, required=False, findings=(finding,))
    draft = parent(report(missing, result("sbom-missing", Outcome.PASS), verdict="pass"), intent="i")
    assert draft.text == f"Pass: {IMAGE}. 1 was checked within the settle time."
    assert "still running" not in takes(draft)


def test_a_signature_that_may_still_come_is_awaited_and_nothing_else_is_said_of_it() -> None:
    finding = FindingSummary(subject="image", message="none yet", outcome=Outcome.UNKNOWN, reason=AWAITED)
    missing = result("signature-missing", Outcome.UNKNOWN, findings=(finding,))
    draft = parent(report(missing, result("sbom-missing", Outcome.PASS), verdict="unknown"), intent="i")
    shown = takes(draft)
    assert draft.text == f"Unknown: {IMAGE}. 1 waits for signatures."
    assert "No signature when it was checked, within the policy's settle time" in shown
    assert "could not be" not in shown

    unseen = FindingSummary(subject="image", message="could not be looked at", outcome=Outcome.UNKNOWN)
    both = result("signature-missing", Outcome.UNKNOWN, findings=(finding, unseen))
    assert "Could not check whether it is signed" in takes(parent(report(both, verdict="unknown"), intent="i"))


def test_each_rule_that_did_not_pass_has_a_line_and_the_others_are_counted() -> None:
    waiver = WaiverSummary(reason="r", until="2027-01-31")
    cannot = FindingSummary(subject="image", message="quay.io did not answer", outcome=Outcome.UNKNOWN)
    told = report(
        result("a-advised", required=False),
        result("b-failed", findings=(FindingSummary(subject="linux/arm64", message="m"),)),
        result("c-unknown", Outcome.UNKNOWN, findings=(cannot,)),
        result("d-waived", Outcome.WAIVED, waiver=waiver),
        result("e-passed", Outcome.PASS),
        result("f-skipped", Outcome.SKIPPED),
    )
    lines = str(parent(told, intent="i").blocks[2]["text"]["text"]).splitlines()  # type: ignore[index]
    assert lines == [
        ":x: *Fail* `b-failed`: About b-failed · `linux/arm64`",
        ":x: *Fail* (advised) `a-advised`: About a-advised",
        ":grey_question: *Unknown* `c-unknown`: quay.io did not answer",
        ":ballot_box_with_check: *Waived* `d-waived`: About d-waived, until 2027-01-31",
        ":white_check_mark: *Pass* 1 rule",
        ":heavy_minus_sign: *Skipped* 1 rule",
    ]


@pytest.mark.parametrize(
    ("signatures", "missing", "said"),
    [
        ([("valid", "https://ci/x")], "pass", "Signed by `https://ci/x` (`https://issuer`), verified"),
        ([("valid", "https://ci/x")], "fail", "Only partly signed, by `https://ci/x` (`https://issuer`), verified"),
        ([("invalid", "")], "pass", "1 signature is not valid: because"),
        ([("unverifiable", "")], "pass", "Signatures were found, but could not be verified: because"),
        ([], "fail", "Not signed"),
        ([], "unknown", "Could not check whether it is signed"),
        ([], "skipped", "Signatures were not checked"),
    ],
)
def test_who_signed_is_said_in_one_line(signatures: list[tuple[str, str]], missing: str, said: str) -> None:
    found = tuple(
        SignatureSummary(
            layout="bundle", digest=digest("x"), state=state, identity=who, issuer="https://issuer", reason="because"
        )
        for state, who in signatures
    )
    shown = takes(parent(report(result("signature-missing", Outcome(missing)), signatures=found), intent="i"))
    assert said in shown


def test_the_same_content_has_the_same_hash_whenever_it_was_checked() -> None:
    first = parent(report(result("a")), intent="i")
    later = report(result("a"), checked_at=datetime(2026, 12, 1, tzinfo=UTC), requests=RequestCounts(total=9))
    assert parent(later, intent="i").hash == first.hash
    assert parent(report(result("b")), intent="i").hash != first.hash


def test_the_foot_says_what_looking_cost() -> None:
    assert "7 requests to the registry, 3 manifest pulls" in takes(parent(report(), intent="i"))


def test_addresses_stand_only_where_people_can_reach_our_pages() -> None:
    told = report(result("sbom-missing"))
    assert "url" not in takes(parent(told, intent="i")) + takes(fix(told, told.results[0], intent="i"))
    assert f"{BASE}/report?image=docker.io%2F" in takes(parent(told, intent="i", base_url=BASE))
    assert f"{BASE}/rules/sbom-missing" in takes(fix(told, told.results[0], intent="i", base_url=BASE))
    assert "url" not in takes(parent(told, intent="i", base_url="javascript:alert(1)"))


def test_a_fix_has_cause_snippet_and_how_to_verify() -> None:
    cause = CauseSummary(
        cause="mode-not-explicit",
        sureness="likely",
        because="builder.id is empty",
        fix="Say mode=max.",
        snippet="provenance: mode=max # ${{ github.ref }} `x`",
        language="yaml",
        verify="docker buildx imagetools inspect",
    )
    failed = result("provenance-mode-min", causes=(cause,), remediation=RemediationSummary(text="other", snippet="no"))
    draft = fix(report(failed), failed, intent="i")
    shown = takes(draft)
    assert draft.text == "Fix for provenance-mode-min: Say mode=max."
    for part in ("Likely because:", "builder.id is empty", cause.snippet, cause.verify):
        assert part in shown
    assert "'text': 'no'" not in shown


def test_without_a_cause_the_rules_own_cure_is_told() -> None:
    failed = result("a", remediation=RemediationSummary(text="Do it.", snippet="do it", verify="look"))
    assert "do it" in takes(fix(report(failed), failed, intent="i"))


def test_words_between_backticks_look_like_code_and_a_single_one_is_itself() -> None:
    failed = result("a", remediation=RemediationSummary(text="Say `mode=max`, not `min."))
    shown = takes(fix(report(failed), failed, intent="i"))
    assert "{'type': 'text', 'text': 'mode=max', 'style': {'code': True}}" in shown
    assert "{'type': 'text', 'text': ', not `min.'}" in shown


def test_a_rule_that_holds_again_is_not_left_beside_its_complaint() -> None:
    held = result("sbom-missing", Outcome.PASS, title="No SBOM")
    assert "No longer true: No SBOM" in takes(resolved(report(held), "sbom-missing", held, ()))


def test_a_long_snippet_is_cut_and_the_page_has_it_whole() -> None:
    failed = result("a", remediation=RemediationSummary(text="Do it.", snippet="line\n" * 3000))
    assert "…" in takes(fix(report(failed), failed, intent="i"))
    assert "link.text" in takes(fix(report(failed), failed, intent="i", base_url=BASE))


def test_every_rule_of_the_rest_is_named_up_to_a_bound() -> None:
    rest = tuple(result(f"rule-{number:03}") for number in range(60))
    shown = takes(others(report(*rest), rest, intent="i"))
    assert "rule-039" in shown
    assert "and 20 more" in shown


def test_a_slash_command_and_a_screen_reader_get_the_same_sentence() -> None:
    draft = could_not_check(CheckFailure(IMAGE, "quay.io did not answer (10 s)", WHEN), "i")
    assert draft.text == f"Unknown: {IMAGE} could not be checked. quay.io did not answer (10 s)."
    assert "This says nothing about the image. Next attempt <!date^" in takes(draft)
    assert "no automatic retry" in takes(could_not_recheck(CheckFailure(IMAGE, "no", WHEN, final=True), "i"))
    takes(check_succeeded(IMAGE))


@pytest.mark.parametrize(
    "elements", [[], [paragraph("")], [bullets([])], [bullets([""])], [preformatted("")], [paragraph("", bold="So:")]]
)
def test_slack_is_never_sent_an_empty_block(elements: list[Block]) -> None:
    assert not problems([rich_text("code", elements)])


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


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(evil_reports(), EVIL)
def test_whatever_a_report_holds_slack_takes_it(told: Report, word: str) -> None:
    check(parent(told, intent="i", base_url=BASE))
    for one in told.results:
        reply = fix(told, one, intent="i", base_url=BASE)
        check(reply)
        kept = tuple(block for block in reply.blocks if block["type"] == "rich_text")
        check(resolved(told, one.rule, one, kept))
        check(others_resolved(told, kept))
    if told.results:
        check(others(told, told.results, intent="i", base_url=BASE))
    check(changed(told, word, 0.0, again=True))
    for trouble in (CheckFailure(told.image, word, WHEN), CheckFailure(told.image, word * 100, None, final=True)):
        check(could_not_check(trouble, "i"))
        check(could_not_recheck(trouble, "i"))


def test_a_failure_text_that_escaping_makes_longer_still_fits() -> None:
    """Slack refuses more than 4,000 code points, and `&` becomes five."""
    check(could_not_check(CheckFailure("&" * 800, "&" * 800, WHEN), "i"))
