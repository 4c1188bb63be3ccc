"""A process that is killed while Slack renews a token: what is lost, what is tried again, and what a person does."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL

import pytest
from slack_sdk.oauth.installation_store import Installation

from bot.slack.classify import TokenUnavailableError
from bot.slack.workspaces.adapters import StoredInstallations
from bot.store.slack_problems import ProblemCode, SlackProblems
from bot.store.workspaces import BotTokens
from tests.conftest import ROOT
from tests.fake_slack import Fault
from tests.real_redis import RedisServer
from tests.waiting import eventually
from tests.workspaces.making import TEAM
from tests.workspaces.test_rotation import KEYS, Rotating
from tests.workspaces.test_rotation import rotating as rotating  # noqa: PLC0414 - a fixture


async def killed(rotating: Rotating, server: RedisServer, fault: Fault) -> None:
    """A process asks Slack, which does not answer; kill -9; then the lock of the dead ends."""
    before = len(rotating.slack.called("oauth.v2.access"))
    rotating.slack.fail("oauth.v2.access", fault)
    words = ("-m", "tests.workspaces.renewing", rotating.workspace, server.url, rotating.slack.api, KEYS)
    process = await asyncio.create_subprocess_exec(sys.executable, *words, cwd=ROOT, stdin=DEVNULL)
    await eventually(lambda: len(rotating.slack.called("oauth.v2.access")) > before)
    process.kill()
    await process.wait()
    rotating.slack.let_go()
    await rotating.store.redis.delete(rotating.store.of(rotating.workspace).key("oauth", "renewing"))


async def problems(rotating: Rotating) -> list[ProblemCode]:
    return [one.code for one in await SlackProblems(rotating.store.of(rotating.workspace)).all()]


async def kept(rotating: Rotating) -> BotTokens:
    stored = await rotating.installations.of(TEAM)
    assert stored
    return rotating.installations.tokens(stored)


async def unpaused(rotating: Rotating) -> None:
    """The minute until it is tried again is over."""
    await rotating.store.redis.delete(rotating.store.of(rotating.workspace).key("oauth", "paused"))


async def test_killed_before_slack_gave_the_new_pair_the_old_refresh_token_is_used_again(
    rotating: Rotating, empty_store: RedisServer
) -> None:
    await rotating.ends_in(600)
    old = await kept(rotating)
    await killed(rotating, empty_store, Fault.HANG)
    assert await rotating.tokens.of(rotating.workspace) != old.token
    assert rotating.slack.oauth.refreshed == 1
    assert await problems(rotating) == []


async def test_killed_after_slack_gave_it_the_old_token_works_and_a_person_is_told_that_it_was_lost(
    rotating: Rotating, empty_store: RedisServer
) -> None:
    await rotating.ends_in(600)
    old = await kept(rotating)
    await killed(rotating, empty_store, Fault.HANG_AFTER)
    assert rotating.slack.oauth.refreshed == 1
    for _ in range(2):
        assert await rotating.tokens.of(rotating.workspace) == old.token
        assert (await rotating.client().auth_test())["team_id"] == TEAM
        assert await problems(rotating) == [ProblemCode.TOKEN_LOST]
        await unpaused(rotating)

    rotating.slack.oauth.refreshable[old.refresh] = TEAM  # should Slack take it once more, all is well again
    assert await rotating.tokens.of(rotating.workspace) != old.token
    assert await problems(rotating) == []


async def test_who_installs_the_app_again_ends_it_and_keeps_what_is_remembered(
    rotating: Rotating, empty_store: RedisServer
) -> None:
    await rotating.ends_in(600)
    await killed(rotating, empty_store, Fault.HANG_AFTER)
    await rotating.tokens.of(rotating.workspace)
    assert await problems(rotating) == [ProblemCode.TOKEN_LOST]
    fresh = Installation(team_id=TEAM, user_id="U0ALICE", bot_token="xoxe.xoxb-new", bot_refresh_token="xoxe-new")
    await StoredInstallations(rotating.store, rotating.installations).async_save(fresh)
    assert await problems(rotating) == []
    assert await rotating.tokens.of(rotating.workspace) == "xoxe.xoxb-new"


async def test_an_answer_that_was_lost_on_the_way_is_told_as_such(rotating: Rotating) -> None:
    await rotating.ends_in(600)
    rotating.slack.fail("oauth.v2.access", Fault.DROP_AFTER)
    await rotating.tokens.of(rotating.workspace)
    assert await problems(rotating) == []  # it may be that Slack did nothing
    await unpaused(rotating)
    await rotating.tokens.of(rotating.workspace)
    assert await problems(rotating) == [ProblemCode.TOKEN_LOST]


@pytest.mark.parametrize("fault", [Fault.RATE_LIMITED, Fault.REFUSED])
async def test_a_refusal_without_an_earlier_loss_is_not_told_as_one(rotating: Rotating, fault: Fault) -> None:
    await rotating.ends_in(600)
    rotating.slack.fail("oauth.v2.access", fault, code="invalid_client_id")
    await rotating.tokens.of(rotating.workspace)
    await unpaused(rotating)
    rotating.slack.fail("oauth.v2.access", Fault.REFUSED, code="invalid_refresh_token")
    await rotating.tokens.of(rotating.workspace)
    assert await problems(rotating) == [ProblemCode.TOKEN_NOT_RENEWED]


async def test_nothing_is_asked_for_that_cannot_be_noted(rotating: Rotating) -> None:
    """A store that takes nothing would lose the new pair, too."""
    await rotating.ends_in(600)
    key = rotating.store.of(rotating.workspace).key("oauth", "asked")
    await rotating.store.redis.lpush(key, "not what a note is")
    with pytest.raises(TokenUnavailableError):
        await rotating.tokens.of(rotating.workspace)
    assert not rotating.slack.called("oauth.v2.access")[1:]  # the first was the installation
