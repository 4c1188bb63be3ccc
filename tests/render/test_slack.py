"""A release as Slack messages: within every limit, whatever stands in it, and saying what it should."""

from datetime import UTC, datetime

import pytest

from bot.render.release.fixes import fixes
from bot.render.release.view import ImageView, ReleaseView
from bot.render.slack.changes import resolved
from bot.render.slack.check_failure import CheckFailure, check_succeeded, could_not_check, could_not_recheck
from bot.render.slack.fix import others
from bot.render.slack.message import Block, MessageDraft, bullets, paragraph, preformatted, rich_text
from bot.render.slack.release import parent as release_parent
from bot.render.slack.words import some_names
from bot.report import (
    CauseSummary,
    FindingSummary,
    RemediationSummary,
    RequestCounts,
    SignatureSummary,
    WaiverSummary,
)
from bot.rules import Outcome
from bot.unreadable import UnknownReason
from tests.fake_slack.limits import problems
from tests.making import digest
from tests.render.slack_parts import BASE, IMAGE, NAME, WHEN, check, fix, one_image, parent, platform, report, result

AWAITED = UnknownReason.AWAITING_SIGNATURE


def takes(draft: MessageDraft) -> str:
    """Slack takes it, in its full form; all that a reader sees of it."""
    assert draft.blocks[0]["block_id"] != "plain", "it was too much, and only its plain form is left"
    check(draft)
    return str(draft.blocks)


def test_the_verdict_stands_on_top_in_words() -> None:
    draft = parent(report(result("sbom-missing", title="No SBOM"), result("tag-moved", Outcome.PASS)))
    assert draft.text == f"Fail: {NAME}, not ready. No SBOM. Fixes are in the thread."
    assert f"❌ {NAME}: not ready" in takes(draft)


@pytest.mark.parametrize(
    ("verdict", "word", "said"),
    [
        ("pass", "Pass", "passes"),
        ("warn", "Warn", "passes, with advice"),
        ("fail", "Fail", "not ready"),
        ("unknown", "Unknown", "could not be checked completely"),
    ],
)
def test_no_mark_stands_without_its_word(verdict: str, word: str, said: str) -> None:
    draft = parent(report(verdict=verdict))
    assert draft.text.startswith(f"{word}: ")
    assert f" {NAME}: {said}" in takes(draft)


def test_a_long_name_leaves_room_for_its_verdict() -> None:
    """Seen: the header of an image with a long path ended in the middle of the path, without verdict and version."""
    path = f"{'team/' * 30}payment-gateway 2026.11.30-build.4711"
    view = ReleaseView(path, path, (ImageView(IMAGE, report=report(result("sbom-missing"))),))
    head = release_parent(view, intent="i").blocks[0]["text"]["text"]  # type: ignore[index]
    assert head.startswith("❌ …")
    assert head.endswith("/payment-gateway 2026.11.30-build.4711: not ready")
    assert len(head) == 150
    assert path in release_parent(view, intent="i").text


def test_unknown_is_never_called_a_failure() -> None:
    shown = takes(parent(report(result("sbom-missing", Outcome.UNKNOWN), verdict="unknown")))
    assert "Fail" not in shown
    assert "*Unknown*: microcks-docker-desktop-extension could not be checked" in shown


def test_nothing_waits_for_a_signature_that_the_policy_only_advises() -> None:
    """Seen: nobody looks again, and the message said for ever that the settle time is still running."""
    finding = FindingSummary(subject="image", message="none", outcome=Outcome.UNKNOWN, reason=AWAITED)
    missing = result("signature-missing", Outcome.UNKNOWN, required=False, findings=(finding,))
    draft = parent(report(missing, result("sbom-missing", Outcome.PASS), verdict="pass"))
    assert draft.text == f"Pass: {NAME}, passes."
    assert "still running" not in takes(draft)


