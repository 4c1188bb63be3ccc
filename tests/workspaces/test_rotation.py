"""Tokens that end are renewed: once, in time, whatever process asks, and whatever happens in between."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
import pytest
from msgspec import Struct

from bot.slack.classify import TokenUnavailableError, answer_of
from bot.slack.transport import Refused, RetryLater
from bot.slack.workspaces.adapters import StoredInstallations
from bot.slack.workspaces.client import WorkspaceClient
from bot.slack.workspaces.exchange import AppClient, FreshTokens, TokenExchange
from bot.slack.workspaces.tokens import NoTokenError, WorkspaceTokens
from bot.store import Store, open_store
from bot.store.slack_problems import SlackProblems
from bot.store.workspaces import BotTokens, InstallationFacts, Installations, TokenKeys
from tests.fake_slack import FakeSlack, Fault
from tests.fake_slack.oauth import CLIENT_ID, CLIENT_SECRET, EXPIRES_IN
from tests.real_redis import RedisServer
from tests.waiting import eventually
from tests.workspaces.making import OTHER, TEAM, facts, keys

KEYS = keys("k1")


class Rotating(Struct):
    """One workspace whose token ends, and a process that asks for it. `sessions` makes more processes."""

    slack: FakeSlack
    store: Store
    session: aiohttp.ClientSession
    tokens: WorkspaceTokens
    workspace: str

    @property
    def installations(self) -> Installations:
        return Installations(self.store, TokenKeys.parse(KEYS))

    def client(self) -> WorkspaceClient:
        return WorkspaceClient(self.tokens, self.workspace, self.slack.api, self.session)

    async def ends_in(self, seconds: float) -> None:
        """Both the store and Slack think so."""
        stored = await self.installations.of(TEAM)
        assert stored
        ends = await self.store.now() + seconds
        changed = stored.facts.model_copy(update={"expires_at": ends})
        assert await self.installations.replace(stored, changed, self.installations.tokens(stored))
        self.slack.oauth.end_soon(TEAM, ends)


def process(slack: FakeSlack, store: Store, session: aiohttp.ClientSession) -> WorkspaceTokens:
    exchange = TokenExchange(AppClient(slack.api, session), CLIENT_ID, CLIENT_SECRET)
    return WorkspaceTokens(store, Installations(store, TokenKeys.parse(KEYS)), exchange)


@pytest.fixture
async def rotating(store: Store) -> AsyncIterator[Rotating]:
    async with FakeSlack() as slack, aiohttp.ClientSession() as session:
        slack.oauth.rotates = True
        given = await AppClient(slack.api, session).oauth_v2_access(
            client_id=CLIENT_ID, client_secret=CLIENT_SECRET, code=slack.oauth.authorize(TEAM)
        )
        kept = BotTokens(token=given["access_token"], refresh=given["refresh_token"])
        ends = await store.now() + EXPIRES_IN
        installed = await Installations(store, TokenKeys.parse(KEYS)).install(facts(expires_at=ends), kept)
        yield Rotating(slack, store, session, process(slack, store, session), installed.workspace)


async def test_a_token_is_renewed_two_hours_before_it_ends_and_not_before(rotating: Rotating) -> None:
    first = await rotating.tokens.of(rotating.workspace)
    await rotating.ends_in(121 * 60)
    assert await rotating.tokens.of(rotating.workspace) == first
    assert rotating.slack.oauth.refreshed == 0
    await rotating.ends_in(119 * 60)
    second = await rotating.tokens.of(rotating.workspace)
    assert second != first
    stored = await rotating.installations.of(TEAM)
    assert stored
    assert stored.facts.expires_at - await rotating.store.now() > EXPIRES_IN - 60
    assert await rotating.tokens.of(rotating.workspace) == second
    assert rotating.slack.oauth.refreshed == 1
    assert (await rotating.client().auth_test())["team_id"] == TEAM


async def test_an_answer_that_is_not_readable_renews_nothing_and_the_old_token_goes_on(rotating: Rotating) -> None:
    first = await rotating.tokens.of(rotating.workspace)
    await rotating.ends_in(119 * 60)
    rotating.slack.oauth.spoilt = {"expires_in": 10**400}
    assert await rotating.tokens.of(rotating.workspace) == first
    assert rotating.slack.oauth.refreshed == 1


async def test_ten_callers_in_two_processes_renew_it_once(rotating: Rotating, empty_store: RedisServer) -> None:
    """A refresh token is good once: a second use of it would lose the installation."""
    await rotating.ends_in(60)
    async with open_store(empty_store.settings()) as store:
        second = process(rotating.slack, store, rotating.session)
        callers = [one.of(rotating.workspace) for one in (rotating.tokens, second) for _ in range(5)]
        given = await asyncio.gather(*callers)
    assert rotating.slack.oauth.refreshed == 1
    assert all(token in rotating.slack.oauth.tokens for token in given)
    assert (await rotating.client().auth_test())["team_id"] == TEAM


async def test_when_the_token_has_ended_everybody_waits_for_the_one_who_renews_it(rotating: Rotating) -> None:
    await rotating.ends_in(-60)
    given = await asyncio.gather(*(rotating.tokens.of(rotating.workspace) for _ in range(5)))
    assert len(set(given)) == 1
    assert rotating.slack.oauth.refreshed == 1


async def test_a_caller_that_is_cancelled_does_not_lose_the_new_pair(rotating: Rotating) -> None:
    """Slack has answered; the caller is gone before the answer is kept."""
    old = await rotating.tokens.of(rotating.workspace)
    await rotating.ends_in(60)
    slow = Slow(rotating.tokens._exchange)
    rotating.tokens._exchange = slow  # type: ignore[assignment]
    caller = asyncio.create_task(rotating.tokens.of(rotating.workspace))
    await slow.answered.wait()
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    slow.go_on.set()
    await rotating.tokens.close()
    assert rotating.slack.oauth.refreshed == 1
    assert await rotating.tokens.of(rotating.workspace) != old
    assert rotating.slack.oauth.refreshed == 1


class Slow:
    """Asks Slack, and keeps the answer to itself until it is told to go on."""

    def __init__(self, exchange: TokenExchange) -> None:
        self.exchange = exchange
        self.answered, self.go_on = asyncio.Event(), asyncio.Event()

    async def refresh(self, refresh_token: str) -> FreshTokens | object:
        answer = await self.exchange.refresh(refresh_token)
        self.answered.set()
        await self.go_on.wait()
        return answer


async def test_the_lock_of_a_process_that_died_ends(rotating: Rotating) -> None:
    await rotating.ends_in(60)
    lock = rotating.store.of(rotating.workspace).key("oauth", "renewing")
    await rotating.store.redis.set(lock, "a dead process", px=300)
    old = await rotating.tokens.of(rotating.workspace)
    assert rotating.slack.oauth.refreshed == 0
    await eventually(lambda: is_renewed(rotating, old))
    assert rotating.slack.oauth.refreshed == 1


async def is_renewed(rotating: Rotating, old: str) -> bool:
    return await rotating.tokens.of(rotating.workspace) != old


async def test_a_process_that_slept_does_not_release_the_lock_of_another(rotating: Rotating) -> None:
    await rotating.ends_in(60)
    slow = Slow(rotating.tokens._exchange)
    rotating.tokens._exchange = slow  # type: ignore[assignment]
    caller = asyncio.create_task(rotating.tokens.of(rotating.workspace))
    await slow.answered.wait()
    lock = rotating.store.of(rotating.workspace).key("oauth", "renewing")
    await rotating.store.redis.set(lock, "another process", px=30_000)
    slow.go_on.set()
    await caller
    assert await rotating.store.redis.get(lock) == "another process"


async def test_a_renewal_that_ends_after_the_removal_brings_nothing_back(rotating: Rotating) -> None:
    await rotating.ends_in(60)
    slow = Slow(rotating.tokens._exchange)
    rotating.tokens._exchange = slow  # type: ignore[assignment]
    caller = asyncio.create_task(rotating.tokens.of(rotating.workspace))
    await slow.answered.wait()
    assert await rotating.installations.remove(TEAM)
    slow.go_on.set()
    with pytest.raises(NoTokenError):
        await caller
    assert await rotating.installations.of(TEAM) is None


@pytest.mark.parametrize("fault", [Fault.RATE_LIMITED, Fault.SERVER_ERROR, Fault.DROP_BEFORE, Fault.BROKEN_JSON])
async def test_while_slack_does_not_renew_the_old_token_is_used_until_it_ends(rotating: Rotating, fault: Fault) -> None:
    await rotating.ends_in(60)
    old = await rotating.installations.of(TEAM)
    assert old
    rotating.slack.fail("oauth.v2.access", fault)
    assert await rotating.tokens.of(rotating.workspace) == rotating.installations.tokens(old).token
    assert await SlackProblems(rotating.store.of(rotating.workspace)).all() == ()
    await rotating.store.redis.delete(rotating.store.of(rotating.workspace).key("oauth", "paused"))
    assert await rotating.tokens.of(rotating.workspace) != rotating.installations.tokens(old).token


async def test_of_a_removed_workspace_nothing_is_sent(rotating: Rotating) -> None:
    client = rotating.client()
    await client.auth_test()
    await rotating.installations.remove(TEAM)
    asked = len(rotating.slack.calls)
    with pytest.raises(Exception, match="no token") as caught:
        await client.auth_test()
    assert answer_of(caught.value) == Refused("token_revoked")
    assert len(rotating.slack.calls) == asked
    second = await rotating.installations.install(facts(), BotTokens(token="xoxb-new"))
    with pytest.raises(NoTokenError):  # who still works for the installation before gets nothing
        await rotating.tokens.of(rotating.workspace)
    assert await rotating.tokens.of(second.workspace) == "xoxb-new"


async def test_a_token_that_cannot_be_read_is_not_a_token_that_is_refused(rotating: Rotating) -> None:
    """Posts wait for the operator, who sets the key."""
    other = WorkspaceTokens(
        rotating.store, Installations(rotating.store, TokenKeys.parse(keys("k2"))), rotating.tokens._exchange
    )
    client = WorkspaceClient(other, rotating.workspace, rotating.slack.api, rotating.session)
    with pytest.raises(Exception, match="no token") as caught:
        await client.auth_test()
    assert answer_of(caught.value) == Refused("token_unreadable")


async def test_without_the_store_a_call_is_put_off(rotating: Rotating, unreachable: Store) -> None:
    tokens = WorkspaceTokens(unreachable, Installations(unreachable, TokenKeys.parse(KEYS)), rotating.tokens._exchange)
    client = WorkspaceClient(tokens, rotating.workspace, rotating.slack.api, rotating.session)
    with pytest.raises(TokenUnavailableError) as caught:
        await client.auth_test()
    assert isinstance(answer_of(caught.value), RetryLater)


@pytest.fixture
async def unreachable() -> AsyncIterator[Store]:
    async with nowhere() as store:
        yield store


@asynccontextmanager
async def nowhere() -> AsyncIterator[Store]:
    from bot.store.connection import connect  # noqa: PLC0415
    from tests.real_parts import free_port  # noqa: PLC0415

    url = f"redis://127.0.0.1:{free_port()}"
    async with AsyncExitStack() as stack:
        client = connect(url)
        stack.push_async_callback(client.aclose)
        yield Store(client, url)


async def test_nothing_of_a_token_is_said(rotating: Rotating, capsys: pytest.CaptureFixture[str]) -> None:
    await rotating.ends_in(60)
    rotating.slack.fail("oauth.v2.access", Fault.REFUSED, code="invalid_refresh_token")
    await rotating.tokens.of(rotating.workspace)
    await rotating.store.redis.delete(rotating.store.of(rotating.workspace).key("oauth", "paused"))
    await rotating.tokens.of(rotating.workspace)
    said = "".join(capsys.readouterr())
    assert "token renewed" in said
    secrets = [*rotating.slack.oauth.tokens, *rotating.slack.oauth.refreshable, CLIENT_SECRET, "xoxe"]
    assert not [secret for secret in secrets if secret in said]
    stored = repr((rotating.tokens, rotating.client(), rotating.tokens._exchange))
    assert not [secret for secret in secrets if secret in stored]


async def test_bolts_own_interface_gives_a_bot_and_deletes_it(rotating: Rotating) -> None:
    adapter = StoredInstallations(rotating.store, rotating.installations)
    bot = await adapter.async_find_bot(enterprise_id=None, team_id=TEAM)
    assert bot is not None
    assert bot.bot_token == await rotating.tokens.of(rotating.workspace)
    assert await adapter.async_find_bot(enterprise_id=None, team_id=OTHER) is None
    assert await adapter.async_find_bot(enterprise_id="E1", team_id=None, is_enterprise_install=True) is None
    await adapter.async_delete_installation(enterprise_id=None, team_id=TEAM, user_id="U1")
    assert await rotating.installations.of(TEAM)
    await adapter.async_delete_all(enterprise_id=None, team_id=TEAM)
    assert await rotating.installations.of(TEAM) is None


def test_facts_have_no_room_for_a_token() -> None:
    assert not [name for name in InstallationFacts.model_fields if "token" in name or "refresh" in name]
