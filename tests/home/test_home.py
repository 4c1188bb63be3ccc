"""App Home through the real door, queue and client: a person sees the channels that they are in, and nothing else."""

import json
import re
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.attention import NotePlace, Snooze
from bot.intake.talk import ShowHome
from bot.render.slack.home import CHECK, NEXT, PREVIOUS, WATCH
from bot.render.slack.message import texts
from bot.store import Store
from bot.store.attention import Notes
from bot.store.passed import PassedReleases
from bot.store.threads import Address
from bot.store.watches import StoredWatches, Watch
from handlers.home.listener import UNAVAILABLE
from tests.fake_queue import FakeQueue
from tests.fake_slack import FakeSlack, Fault
from tests.jobs.talking import asking, talking
from tests.slack.door import door
from tests.slack.parts import CHANNEL, IMAGE, failing, opened, report
from tests.waiting import eventually

TEAM = "T0MICROCKS"
ALICE = "U0ALICE"
OPENED = {"type": "app_home_opened", "user": ALICE, "channel": "D0ALICE", "tab": "home", "event_ts": "1.0"}
VIEW = f"H{ALICE}"


def view(slack: FakeSlack) -> dict[str, Any]:
    return slack.space.views[VIEW]


def shown(slack: FakeSlack) -> str:
    return "\n".join(texts(view(slack)["blocks"]))


async def drawn(slack: FakeSlack, store: Store) -> str:
    """What Alice sees who opens the page."""
    async with asking(slack, store) as sender:
        assert (await sender.event(OPENED)).status == 200
        await eventually(lambda: VIEW in slack.space.views)
    return shown(slack)


async def test_an_empty_page_says_how_to_begin(slack: FakeSlack, store: Store) -> None:
    page = await drawn(slack, store)
    assert "Check an image" in page
    assert "Nothing was posted there yet." in page
    assert "Nobody has added a watch there." in page
    assert "Nothing ends within seven days." in page


async def test_without_a_token_it_is_left_out_and_the_job_is_done(slack: FakeSlack, store: Store) -> None:
    with capture_logs() as told:
        async with talking(slack, store, slack_bot_token=None) as queue:
            await queue.talk(ShowHome(team=TEAM, user=ALICE), key="home")
            await eventually(lambda: any("SLACK_BOT_TOKEN is not set" in one["event"] for one in told))
    assert slack.space.views == {}


async def test_releases_watches_and_snoozes_of_the_persons_channels(slack: FakeSlack, store: Store) -> None:
    now = await store.now()
    async with opened(slack, store) as office:
        await office.publish(report(failing("sbom-missing")))
    await PassedReleases(store).add(Address(TEAM, CHANNEL, "acme/app nightly (rolling)"))
    await StoredWatches(store).add(Watch(glob="quay.io/acme/*", tags=("1.*",), channel=CHANNEL, who="U0BOBBOB"))
    await Notes(store).put(Snooze(NotePlace(TEAM, CHANNEL, "acme/app 1.2.3"), "U0BOBBOB", now, now + 3600))
    page = await drawn(slack, store)
    failing_at, passing_at = page.index("❌ Fail: *acme/app 1.2.3*"), page.index("✅ Pass: *acme/app nightly*")
    assert failing_at < passing_at
    assert re.search(rf"acme/app 1.2.3\* in <#{CHANNEL}>, (?:for \d+ days?|since)", page)
    assert f"• `quay.io/acme/*`, tags `1.*` in <#{CHANNEL}>" in page
    assert "• the snooze for acme/app 1.2.3 ends <!date^" in page
    assert "<@" not in page


async def test_channels_that_the_person_is_not_in_are_not_shown(slack: FakeSlack, store: Store) -> None:
    slack.channel("C0SECRET", "secret", is_private=True).people = {"U0BOBBOB"}
    async with opened(slack, store) as office:
        await office.publish(report(failing("sbom-missing"), image="quay.io/acme/hidden:1.0"), channel="C0SECRET")
    await StoredWatches(store).add(Watch(glob="quay.io/hidden/*", channel="C0SECRET", who="U0BOBBOB"))
    await PassedReleases(store).add(Address(TEAM, "C0SECRET", "hidden/app 1.0"))
    assert "hidden" not in await drawn(slack, store)


async def test_another_workspace_is_not_shown(slack: FakeSlack, store: Store) -> None:
    await PassedReleases(store).add(Address("T0OTHER", CHANNEL, "hidden/app 1.0"))
    assert "hidden" not in await drawn(slack, store)


async def test_pages_of_25(slack: FakeSlack, store: Store) -> None:
    for number in range(60):
        await PassedReleases(store).add(Address(TEAM, CHANNEL, f"acme/app 1.{number}.0"))
    async with asking(slack, store) as sender:
        await sender.event(OPENED)
        await eventually(lambda: VIEW in slack.space.views)
        assert shown(slack).count("✅") == 25
        assert "Page 1 of 3, 60 releases" in shown(slack)
        assert PREVIOUS not in json.dumps(view(slack))
        await sender.home(NEXT, "1")
        await eventually(lambda: "Page 2 of 3" in shown(slack))
        await sender.home(NEXT, "2")
        await eventually(lambda: "Page 3 of 3" in shown(slack))
        assert shown(slack).count("✅") == 10
        assert NEXT not in json.dumps(view(slack))
        await sender.home(PREVIOUS, "999")
        await eventually(lambda: len(slack.called("views.publish")) == 4)
    assert "Page 3 of 3" in shown(slack)


