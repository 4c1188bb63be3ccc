"""Threads of the first version, one for each image, become the thread of the release or point to it."""

from bot.render.release.view import ImageView, ReleaseView
from bot.render.slack.message import MessageDraft, actions, header, section
from bot.render.slack.words import recheck_button
from bot.slack.desired import desired
from bot.store.threads import Address, MessageState
from bot.store.threads.adoption import CONTINUED
from tests.fake_slack import FakeSlack
from tests.making import digest
from tests.slack.parts import CHANNEL, TITLE, Office, failing, passing, release, report

QUAY, HUB = "quay.io/acme/app:1.2.3", "docker.io/acme/app:1.2.3"
SBOM = "sbom-missing"


async def old_thread(office: Office, image: str) -> None:
    """As the first version left it: the subject is the image, and each failed rule has a reply of that name."""
    facts = {"subject": image, "verdict": "fail", "failed": SBOM}
    blocks = (
        header("head", f"❌ Fail: {image}"),
        section("what", image),
        actions("act", recheck_button("i", image)),
    )
    parent = MessageDraft(f"Fail: {image}.", blocks, "provenance_checked", facts)
    fix = MessageDraft(f"Fix for {SBOM}", (section("why", "why"),), "provenance_fix", {"rule": SBOM, "state": "open"})
    address = Address(office.slack.space.team, CHANNEL, image)
    fields = {"verdict": "fail", "since": "1.0", "digest": "", "failed_before": "1", "is_failing": "1"}
    assert await office.threads.want(
        address, None, (desired("", parent, intent=f"i{image}", fields=fields), desired(SBOM, fix))
    )
    place = await office.outbox._places.of(CHANNEL)
    await office.outbox._updater.sender.flush(address, place.transport)


async def test_one_goes_on_as_the_thread_of_the_release_and_nothing_is_told_again(office: Office) -> None:
    office.owners = ("S0RELEASE",)
    await old_thread(office, QUAY)
    before = [one["ts"] for one in office.slack.space.channels[CHANNEL].messages.values()]
    for _ in range(2):
        await office.publish(report(failing(SBOM), image=QUAY))
    (parent,) = office.slack.parents(CHANNEL)
    assert [one["ts"] for one in office.slack.space.channels[CHANNEL].messages.values()] == before
    assert parent["text"].startswith(f"Fail: {TITLE}, not ready.")
    assert "S0RELEASE" not in parent["text"]
    (thread,) = await office.threads.newest(5)
    assert thread.address.subject == TITLE
    assert await office.threads.at(thread.address.team, CHANNEL, before[1]) == thread


async def test_a_change_is_told_in_it(office: Office) -> None:
    await old_thread(office, QUAY)
    await office.publish(report(passing(SBOM), image=QUAY))
    parent, fixed, told = office.texts()
    assert parent.startswith(f"Pass: {TITLE}")
    assert fixed.startswith(f"Fixed: {SBOM}")
    assert told == f"Now passes: {TITLE}, was Fail before."


async def test_the_others_point_to_it(office: Office, slack: FakeSlack) -> None:
    await old_thread(office, HUB)
    await old_thread(office, QUAY)
    for _ in range(2):
        await office.publish(release(report(failing(SBOM), image=QUAY), report(failing(SBOM), image=HUB)))
    first, second = slack.parents(CHANNEL)
    assert first["text"].startswith(f"Fail: {TITLE}, not ready.")
    assert second["text"] == f"{QUAY} is reported with its release, {TITLE}."
    assert f"archives/{CHANNEL}/p{first['ts'].replace('.', '')}" in str(second["blocks"])
    assert len(slack.called("chat.postMessage")) == 4  # the two old threads
    assert [thread.address.subject for thread in await office.threads.newest(5)] == [TITLE]


async def test_an_image_that_joins_later_brings_its_old_thread(office: Office, slack: FakeSlack) -> None:
    await office.publish(report(failing(SBOM), image=QUAY))
    await old_thread(office, HUB)
    await office.publish(release(report(failing(SBOM), image=QUAY), report(failing(SBOM), image=HUB)))
    texts = [one["text"] for one in slack.parents(CHANNEL)]
    assert texts[1] == f"{HUB} is reported with its release, {TITLE}."


async def test_a_thread_that_moves_while_it_is_sent_is_not_moved_twice(office: Office) -> None:
    await old_thread(office, QUAY)
    address = Address(office.slack.space.team, CHANNEL, QUAY)
    old = await office.threads.get(address)
    assert old
    adoption = office.outbox._takeover._adoption
    there = Address(address.team, CHANNEL, TITLE)
    assert await adoption.adopt(there, old)
    assert not await adoption.adopt(there, old)
    moved = await office.threads.get(there)
    assert moved
    assert (moved.parent.state, moved.parent.ts) == (MessageState.POSTED, old.parent.ts)
    assert await office.threads.get(address) is None


async def test_an_image_without_a_release_is_not_an_old_thread_of_its_own(office: Office) -> None:
    image = f"quay.io/acme/app@{digest('one')}"
    view = ReleaseView(image, image, (ImageView(image, report=report(failing(SBOM), image=image)),))
    for _ in range(2):
        await office.publish(view, requested_by="U1")
    (parent,) = office.slack.parents(CHANNEL)
    assert parent["metadata"]["event_type"] != CONTINUED
    assert len(await office.threads.newest(5)) == 1
