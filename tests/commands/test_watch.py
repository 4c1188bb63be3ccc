"""`/provenance watch`, `unwatch` and `list`: the same watches as `provenance watch` in a terminal."""

import asyncio

import pytest

from bot.intake.watch_list import BY_SETTINGS, WatchList, fixed_watches
from bot.store import Store
from bot.store.watches import StoredWatches, Watch
from handlers.commands import CommandContext, Said, SlashCommand, answer, in_time
from handlers.commands.watch import CLOSER, UNAVAILABLE
from tests.commands.parts import ask
from tests.fake_queue import FakeQueue
from tests.fake_slack.messages import check_message

APP = "quay.io/acme/app"


async def said(text: str, store: Store | None, *, channel: str = "C0RELEASES", user: str = "U0ALICE") -> Said:
    asked = SlashCommand(text=text, channel=channel, user=user, team="T0MICROCKS")
    watches = WatchList(fixed_watches(("quay.io/fixed/*",)))
    answered = await answer(asked, CommandContext(FakeQueue(), store=store, watches=watches))
    check_message({"text": answered.text})
    return answered


async def test_a_watch_is_stored_for_the_channel_and_everybody_there_sees_who_added_it(store: Store) -> None:
    answered = await said(f"watch {APP} --tags 1.*", store)
    assert answered == Said(
        f"<@U0ALICE> watches `{APP}` (tags `1.*`). New and moved tags are checked and posted here; what is there now"
        " gets no post.",
        is_public=True,
    )
    (watch,) = await StoredWatches(store).all()
    assert (watch.glob, watch.tags, watch.channel, watch.who) == (APP, ("1.*",), "C0RELEASES", "U0ALICE")


async def test_to_watch_twice_is_said_to_one_person_only(store: Store) -> None:
    await said(f"watch {APP}", store)
    assert await said(f"watch {APP}", store, user="U0BOBBOB") == Said(f"`{APP}` is already watched here.")
    assert (await said(f"watch {APP} --tags=2.*", store)).text.startswith("<@U0ALICE> changed the watch of")
    assert [watch.tags for watch in await StoredWatches(store).all()] == [("2.*",)]


async def test_a_channel_does_not_take_over_or_remove_the_watch_of_another_one(store: Store) -> None:
    await said(f"watch {APP}", store)
    assert "already watched for another channel" in (await said(f"watch {APP}", store, channel="C0OTHER")).text
    assert "was added in another channel" in (await said(f"unwatch {APP}", store, channel="C0OTHER")).text
    (watch,) = await StoredWatches(store).all()
    assert watch.channel == "C0RELEASES"


async def test_a_watch_by_which_nothing_would_be_posted_here_is_refused(store: Store) -> None:
    """Seen: "posted here" was promised, and everything went where the wider watch says."""
    answered = await said("watch quay.io/fixed/app", store)
    assert answered.text.startswith(
        f"`quay.io/fixed/app` is already watched by {BY_SETTINGS}. An image is posted in one"
    )
    assert not answered.is_public
    await said("watch quay.io/acme/*", store)
    for glob in (APP, "quay.io/acme/app-*"):
        assert "already watched for another channel" in (await said(f"watch {glob}", store, channel="C0OTHER")).text
    assert (await said(f"watch {APP} --tags 1.*", store)).is_public
    assert [one.glob for one in await StoredWatches(store).all()] == ["quay.io/acme/*", APP]


async def test_in_a_direct_message_nothing_could_ever_be_posted(store: Store) -> None:
    assert "cannot post in a direct message" in (await said(f"watch {APP}", store, channel="D0ALICE")).text
    assert await StoredWatches(store).all() == ()


async def test_a_wider_watch_says_that_another_channel_keeps_its_closer_one(store: Store) -> None:
    await said(f"watch {APP}", store)
    wider = await said("watch quay.io/acme/*", store, channel="C0OTHER")
    assert wider.is_public
    assert wider.text.endswith(CLOSER)
    assert CLOSER not in (await said("watch quay.io/other/*", store, channel="C0OTHER")).text


