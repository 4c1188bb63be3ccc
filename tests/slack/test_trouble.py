"""Images that could not be checked: what their thread says, and when that is over."""

from datetime import UTC, datetime

import pytest

from bot.oci.reference import Reference
from bot.releases import Member, Release, ReleaseName
from bot.render.release.members import view_of
from bot.values import replace
from tests.fake_slack import FakeSlack
from tests.slack.parts import CHANNEL, IMAGE, Office, failing, release, report
from tests.slack.test_noise import CHART, nobody_asks

FAIL = report(failing("sbom-missing"))
LATER = datetime(2026, 11, 22, 14, 10, tzinfo=UTC)
SILENT = "quay.io did not answer (10 s)"


async def test_trouble_without_a_thread_is_its_parent_and_the_verdict_takes_its_place(
    office: Office, slack: FakeSlack
) -> None:
    await office.fail(SILENT, final=True)
    (parent,) = slack.parents(CHANNEL)
    assert parent["text"].startswith("Unknown: ")
    assert "The bot has stopped trying. Press Re-check" in str(parent["blocks"])
    await office.fail(f"{SILENT} (6 tries)", retry_at=LATER)
    assert "<!date^" in str(slack.parents(CHANNEL)[0]["blocks"])
    await office.publish(FAIL)
    (parent,) = slack.parents(CHANNEL)
    assert parent["text"].startswith("Fail: ")
    assert [r["text"][:9] for r in slack.replies(CHANNEL, parent["ts"])] == ["Fix for s", "Now fails"]


async def test_an_attempt_that_is_repeated_starts_no_thread(office: Office, slack: FakeSlack) -> None:
    """The first post carries the verdict."""
    await office.fail(SILENT, retry_at=LATER)
    assert not slack.parents(CHANNEL)


async def test_trouble_in_a_thread_leaves_its_verdict_and_is_one_reply(office: Office, slack: FakeSlack) -> None:
    await office.publish(FAIL)
    for tries in range(3):
        await office.fail(f"{SILENT} ({tries})", retry_at=LATER)
    (parent,) = slack.parents(CHANNEL)
    assert parent["text"].startswith("Fail: ")
    assert [r["text"][:9] for r in slack.replies(CHANNEL, parent["ts"])] == ["Fix for s", "Unknown: "]
    await office.publish(FAIL)
    assert [r["text"][:9] for r in slack.replies(CHANNEL, parent["ts"])] == ["Fix for s", "The check"]
    await office.fail(SILENT, final=True)
    assert len(slack.replies(CHANNEL, parent["ts"])) == 3


HUB = IMAGE.replace("quay.io", "docker.io")


async def test_two_images_that_cannot_be_checked_are_both_named_until_both_are_checked(
    office: Office, slack: FakeSlack
) -> None:
    """Seen: of two, only the last one; and when another image of the release was checked, "the check has succeeded"."""
    hub = report(failing("sbom-missing"), image=HUB)
    await office.publish(release(FAIL, hub))
    for image in (IMAGE, HUB):
        await office.fail(f"{image} is away", image=image, retry_at=LATER)
    (parent,) = slack.parents(CHANNEL)

    def trouble() -> str:
        return str(slack.replies(CHANNEL, parent["ts"])[-1]["blocks"])

    assert f"*Unknown*: `{HUB}`, `{IMAGE}` could not be checked" in trouble()
    why = slack.replies(CHANNEL, parent["ts"])[-1]["blocks"][1]["text"]["text"]
    assert why.startswith(f"{HUB} is away."), "a reason that names its image is not begun with it"
    now = await office.store.now()
    view = release(FAIL, hub)
    looked = [replace(one, looked_at=now + 60 if one.image == HUB else now - 60) for one in view.images]
    await office.publish(replace(view, images=tuple(looked)))
    assert f"*Unknown*: `{IMAGE}` could not be checked" in trouble()
    assert "is away" not in trouble(), "that was the other one"
    await office.publish(replace(view, images=tuple(replace(one, looked_at=now + 60) for one in looked)))
    assert "The check has succeeded" in trouble()
    assert len(slack.replies(CHANNEL, parent["ts"])) == 2


async def test_a_check_that_began_while_the_failure_waited_to_be_posted_ends_it(
    office: Office, slack: FakeSlack
) -> None:
    """Slack was away: the failure of an hour ago was posted now, and a look of a minute ago was said to be older."""
    await office.publish(FAIL)
    now = await office.store.now()
    await office.fail(SILENT, retry_at=LATER, at=now - 3600.4)
    (parent,) = slack.parents(CHANNEL)
    for looked_at, state in ((now - 3601, "could not be checked"), (now - 3600.2, "The check has succeeded")):
        view = release(FAIL)
        await office.publish(replace(view, images=(replace(view.images[0], looked_at=looked_at),)))
        assert state in str(slack.replies(CHANNEL, parent["ts"])[-1]["blocks"])


