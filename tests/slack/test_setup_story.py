"""A setup that cannot work is said at once, and nothing is lost: it is posted when a person has repaired it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.jobs.slack_setup import SlackSetup, hasten, open_slack_setup
from bot.oci.reference import Reference
from bot.settings import Settings
from bot.store import Store
from bot.store.slack_problems import ProblemCode, SlackProblem, SlackProblems
from bot.store.threads import Address, Threads
from bot.store.undelivered import LOOK_DUE, UNDELIVERED_MAX, Undelivered, UndeliveredPost
from bot.store.watches import StoredWatches, Watch
from handlers.events.channels import ChannelListener, is_about_us
from tests.fake_registry import FakeRegistry
from tests.fake_slack import FakeSlack
from tests.fake_slack.faults import Fault
from tests.real_redis import RedisServer
from tests.slack.door import settings_for
from tests.slack.parts import CHANNEL
from tests.town import HOOK_SECRET, Town
from tests.waiting import eventually
from tests.whole_bot import running_bot


@asynccontextmanager
async def pushed_bot(
    server: RedisServer, store: Store, slack: FakeSlack, samples: Path, folder: Path, **more: object
) -> AsyncIterator[tuple[Settings, SlackSetup]]:
    """The whole bot, to which one image was pushed."""
    async with FakeRegistry() as registry:
        town = Town(registry.host, slack, folder)
        settings = server.settings(
            port=town.port,
            settle=0.1,
            poll=0,
            watch=(f"{registry.host}/demo/*",),
            webhooks=({"id": "own", "kind": "distribution", "secret": HOOK_SECRET, "hosts": [registry.host]},),
            private_hosts=(registry.host,),
            insecure_hosts=(registry.host,),
            github_api="",
            slack_signing_secret=slack.space.secret,
            slack_api_url=slack.api,
            **{"slack_bot_token": slack.space.token, "slack_channel": CHANNEL, **more},
        )
        digest = registry.add_layout(samples / "min_2p_dflt", "demo/app", tag="1.0")
        async with running_bot(settings, store), open_slack_setup(store, settings) as setup:
            assert setup
            assert await town.push(Reference(registry.host, "demo/app", "1.0"), digest) == 202
            yield settings, setup


async def waits(store: Store) -> bool:
    return await Undelivered(store).count() == 1


async def ready(settings: Settings) -> tuple[int, Any]:
    return await Town("", FakeSlack(), Path(), port=settings.port).get("/readyz")


async def test_what_was_found_out_is_posted_when_the_bot_is_invited(
    empty_store: RedisServer, store: Store, slack: FakeSlack, samples: Path, tmp_path: Path
) -> None:
    slack.space.channels[CHANNEL].is_member = False
    async with pushed_bot(empty_store, store, slack, samples, tmp_path) as (settings, _):
        await eventually(lambda: waits(store))
        status, facts = await ready(settings)
        assert (status, facts["slack"]) == (503, ["not-in-channel"])
        assert "/invite @provenance" in facts["why"]
        slack.space.channels[CHANNEL].is_member = True
        event = {"type": "member_joined_channel", "user": slack.space.bot_user, "channel": CHANNEL}
        await ChannelListener(store).heard({"type": "event_callback", "event": event})
        await eventually(lambda: bool(slack.parents(CHANNEL)))
        await eventually(lambda: is_empty(store))
        assert (await ready(settings))[0] == 200
    assert len(slack.parents(CHANNEL)) == 1


async def test_a_channel_that_only_a_person_named_does_not_make_the_bot_unready(
    empty_store: RedisServer, store: Store, slack: FakeSlack, samples: Path, tmp_path: Path
) -> None:
    """Seen: whoever typed `watch` where the bot is not had /readyz answer 503 from then on."""
    slack.channel("C0OUTSIDE", "outside", is_member=False)
    await StoredWatches(store).add(Watch(glob="quay.io/acme/app", channel="C0OUTSIDE"))
    async with pushed_bot(empty_store, store, slack, samples, tmp_path) as (settings, setup):
        assert await setup.look()
        status, facts = await ready(settings)
        assert (status, facts["slack"]) == (200, ["not-in-channel"])
        slack.space.channels[CHANNEL].is_archived = True
        await setup.look()
        status, facts = await ready(settings)
        assert (status, facts["slack"]) == (503, ["channel-archived", "not-in-channel"])
        assert CHANNEL in facts["why"]


async def is_empty(store: Store) -> bool:
    return not await Undelivered(store).count() and not await SlackProblems(store).all()


async def test_what_was_found_out_is_posted_when_the_scope_is_granted(
    empty_store: RedisServer, store: Store, slack: FakeSlack, samples: Path, tmp_path: Path
) -> None:
    slack.space.scopes.discard("chat:write")
    async with pushed_bot(empty_store, store, slack, samples, tmp_path) as (_, setup):
        await eventually(lambda: waits(store))
        assert SlackProblem(code=ProblemCode.SCOPE_MISSING, needed="chat:write") in await SlackProblems(store).all()
        assert await setup.look()
        assert await waits(store)
        slack.space.scopes.add("chat:write")
        await setup.look()
        await eventually(lambda: bool(slack.parents(CHANNEL)))
    assert len(slack.parents(CHANNEL)) == 1


async def test_a_private_channel_that_the_bot_cannot_see_is_posted_in_when_it_is_invited(
    empty_store: RedisServer, store: Store, slack: FakeSlack, samples: Path, tmp_path: Path
) -> None:
    """Until then, the thread is on the pages."""
    slack.channel("C0SECRET", "secret", is_member=False, is_private=True)
    async with pushed_bot(empty_store, store, slack, samples, tmp_path, slack_channel="#secret") as (_, setup):
        await eventually(lambda: waits(store))
        assert await Threads(store).get(Address("local", "pages", "demo/app 1.0"))
        slack.space.channels["C0SECRET"].is_member = True
        await setup.look()
        await eventually(lambda: bool(slack.parents("C0SECRET")))


async def test_a_token_that_slack_refuses_loses_nothing(
    empty_store: RedisServer, store: Store, slack: FakeSlack, samples: Path, tmp_path: Path
) -> None:
    revoked = "xoxb-revoked"
    async with pushed_bot(empty_store, store, slack, samples, tmp_path, slack_bot_token=revoked) as (settings, _):
        await eventually(lambda: waits(store))
        assert (await ready(settings))[1]["slack"] == ["token-refused"]
    right = settings.model_copy(update={"slack_bot_token": settings_for(slack).slack_bot_token})
    async with open_slack_setup(store, right) as setup:
        assert setup
        await setup.look()
        assert not await waits(store)  # it is queued again, for a worker with the right token


@pytest.fixture
async def looking(slack: FakeSlack, store: Store) -> AsyncIterator[tuple[SlackSetup, list[UndeliveredPost]]]:
    """A setup, and what it has queued again."""
    again: list[UndeliveredPost] = []

    async def requeue(post: UndeliveredPost) -> None:
        again.append(post)

    async with open_slack_setup(store, settings_for(slack, slack_channel="#releases")) as setup:
        assert setup
        yield SlackSetup(setup.client, store, requeue, setup.default, ("C0POLICY",)), again


async def test_every_channel_that_is_named_is_looked_at_and_each_problem_said_with_what_to_do(
    looking: tuple[SlackSetup, list[UndeliveredPost]], slack: FakeSlack, store: Store
) -> None:
    setup, _ = looking
    slack.channel("C0POLICY", "policy").is_archived = True
    await StoredWatches(store).add(Watch(glob="quay.io/acme/*", channel="C0GONE"))
    with capture_logs() as logs:
        assert await setup.look()
    assert await SlackProblems(store).all() == (
        SlackProblem(code=ProblemCode.CHANNEL_ARCHIVED, where="C0POLICY"),
        SlackProblem(code=ProblemCode.CHANNEL_NOT_FOUND, where="C0GONE"),
    )
    said = [(entry["why"], entry["advice"]) for entry in logs if entry["event"] == "Slack is not set up"]
    assert ("the channel C0POLICY is archived", "unarchive it, or name another channel") in said
    assert len(said) == 2


async def test_what_waits_for_another_channel_is_not_held_up(
    looking: tuple[SlackSetup, list[UndeliveredPost]], slack: FakeSlack, store: Store
) -> None:
    setup, again = looking
    slack.channel("C0POLICY", "policy", is_member=False)
    held = [UndeliveredPost(task="post_report", name=name, text="{}", where=name) for name in ("", "C0POLICY")]
    for post in held:
        assert await Undelivered(store).keep(post)
    assert await setup.look()
    assert again == [held[0]]
    assert await Undelivered(store).all() == (held[1],)


async def test_while_slack_is_away_nothing_is_queued_again_and_nothing_is_called_broken(
    looking: tuple[SlackSetup, list[UndeliveredPost]], slack: FakeSlack, store: Store
) -> None:
    setup, again = looking
    slack.channel("C0POLICY", "policy")
    await Undelivered(store).keep(UndeliveredPost(task="post_report", name="n", text="{}"))
    for fault in (Fault.SERVER_ERROR, Fault.RATE_LIMITED, Fault.DROP_BEFORE, Fault.BROKEN_JSON):
        slack.fail("auth.test", fault)
        assert await setup.look()
        (problem,) = await SlackProblems(store).all()
        assert (problem.code, problem.is_broken) == (ProblemCode.UNREACHABLE, False)
    assert not again
    await setup.look()
    assert len(again) == 1


async def test_two_processes_do_not_look_at_the_same_time_and_a_look_is_planned(
    looking: tuple[SlackSetup, list[UndeliveredPost]], slack: FakeSlack, store: Store
) -> None:
    setup, _ = looking
    slack.channel("C0POLICY", "policy")
    running = [asyncio.create_task(setup.run()) for _ in range(2)]
    await eventually(lambda: is_planned(store))
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    assert 1 <= len(slack.called("auth.test")) <= 2
    assert await store.redis.ttl(store.key(*LOOK_DUE)) > 900
    await Undelivered(store).keep(UndeliveredPost(task="post_report", name="n", text="{}"))
    assert await store.redis.ttl(store.key(*LOOK_DUE)) <= 15
    await hasten(store)
    assert not await is_planned(store)


async def is_planned(store: Store) -> bool:
    return bool(await store.redis.exists(store.key(*LOOK_DUE)))


async def test_too_many_posts_that_wait_are_kept_as_given_up(store: Store) -> None:
    """`keep` says no, and the poster keeps a dead letter."""
    waiting = Undelivered(store)
    posts = {f"n{number}": UndeliveredPost(task="t", name=f"n{number}", text="{}") for number in range(UNDELIVERED_MAX)}
    key = store.key("slack", "undelivered")
    await store.redis.hset(key, mapping={name: post.model_dump_json() for name, post in posts.items()})
    assert not await waiting.keep(UndeliveredPost(task="t", name="more", text="{}"))
    assert await waiting.keep(posts["n7"])


def test_somebody_else_who_joins_is_not_about_us() -> None:
    event = {"type": "member_joined_channel", "user": "U0ALICE"}
    ours = [{"user_id": "U0PROV", "is_bot": True}]
    assert not is_about_us({"event": event, "authorizations": ours})
    assert is_about_us({"event": event | {"user": "U0PROV"}, "authorizations": ours})
    assert is_about_us({"event": {"type": "channel_unarchive", "user": "U0ALICE"}, "authorizations": ours})
    assert not is_about_us({"event": event, "authorizations": [None, 7]})