def test_a_signature_that_may_still_come_is_awaited_and_nothing_else_is_said_of_it() -> None:
    finding = FindingSummary(subject="image", message="none yet", outcome=Outcome.UNKNOWN, reason=AWAITED)
    missing = result("signature-missing", Outcome.UNKNOWN, findings=(finding,))
    draft = parent(report(missing, result("sbom-missing", Outcome.PASS), verdict="unknown"))
    shown = takes(draft)
    assert draft.text == f"Unknown: {NAME}, waits for signatures."
    assert "No signature when it was checked, within the policy's settle time" in shown
    assert "could not be" not in shown

    unseen = FindingSummary(subject="image", message="could not be looked at", outcome=Outcome.UNKNOWN)
    both = result("signature-missing", Outcome.UNKNOWN, findings=(finding, unseen))
    assert "Could not check whether it is signed" in takes(parent(report(both, verdict="unknown")))


def test_each_problem_has_a_line_and_advice_waivers_and_unknowns_have_one() -> None:
    waiver = WaiverSummary(reason="r", until="2027-01-31")
    cannot = FindingSummary(subject="image", message="quay.io did not answer", outcome=Outcome.UNKNOWN)
    arm = FindingSummary(subject="linux/arm64", message="m")
    told = report(
        result("a-advised", required=False),
        result("b-failed", findings=(arm,)),
        result("c-unknown", Outcome.UNKNOWN, findings=(cannot,)),
        result("d-waived", Outcome.WAIVED, waiver=waiver),
        result("e-passed", Outcome.PASS),
        result("f-skipped", Outcome.SKIPPED),
        platforms=(platform("linux/amd64"), platform("linux/arm64")),
    )
    lines = str(parent(told).blocks[1]["text"]["text"]).splitlines()  # type: ignore[index]
    assert lines == [
        "• *About b-failed*: microcks-docker-desktop-extension (linux/arm64)",
        ":grey_question: *Unknown*: “About c-unknown” could not be checked (quay.io did not answer)",
        ":warning: *Advice*: About a-advised",
        ":ballot_box_with_check: *Waived*: 1 (until 2027-01-31)",
    ]


def test_an_image_that_was_read_is_not_called_unchecked_for_one_rule_that_could_not_be() -> None:
    """Seen: the code host did not answer, one rule was unknown, and the thread said that the image was not checked."""
    cannot = FindingSummary(subject="image", message="api.github.com did not answer", outcome=Outcome.UNKNOWN)
    lost = result("sbom-lost", Outcome.UNKNOWN, title="The SBOM was lost", findings=(cannot,))
    app = report(result("sbom-missing", title="No SBOM"), lost, image="quay.io/acme/app:1")
    cli = report(
        result("sbom-missing", Outcome.UNKNOWN, findings=(cannot,)), image="quay.io/acme/cli:1", verdict="unknown"
    )
    images = tuple(ImageView(one.image, report=one) for one in (app, cli))
    lines = takes(release_parent(ReleaseView("acme/app 1", "acme/app 1", images), intent="x"))
    assert "*No SBOM*: app" in lines
    assert "*Unknown*: “The SBOM was lost” of app could not be checked (api.github.com did not answer)" in lines
    assert "*Unknown*: cli could not be checked (api.github.com did not answer)" in lines


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
    shown = takes(parent(report(result("signature-missing", Outcome(missing)), signatures=found)))
    assert said in shown


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("complete", "Not signed"),
        ("incomplete", "Could not check whether it is signed"),
        ("none", "Signatures were not checked"),
    ],
)
def test_where_the_policy_does_not_ask_the_search_says_whether_it_is_signed(state: str, said: str) -> None:
    skipped = report(result("signature-missing", Outcome.SKIPPED), search={"state": state})
    assert said in takes(parent(skipped))


def test_the_same_content_has_the_same_hash_whenever_it_was_checked() -> None:
    first = parent(report(result("a")))
    later = report(result("a"), checked_at=datetime(2026, 12, 1, tzinfo=UTC), requests=RequestCounts(total=9))
    assert parent(later).hash == first.hash
    assert parent(report(result("b"))).hash != first.hash