async def test_a_deleted_reply_about_trouble_comes_back_with_the_next_trouble_only(
    office: Office, slack: FakeSlack
) -> None:
    """Seen: it was posted again with every second attempt."""
    await office.publish(FAIL)

    await office.fail(SILENT, retry_at=LATER)
    (told,) = troubles(slack)
    del slack.space.channels[CHANNEL].messages[told]
    for attempts in range(2, 6):
        await office.fail(f"{SILENT} ({attempts} attempts)", retry_at=LATER)
        assert not troubles(slack)
    view = release(FAIL)
    checked = replace(view.images[0], looked_at=await office.store.now() + 60)
    await office.publish(replace(view, images=(checked,)))
    assert not troubles(slack)
    await office.fail(SILENT, retry_at=LATER, at=checked.looked_at + 60)
    assert len(troubles(slack)) == 1


@pytest.mark.parametrize("is_known", [True, False])
async def test_a_deleted_reply_about_one_image_does_not_hide_the_trouble_of_another(
    office: Office, slack: FakeSlack, *, is_known: bool
) -> None:
    """Seen: the second image joined the deleted reply, and nobody was told that it could not be checked."""
    await office.publish(FAIL)
    (parent,) = slack.parents(CHANNEL)

    await office.fail(SILENT, retry_at=LATER)
    (told,) = troubles(slack)
    del slack.space.channels[CHANNEL].messages[told]
    if is_known:  # only an edit shows that it was deleted
        await office.fail(f"{SILENT} (2 attempts)", retry_at=LATER)
        assert not troubles(slack)
    other = "quay.io/acme/other:1.2.3"
    for attempts in range(1, 4):
        await office.fail(f"{SILENT} ({attempts} attempts)", image=other, retry_at=LATER)
        assert len(troubles(slack)) == 1
    assert "other" in str(slack.replies(CHANNEL, parent["ts"])[-1])


async def test_a_chart_that_could_not_be_checked_and_is_not_asked_about_is_over_when_it_is_checked(
    office: Office, slack: FakeSlack
) -> None:
    """Seen: charts are not told among images, so "could not be checked" stayed for good."""
    chart = "quay.io/acme/charts/app:1.2.3"
    await office.publish(FAIL)
    await office.fail(SILENT, image=chart, retry_at=LATER)
    (parent,) = slack.parents(CHANNEL)
    asked = report(nobody_asks(), image=chart, artifact=CHART)
    members = tuple(Member(Reference.parse(one.image), digest=one.digest, checked_at=2e9) for one in (FAIL, asked))
    name = ReleaseName("acme/app", "1.2.3")
    await office.publish(view_of(Release(name, members[:1]), [FAIL], 2e9))
    assert "could not be checked" in str(slack.replies(CHANNEL, parent["ts"])[-1]["blocks"])
    await office.publish(view_of(Release(name, members), [FAIL, asked], 2e9))
    assert "The check has succeeded" in str(slack.replies(CHANNEL, parent["ts"])[-1]["blocks"])


async def test_images_without_any_verdict_are_all_named(office: Office, slack: FakeSlack) -> None:
    for image in (IMAGE, HUB):
        await office.fail(SILENT, image=image, final=True)
    (parent,) = slack.parents(CHANNEL)
    assert parent["text"].startswith(f"Unknown: {HUB}, {IMAGE} could not be checked: ")
    assert parent["blocks"][0]["text"]["text"] == "❔ Unknown: 2 images could not be checked"


async def test_sixty_images_that_cannot_be_checked_are_one_message_that_slack_takes(
    office: Office, slack: FakeSlack
) -> None:
    for number in range(60):
        image = f"registry.example.org/a-team/with-a-long-name/service-number-{number}:1.2.3"
        await office.fail(SILENT, image=image, final=True)
    (parent,) = slack.parents(CHANNEL)
    assert "service-number-59:1.2.3`" in str(parent["blocks"])
    assert "❔ Unknown: more than " in str(parent["blocks"])
    assert len(str(parent["metadata"])) < 2000


def troubles(slack: FakeSlack) -> list[str]:
    """The replies in the only thread that say so."""
    (parent,) = slack.parents(CHANNEL)
    return [one["ts"] for one in slack.replies(CHANNEL, parent["ts"]) if "could not be checked" in one["text"]]
