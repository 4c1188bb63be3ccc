"""What the doctor says of several workspaces."""

from collections.abc import AsyncIterator

import pytest

from bot.doctor import LineOutcome, examine, open_patient
from bot.doctor.checks import slack_posting, slack_workspaces
from bot.store import Store
from bot.store.slack_problems import ProblemCode, SlackProblem, SlackProblems
from bot.store.workspaces import Installations, TokenKeys
from bot.store.workspaces.sealing import new_key
from tests.fake_slack import FakeSlack
from tests.fake_slack.oauth import CLIENT_ID, CLIENT_SECRET
from tests.real_redis import RedisServer
from tests.workspaces.bot import BASE, KEYS
from tests.workspaces.making import OTHER, facts, keys, tokens


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        yield fake


async def said(server: RedisServer, slack: FakeSlack, **more: object) -> list[tuple[LineOutcome, str]]:
    settings = server.settings(
        **{
            "base_url": BASE,
            "slack_client_id": CLIENT_ID,
            "slack_client_secret": CLIENT_SECRET,
            "slack_token_keys": KEYS,
            "slack_signing_secret": "s",
            "slack_api_url": slack.api,
            "github_api": "",
            **more,
        }
    )
    async with open_patient(settings) as patient:
        checks = (slack_posting.check, slack_workspaces.check)
        return [(line.outcome, f"{line.says}; {line.advice}") async for _, line in examine(patient, checks)]


async def test_all_is_well(empty_store: RedisServer, store: Store, slack: FakeSlack) -> None:
    await Installations(store, TokenKeys.parse(KEYS)).install(facts(), tokens())
    lines = await said(empty_store, slack)
    assert {outcome for outcome, _ in lines} == {LineOutcome.OK}
    text = str(lines)
    assert "1 workspace has the app" in text
    assert "knows the app" in text
    assert "only the pages" not in text
    assert not [secret for secret in (CLIENT_SECRET, "xox", KEYS.partition(":")[2]) if secret in text]


async def test_a_wrong_secret_an_old_key_a_lost_key_and_a_token_that_ends(
    empty_store: RedisServer, store: Store, slack: FakeSlack
) -> None:
    installations = Installations(store, TokenKeys.parse(KEYS))
    installed = await installations.install(facts(name="Acme"), tokens())
    await Installations(store, TokenKeys.parse(keys("lost"))).install(facts(OTHER), tokens())
    problem = SlackProblem(code=ProblemCode.TOKEN_NOT_RENEWED)
    await SlackProblems(store.of(installed.workspace)).put(problem)
    lines = await said(empty_store, slack, slack_client_secret="wrong", slack_token_keys=f"{new_key('new')},{KEYS}")
    errors = [text for outcome, text in lines if outcome is LineOutcome.ERROR]
    warnings = [text for outcome, text in lines if outcome is LineOutcome.WARNING]
    assert [OTHER in text for text in errors] == [False, True]
    assert "client id and secret" in errors[0]
    assert any("Acme" in text and "install the app there again" in text for text in warnings)
    assert any("rekey" in text for text in warnings)


async def test_what_must_be_set_is_an_error(empty_store: RedisServer, store: Store, slack: FakeSlack) -> None:
    assert await Installations(store, None).all() == ()
    lines = await said(empty_store, slack, base_url="")
    assert [outcome for outcome, _ in lines] == [LineOutcome.ERROR]
    assert "PROVENANCE_BASE_URL" in lines[0][1]


async def test_slack_that_does_not_answer_says_nothing_about_the_secret(
    empty_store: RedisServer, store: Store, slack: FakeSlack
) -> None:
    assert await Installations(store, None).all() == ()
    lines = await said(empty_store, slack, slack_api_url="http://127.0.0.1:1/api/")
    assert LineOutcome.UNKNOWN in {outcome for outcome, _ in lines}
    assert LineOutcome.ERROR not in {outcome for outcome, _ in lines}