def test_addresses_stand_only_where_people_can_reach_our_pages() -> None:
    told = report(result("sbom-missing"))
    assert "url" not in takes(parent(told)) + takes(fix(told, told.results[0]))
    assert f"{BASE}/release?name=microcks%2F" in takes(parent(told, base_url=BASE))
    assert f"{BASE}/rules/sbom-missing" in takes(fix(told, told.results[0], base_url=BASE))
    assert "url" not in takes(parent(told, base_url="javascript:alert(1)"))


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
    draft = fix(report(failed), failed)
    shown = takes(draft)
    assert draft.text == "Fix for provenance-mode-min: Say mode=max."
    for part in ("Likely because:", "builder.id is empty", cause.snippet, cause.verify):
        assert part in shown
    assert "'text': 'no'" not in shown


def test_without_a_cause_the_rules_own_cure_is_told() -> None:
    failed = result("a", remediation=RemediationSummary(text="Do it.", snippet="do it", verify="look"))
    assert "do it" in takes(fix(report(failed), failed))


def test_words_between_backticks_look_like_code_and_a_single_one_is_itself() -> None:
    failed = result("a", remediation=RemediationSummary(text="Say `mode=max`, not `min."))
    shown = takes(fix(report(failed), failed))
    assert "{'type': 'text', 'text': 'mode=max', 'style': {'code': True}}" in shown
    assert "{'type': 'text', 'text': ', not `min.'}" in shown


def test_what_is_fixed_is_one_line_and_says_what_it_was() -> None:
    held = report(result("sbom-missing", Outcome.PASS, title="No SBOM"))
    draft = resolved(one_image(held), ("sbom-missing",), "No SBOM", (rich_text("code", [paragraph("a snippet")]),))
    shown = takes(draft)
    assert "✅ Fixed in sha256:" in shown
    assert "(was: No SBOM)" in shown
    assert "a snippet" not in shown


def test_a_long_snippet_is_cut_and_the_page_has_it_whole() -> None:
    failed = result("a", remediation=RemediationSummary(text="Do it.", snippet="line\n" * 3000))
    assert "…" in takes(fix(report(failed), failed))
    assert "link.text" in takes(fix(report(failed), failed, base_url=BASE))


def test_every_fix_of_the_rest_is_named_up_to_a_bound() -> None:
    view = one_image(report(*(result(f"rule-{number:03}") for number in range(60))))
    shown = takes(others(view, fixes(view)))
    assert "rule-009" in shown
    assert "and 50 more" in shown


def test_a_slash_command_and_a_screen_reader_get_the_same_sentence() -> None:
    draft = could_not_check(CheckFailure(IMAGE, "quay.io did not answer (10 s)", WHEN), "i")
    assert draft.text == f"Unknown: {IMAGE} could not be checked: quay.io did not answer (10 s)."
    assert "This says nothing about the image. Next attempt <!date^" in takes(draft)
    assert "The bot has stopped trying" in takes(could_not_recheck(CheckFailure(IMAGE, "no", WHEN, final=True), "i"))
    takes(check_succeeded(IMAGE))


@pytest.mark.parametrize(
    "elements", [[], [paragraph("")], [bullets([])], [bullets([""])], [preformatted("")], [paragraph("", bold="So:")]]
)
def test_slack_is_never_sent_an_empty_block(elements: list[Block]) -> None:
    assert not problems([rich_text("code", elements)])


def test_long_names_that_begin_alike_are_told_apart_and_keep_their_registry() -> None:
    begin = "a-very-long-name-of-a-component-" * 4
    one, two = some_names([f"{begin}0 (quay.io)"]), some_names([f"{begin}1 (docker.io)"])
    assert one.startswith(begin[:30])
    assert one.endswith("0 (quay.io)")
    assert two.endswith("1 (docker.io)")
    assert len(one) <= 80


def test_a_release_in_very_many_registries_keeps_its_buttons() -> None:
    """Seen: their names alone filled a block, and the message became one line without anything to press."""
    hosts = [f"registry-{number:02}.{'x' * 60}.example.org" for number in range(40)]
    images = tuple(ImageView(f"{host}/acme/app:1.0", report=report(result("sbom-missing"))) for host in hosts)
    draft = release_parent(ReleaseView("acme 1.0", "acme 1.0", images), intent="i")
    assert "actions" in [block["type"] for block in draft.blocks]
    assert "and 34 more" in takes(draft)
