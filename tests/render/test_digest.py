"""The message of a digest: short, whatever there is to tell, and nobody is called."""

import pytest

from bot.digest.content import DigestContent, Ending, OpenFailure, PassedGroup, passed_groups
from bot.render.slack.digest import digest
from bot.render.slack.message import MessageDraft, texts
from tests.fake_slack.messages import check_message

NOW = 1_800_000_000.0
DAY = 86_400.0
END = f"<!date^{int(NOW + DAY)}^{{date_short_pretty}} {{time}}|2027-01-16 08:00 UTC>"
NASTY = "`<!channel>` *x* <@U0ALICE> https://evil.example \u202e :tada:"


def lines(draft: MessageDraft) -> list[str]:
    return [line for text in texts(draft.blocks) for line in text.splitlines()]


def test_twelve_nightly_builds_are_one_line() -> None:
    subjects = ["acme/app nightly (rolling)"] * 12
    draft = digest(DigestContent(passed=passed_groups(subjects)), now=NOW)
    assert draft.text == "Digest: 1 release passed, nothing open."
    assert lines(draft)[1:] == [":white_check_mark: *Passed*", "• acme/app: nightly"]


def test_a_group_is_one_line_with_its_newest_versions() -> None:
    subjects = [f"acme/app 1.{number}.0" for number in range(12)] + ["acme/other 2.0", "a/b"]
    draft = digest(DigestContent(passed=passed_groups(subjects)), now=NOW)
    assert lines(draft)[2:] == ["• acme/app: 1.11.0, 1.10.0, 1.9.0 and 9 more", "• acme/other: 2.0"]


def test_what_is_open_for_how_long_and_what_people_said() -> None:
    failing = (
        OpenFailure("acme/app 1.2.3", NOW - 3 * DAY - 5, "acknowledged"),
        OpenFailure("acme/app 1.2.2", NOW - 40 * DAY),
        OpenFailure("acme/app 1.2.4", NOW - 60),
    )
    ending = (Ending("the waiver of sbom-missing", "quay.io/acme/app", NOW + DAY),)
    draft = digest(DigestContent(failing=failing, ending=ending, silent=("quay",)), now=NOW)
    assert lines(draft) == [
        "🗞️ Digest: 0 releases passed, 3 releases open",
        ":x: *Open*",
        "• acme/app 1.2.2, for 40 days",
        "• acme/app 1.2.3, for 3 days (acknowledged)",
        "• acme/app 1.2.4, since less than a day",
        ":hourglass_flowing_sand: *Ends soon*",
        f"• the waiver of sbom-missing for quay.io/acme/app ends {END}",
        ":no_bell: *Silent webhook sources*",
        "• `quay`",
    ]


@pytest.mark.parametrize("count", [1, 9, 500])
def test_it_never_has_more_than_forty_lines_and_nothing_in_it_calls_anybody(count: int) -> None:
    content = DigestContent(
        passed=tuple(PassedGroup(f"{NASTY}{number}", (NASTY,) * 30) for number in range(count)),
        failing=tuple(OpenFailure(f"{NASTY}{number}" * 50, 0.0, NASTY) for number in range(count)),
        ending=tuple(Ending(NASTY * 9, NASTY * 9, NOW) for _ in range(count)),
        silent=(NASTY,) * count,
    )
    draft = digest(content, now=NOW, period="digest 1")
    assert len(lines(draft)) <= 50
    assert sum(line.startswith("•") for line in lines(draft)) <= 40
    metadata = {"event_type": draft.event, "event_payload": dict(draft.facts)}
    check_message({"text": draft.text, "blocks": list(draft.blocks), "metadata": metadata})


def test_one_that_was_asked_for_may_be_empty() -> None:
    draft = digest(DigestContent(), now=NOW)
    assert "nothing is open" in lines(draft)[1]
    assert DigestContent().is_empty
