"""`/provenance waive`, `waivers` and `snooze`: the same records as the buttons make, by the same laws."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.jobs.attending import Attending
from bot.policy.source import policies_from
from bot.store import Store
from bot.store.attention import Notes, Waivers
from bot.store.reports import Reports
from handlers.commands import CommandContext, Said, SlashCommand, answer
from tests.actions.parts import ALICE, BOB, MALLORY, POLICY
from tests.fake_queue import FakeQueue
from tests.fake_slack.messages import check_message
from tests.slack.parts import CHANNEL, IMAGE, failing, passing, report

SOON = (datetime.now(UTC).date() + timedelta(days=14)).isoformat()
WAIVE = f"waive {IMAGE} sbom-missing {SOON} The SBOM comes with the next release"


@pytest.fixture
async def attending(store: Store, tmp_path: Path) -> Attending:
    (tmp_path / "policy.yaml").write_text(POLICY)
    checked = report(failing("sbom-missing"), passing("provenance-missing"))
    await Reports(store).save(checked, started=1.0, policy="p")
    return Attending(store, FakeQueue(), policies_from(tmp_path / "policy.yaml"))


async def said(text: str, attending: Attending | None, user: str = ALICE, channel: str = CHANNEL) -> Said:
    command = SlashCommand(text=text, channel=channel, user=user, team="T0MICROCKS", response_url=f"https://h/{user}")
    answered = await answer(command, CommandContext(FakeQueue(), attending=attending))
    check_message({"text": answered.text})
    return answered


@pytest.mark.parametrize("user", [ALICE, BOB])
async def test_who_may_waives_a_rule_and_everybody_sees_it(attending: Attending, user: str) -> None:
    answered = await said(WAIVE, attending, user)
    assert answered == Said(
        f"<@{user}> waives `sbom-missing` for `{IMAGE}` (this tag) until {SOON} (UTC): The SBOM comes with the next"
        " release",
        is_public=True,
    )
    (waiver,) = (await Waivers(attending.store).listed()).items
    assert (waiver.rule, waiver.images[0][0], waiver.who) == ("sbom-missing", IMAGE, user)
    assert not (await said(WAIVE, attending, user)).is_public
    assert len((await Waivers(attending.store).listed()).items) == 1


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        ("waive", "Which image, which rule"),
        (f"waive {IMAGE}", "What fails there and can be waived: `sbom-missing`."),
        (f"waive {IMAGE} sbom-missing", "Which image, which rule"),
        (f"waive {IMAGE} sbom-missing tomorrow because of it", "`tomorrow` is not a day"),
        (f"waive sbom-missing {IMAGE} tomorrow because of it", "`tomorrow` is not a day"),
        (f"waive {IMAGE} provenance-missing {SOON} it is needed now", "does not fail on"),
        (f"waive {IMAGE} <!channel> {SOON} it is needed now", "does not fail on"),
        (f"waive {IMAGE} sbom-missing {SOON} short", "at least 10 characters"),
        (f"waive {IMAGE} sbom-missing 2020-01-01 it is needed now", "This day is past"),
        (f"waive {IMAGE} sbom-missing 99d it is needed now", "At most 90 days"),
        (f"waive {IMAGE} sbom-missing {SOON} needed now --for ever", "Which image, which rule"),
        ("waive quay.io/acme/none:1 sbom-missing 14d it is needed", "That image has no report yet"),
        ("waive Foo/Bar sbom-missing 14d it is needed", "not an image name"),
        ("waivers revoke nothing", "No waiver `nothing` holds"),
        ("waivers what", "Type `/provenance waivers`"),
        ("snooze", "Which image, and how long?"),
        (f"snooze {IMAGE} 3y", "`3y` is not a time. Type `4h`"),
        (f"snooze {IMAGE} off", "is not snoozed here"),
        ("snooze quay.io/acme/none:1 1d", "That image has no report yet"),
    ],
)
async def test_what_cannot_be_done_is_said_to_one_person(attending: Attending, text: str, answered: str) -> None:
    found = await said(text, attending)
    assert answered in found.text
    assert not found.is_public
    assert not (await Waivers(attending.store).listed()).items


async def test_who_is_not_named_by_the_policy_waives_and_revokes_nothing(attending: Attending) -> None:
    assert "You may not waive" in (await said(WAIVE, attending, MALLORY)).text
    assert not (await Waivers(attending.store).listed()).items
    await said(WAIVE, attending)
    (waiver,) = (await Waivers(attending.store).listed()).items
    assert "You may not waive" in (await said(f"waivers revoke {waiver.id}", attending, MALLORY)).text
    assert (await Waivers(attending.store).listed()).items


async def test_the_waivers_of_the_channel_are_listed_and_taken_back(attending: Attending) -> None:
    assert "No waiver was given" in (await said("waivers", attending)).text
    await said(f"waive {IMAGE} sbom-missing 14d `<!here>` *bold* reason --for repository", attending)
    (waiver,) = (await Waivers(attending.store).listed()).items
    listed = (await said("waivers", attending)).text
    assert listed.startswith(
        f"• `sbom-missing` for `{IMAGE}` (all tags of the repository) by <@{ALICE}> until {SOON} (UTC): "
    )
    assert "&lt;!here&gt;" in listed
    assert waiver.id in listed
    assert "No waiver was given" in (await said("waivers", attending, channel="C0OTHER")).text
    assert (await said(f"waivers revoke {waiver.id}", attending, BOB)).is_public
    assert "No waiver was given" in (await said("waivers", attending)).text


async def test_a_snooze_is_seen_by_everybody_and_ends(attending: Attending) -> None:
    answered = await said(f"snooze {IMAGE} 1d", attending)
    assert answered.is_public
    assert answered.text.startswith(f"<@{ALICE}> has snoozed `acme/app 1.2.3` until <!date^")
    page = await Notes(attending.store).in_channel("T0MICROCKS", CHANNEL)
    assert [note.who for note in page.items] == [ALICE]
    assert "already snoozed" in (await said(f"snooze {IMAGE} day", attending, BOB)).text
    assert (await said(f"snooze {IMAGE} next", attending)).text.endswith("until the next release.")
    assert (await said(f"snooze {IMAGE} off", attending, BOB)).is_public
    assert not (await Notes(attending.store).in_channel("T0MICROCKS", CHANNEL)).items


async def test_a_time_that_is_none_of_the_choices_is_named_with_them(attending: Attending) -> None:
    said_of_it = (await said(f"snooze {IMAGE} <!here>3w", attending)).text
    assert (
        said_of_it
        == "`&lt;!here&gt;3w` is not a time. Type `4h`, `1d`, `7d`, `next` (until the next release) or `off`."
    )


@pytest.mark.parametrize("text", [WAIVE, "waivers", f"snooze {IMAGE} 1d"])
async def test_without_a_store_it_says_so(text: str) -> None:
    assert "Please try again in a minute" in (await said(text, None)).text