async def test_an_image_that_is_typed_is_checked_for_the_person_alone(slack: FakeSlack, store: Store) -> None:
    queue = FakeQueue()
    await drawn(slack, store)
    async with door(slack, queue, store) as sender:
        assert (await sender.home(CHECK, f"docker pull {IMAGE}")).status == 200
        await sender.home(CHECK, "Foo <!channel>")
        queue.away = True
        await sender.home(CHECK, IMAGE)
    (job,) = queue.calls
    assert (job.image, job.user, job.channel, job.is_private) == (IMAGE, ALICE, "", True)
    notices = [one.notice for one in queue.talks.values() if isinstance(one, ShowHome)]
    assert notices[0] == f"Checking `{IMAGE}`… The answer comes as a message."
    assert "not an image name" in notices[1]
    assert UNAVAILABLE not in notices  # the store that takes no check takes no page either


async def test_the_notice_stands_on_the_page(slack: FakeSlack, store: Store) -> None:
    async with asking(slack, store) as sender:
        await sender.event(OPENED)
        await eventually(lambda: VIEW in slack.space.views)
        await sender.home(CHECK, "Foo Bar")
        await eventually(lambda: "not an image name" in shown(slack))


async def test_a_watch_is_added_with_a_form(slack: FakeSlack, store: Store) -> None:
    async with asking(slack, store) as sender:
        await sender.event(OPENED)
        await eventually(lambda: VIEW in slack.space.views)
        await sender.home(WATCH)
        await eventually(lambda: len(slack.space.views) == 2)
        form = next(one for name, one in slack.space.views.items() if name != VIEW)
        wrong = await sender.submit(form, {"repository": "quay.io/*", "channel": CHANNEL}, id_="V1")
        assert "cannot be polled" in json.loads(wrong.body)["errors"]["repository"]
        nowhere = await sender.submit(form, {"repository": "quay.io/acme/app"}, id_="V2")
        assert json.loads(nowhere.body)["errors"] == {"channel": "Choose a channel."}
        good = await sender.submit(
            form, {"repository": "quay.io/acme/app", "tags": "1.* 2.*", "channel": CHANNEL}, id_="V3"
        )
        assert good.body == ""
        await eventually(lambda: "• `quay.io/acme/app`" in shown(slack))
    (watch,) = await StoredWatches(store).all()
    assert (watch.glob, watch.tags, watch.channel, watch.who) == ("quay.io/acme/app", ("1.*", "2.*"), CHANNEL, ALICE)
    assert "watches `quay.io/acme/app`" in shown(slack)


@pytest.mark.parametrize(
    "event",
    [OPENED | {"tab": "messages"}, OPENED | {"tab": 7}, {"type": "app_home_opened"}],
)
async def test_what_is_not_the_home_tab_draws_nothing(slack: FakeSlack, store: Store, event: dict[str, object]) -> None:
    queue = FakeQueue()
    async with door(slack, queue, store) as sender:
        assert (await sender.event(event)).status == 200
    assert not queue.talks


async def test_slack_that_is_busy_gets_the_page_later(slack: FakeSlack, store: Store) -> None:
    slack.fail("users.conversations", Fault.RATE_LIMITED)
    slack.fail("views.publish", Fault.SERVER_ERROR)
    async with asking(slack, store) as sender:
        await sender.event(OPENED)
        await eventually(lambda: len(slack.called("users.conversations")) == 2)
    assert VIEW not in slack.space.views


async def test_a_view_that_was_changed_meanwhile_stays(slack: FakeSlack, store: Store) -> None:
    await drawn(slack, store)
    old = str(view(slack)["hash"])
    async with talking(slack, store) as queue:
        await queue.talk(ShowHome(team=TEAM, user=ALICE, notice="first", hash=old), key="1")
        await eventually(lambda: "first" in shown(slack))
        await queue.talk(ShowHome(team=TEAM, user=ALICE, notice="second", hash=old), key="2")
        await eventually(lambda: len(slack.called("views.publish")) == 3)
    assert "second" not in shown(slack)


async def test_nasty_names_fit_and_call_nobody(slack: FakeSlack, store: Store) -> None:
    for number in range(30):
        await PassedReleases(store).add(Address(TEAM, CHANNEL, f"{'<!channel>`*' * 30}{number} x" + "y" * 300))
        glob = f"quay.io/{'a' * 250}{number}/*"
        await StoredWatches(store).add(Watch(glob=glob, tags=("b" * 120,) * 9, channel=CHANNEL, who="<!here>"))
    assert "&lt;!channel&gt;" in await drawn(slack, store)