@pytest.mark.parametrize(
    "name",
    ["<http://quay.io/acme/app|quay.io/acme/app>", "`quay.io/acme/app`", "https://quay.io/repository/acme/app", APP],
)
async def test_a_pasted_name_is_the_same_watch(name: str, store: Store) -> None:
    await said(f"watch {name}", store)
    assert [watch.glob for watch in await StoredWatches(store).all()] == [APP]
    assert (await said(f"unwatch {name}", store)).is_public
    assert await StoredWatches(store).all() == ()


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        ("watch", "Which repository?"),
        ("watch a b", "Which repository?"),
        ("watch quay.io/*", "cannot be polled: it does not name one namespace"),
        ("watch ghcr.io/acme/*", "this registry does not list its repositories"),
        ("watch **", "does not name one registry"),
        ("watch acme/*", "write e.g. `quay.io/acme/*`, or `**` for all images"),
        ("watch quay.io/acme/app --tag 1.*", "Did you mean `--tags`?"),
        ("watch quay.io/acme/app \u2014tags 1 2", "Which repository?"),
        ("watch quay.io/acme/app --tags", "takes a value"),
        ("watch quay.io/acme/app --tags <!channel>", "a glob of tags has letters"),
        ("watch <!channel>", "not an image name"),
        ("unwatch", "Which watch?"),
        ("unwatch quay.io/acme/none", "Nobody has added a watch of"),
        ("unwatch quay.io/fixed/*", f"watched by the setting `{BY_SETTINGS}`"),
    ],
)
async def test_what_cannot_be_watched_is_said_with_the_reason(text: str, answered: str, store: Store) -> None:
    found = await said(text, store)
    assert answered in found.text
    assert not found.is_public
    assert await StoredWatches(store).all() == ()


async def test_the_list_names_the_watches_of_this_channel_and_only_counts_others(store: Store) -> None:
    watches = StoredWatches(store)
    await said(f"watch {APP} --tags 1.*", store)
    await watches.add(Watch(glob="quay.io/secret/plan", channel="C0OTHER", who="U0BOBBOB"))
    listed = (await said("list", store)).text
    assert f"`{APP}`, tags `1.*`, by <@U0ALICE>, since <!date^" in listed
    assert "`quay.io/fixed/*`, by PROVENANCE_WATCH" in listed
    assert "1 watch of other channels" in listed
    assert "secret" not in listed


async def test_the_list_says_what_of_it_is_not_polled(store: Store) -> None:
    asked = SlashCommand(text="list", channel="C0RELEASES", user="U0ALICE", team="T0MICROCKS")
    context = CommandContext(
        FakeQueue(), store=store, watches=WatchList(fixed_watches(("ghcr.io/**", "quay.io/acme/*")))
    )
    lines = (await answer(asked, context)).text.splitlines()
    assert "not polled: it does not name one namespace" in lines[0]
    assert "not polled" not in lines[1]


async def test_a_long_list_fits_into_one_message(store: Store) -> None:
    watches = StoredWatches(store)
    for number in range(80):
        glob = f"quay.io/{'a' * 200}{number:02}/*"
        await watches.add(Watch(glob=glob, tags=("b" * 120,) * 20, channel="C0RELEASES", who="U0ALICE", at=1.0))
    listed = (await said("list", store)).text
    assert "and 51 more" in listed
    assert len(listed) < 9_000


async def test_an_empty_list_says_how_to_begin(store: Store) -> None:
    assert "Nothing is watched yet" in await ask("list", store=store)


@pytest.mark.parametrize("text", [f"watch {APP}", f"unwatch {APP}", "list"])
async def test_without_a_store_it_says_so(text: str) -> None:
    assert "Please try again in a minute" in (await said(text, None)).text


async def test_a_store_that_hangs_is_said_in_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_answer(*_: object, **__: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(store.redis, "execute_command", no_answer)
    monkeypatch.setattr(in_time, "STORE_TIME", 0.05)
    assert (await said(f"watch {APP}", store)).text == UNAVAILABLE
