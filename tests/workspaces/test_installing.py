"""A person installs the app; and everything that somebody else could try with that person's browser, code or state."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import ClientSession, web
from structlog.testing import capture_logs

from bot.settings import Settings
from bot.slack.workspaces import oauth_options
from bot.store import Store
from bot.store.connection import connect
from bot.store.workspaces import OAuthStates
from handlers.oauth import install
from handlers.oauth.install import BURST, install_pages
from tests.fake_slack import FakeSlack, Fault
from tests.fake_slack.oauth import CLIENT_ID, CLIENT_SECRET
from tests.real_parts import free_port
from tests.real_redis import RedisServer
from tests.workspaces.bot import BASE, KEYS, SeveralBot, several
from tests.workspaces.making import OTHER, TEAM


@pytest.fixture
async def bot(empty_store: RedisServer, store: Store, tmp_path: Path) -> AsyncIterator[SeveralBot]:
    async with several(empty_store, store, tmp_path) as running:
        yield running


async def teams(bot: SeveralBot) -> list[str]:
    return [facts.team for facts in await bot.installations.all()]


async def test_a_state_of_another_browser_a_forged_one_and_one_that_was_used(bot: SeveralBot) -> None:
    victim, attacker = bot.browser(), bot.browser()
    state = await victim.begin()
    code = bot.slack.oauth.authorize(TEAM)
    assert (await attacker.come_back(code=code, state=state))[0] == 400  # no cookie
    await attacker.begin()
    assert (await attacker.come_back(code=code, state=state))[0] == 400  # another cookie
    forged = bot.browser()
    forged.cookie = "slack-app-oauth-state=made-up"
    status, said = await forged.come_back(code=code, state="made-up")
    assert (status, "ten minutes" in said) == (401, True)
    assert await teams(bot) == []
    assert (await victim.come_back(code=code, state=state))[0] == 200
    again = bot.slack.oauth.authorize(OTHER)
    assert (await victim.come_back(code=again, state=state))[0] == 401  # replayed
    assert await teams(bot) == [TEAM]


async def test_a_state_ends(bot: SeveralBot, store: Store) -> None:
    browser = bot.browser()
    state = await browser.begin()
    for key in await store.redis.keys("*oauth:state*"):
        assert 0 < await store.redis.ttl(key) <= 600
        await store.redis.delete(key)
    assert (await browser.come_back(code=bot.slack.oauth.authorize(TEAM), state=state))[0] == 401


async def test_a_code_is_good_once_and_a_person_may_say_no(bot: SeveralBot) -> None:
    code = bot.slack.oauth.authorize(TEAM)
    for expected in (200, 401):
        browser = bot.browser()
        state = await browser.begin()
        status, said = await browser.come_back(code=code, state=state)
        assert status == expected
    assert "good once" in said
    for query in ({"error": "access_denied"}, {"error": "<script>"}, {"state": state}, {"code": "x"}, {}):
        status, said = await bot.browser().come_back(**query)
        assert status in {200, 400, 401}
        assert "<script>" not in said
    assert (await bot.browser().come_back(code="x" * 5000, state="y"))[0] == 400


async def test_an_installation_for_a_whole_organization_is_refused_with_a_reason(bot: SeveralBot) -> None:
    bot.slack.oauth.org_wide = True
    browser = bot.browser()
    state = await browser.begin()
    status, said = await browser.come_back(code=bot.slack.oauth.authorize(TEAM), state=state)
    assert status == 500
    assert "organization" in said
    assert await teams(bot) == []


SPOILT: tuple[dict[str, object], ...] = (
    {"team": "T0ACME"},
    {"team": {"id": 7}},
    {"access_token": {"a": "xoxb-spoilt"}},
    {"access_token": "xoxb-" + "x" * 3000},
    {"authed_user": [1]},
    {"expires_in": "soon"},
    {"expires_in": 10**400},
    {"scope": {"chat:write": True}},
    {"is_enterprise_install": "no"},
)


async def test_an_answer_of_slack_that_is_not_readable_installs_nothing_and_is_told(
    bot: SeveralBot, capsys: pytest.CaptureFixture[str]
) -> None:
    for spoilt in SPOILT:
        bot.slack.oauth.spoilt = dict(spoilt)
        browser = bot.browser()
        state = await browser.begin()
        with capture_logs() as logs:
            status, said = await browser.come_back(code=bot.slack.oauth.authorize(TEAM), state=state)
        assert (status, "could not read what Slack answered" in said) == (503, True), (spoilt, said)
        assert await teams(bot) == []
        assert "xoxb-" not in f"{said}{logs}{capsys.readouterr()}"


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.BROKEN_JSON, Fault.DROP_AFTER, Fault.RATE_LIMITED])
async def test_when_slack_does_not_give_a_token_nothing_is_installed_and_nothing_is_told(
    bot: SeveralBot, fault: Fault, capsys: pytest.CaptureFixture[str]
) -> None:
    bot.slack.fail("oauth.v2.access", fault)
    browser = bot.browser()
    state, code = await browser.begin(), bot.slack.oauth.authorize(TEAM)
    status, said = await browser.come_back(code=code, state=state)
    assert status in {401, 500, 503}
    logged = capsys.readouterr()
    for secret in (code, state, CLIENT_SECRET, "xoxb"):
        assert secret not in said + logged.out + logged.err
    assert await teams(bot) == []


async def test_neither_codes_nor_tokens_are_logged_or_shown(
    bot: SeveralBot, capsys: pytest.CaptureFixture[str]
) -> None:
    await bot.install(TEAM)
    await bot.install(TEAM)
    assert await teams(bot) == [TEAM]
    logged = capsys.readouterr()
    seen = logged.out + logged.err
    for path in ("/readyz", "/healthz"):
        seen += str(await bot.town.get(path))
    assert "installed the app" in seen
    for secret in (*bot.slack.oauth.tokens, CLIENT_SECRET, KEYS.partition(":")[2], "code-"):
        assert secret not in seen


@pytest.fixture
def nobody_gets_more_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a busy machine takes for that many."""
    monkeypatch.setattr(install, "RATE", 0.0001)


@pytest.mark.usefixtures("nobody_gets_more_in_time")
async def test_one_visitor_cannot_fill_the_store_with_states(bot: SeveralBot, store: Store) -> None:
    statuses = []
    for _ in range(BURST + 5):
        async with bot.session.get(f"{bot.town.base}/slack/install", allow_redirects=False) as answer:
            statuses.append(answer.status)
    assert statuses.count(302) <= BURST + 2
    assert 429 in statuses
    assert len(await store.redis.keys("*oauth:state*")) <= BURST + 2


@pytest.mark.usefixtures("nobody_gets_more_in_time")
async def test_one_visitor_cannot_have_us_ask_slack_for_ever(bot: SeveralBot) -> None:
    """Each has another state and code, which nobody gave out."""
    statuses = []
    for number in range(BURST + 5):
        asked = {"code": f"c{number}", "state": f"s{number}"}
        async with bot.session.get(f"{bot.town.base}/slack/oauth_redirect", params=asked) as answer:
            statuses.append(answer.status)
    assert 429 in statuses
    assert set(statuses) == {400, 429}


async def test_slack_is_asked_for_what_the_manifest_has_and_sends_people_back_to_us(bot: SeveralBot) -> None:
    async with bot.session.get(f"{bot.town.base}/slack/install", allow_redirects=False) as answer:
        where, cookie = answer.headers["Location"], answer.headers["Set-Cookie"]
    assert where.startswith("https://slack.com/oauth/v2/authorize?")
    asked = parse_qs(urlsplit(where).query, keep_blank_values=True)
    assert asked["redirect_uri"] == [f"{BASE}/slack/oauth_redirect"]
    assert {"chat:write", "commands"} <= set(asked["scope"][0].split(","))
    assert asked["user_scope"] == [""]
    assert {"HttpOnly", "Secure"} <= {part.strip() for part in cookie.split(";")}


@pytest.mark.parametrize("team", ["T1&scope=admin", "T1\r\nX-Evil: 1", "<script>", "E0ORG"])
async def test_a_link_to_us_cannot_change_what_slack_is_asked_for(bot: SeveralBot, team: str) -> None:
    url = f"{bot.town.base}/slack/install"
    async with bot.session.get(url, params={"team": team, "scope": "admin"}, allow_redirects=False) as answer:
        assert answer.status == 302
        assert "admin" not in answer.headers["Location"]
        assert "team" not in answer.headers["Location"]
    async with bot.session.get(url, params={"team": TEAM}, allow_redirects=False) as answer:
        assert answer.headers["Location"].endswith(f"&team={TEAM}")


async def test_without_the_store_nobody_can_install_and_a_sentence_says_so(without_store: str) -> None:
    async with ClientSession() as session:
        for path in ("install", "oauth_redirect?code=x&state=y"):
            headers = {"Cookie": "slack-app-oauth-state=y"}
            async with session.get(f"{without_store}/slack/{path}", headers=headers, allow_redirects=False) as answer:
                assert answer.status == 503
                assert "try again" in await answer.text()


@pytest.fixture
async def without_store() -> AsyncIterator[str]:
    """The pages of an installation, on a store that does not answer."""
    url = f"redis://127.0.0.1:{free_port()}"
    async with FakeSlack() as slack, connect(url) as redis:
        settings = Settings.model_validate(
            {
                "base_url": BASE,
                "slack_client_id": CLIENT_ID,
                "slack_client_secret": CLIENT_SECRET,
                "slack_token_keys": KEYS,
                "slack_signing_secret": "s",
                "slack_api_url": slack.api,
            }
        )
        options = oauth_options(settings)
        assert options
        app = web.Application()
        install_pages(settings, options, Store(redis, url)).mount(app)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()


async def test_many_at_once_with_one_state_install_once(bot: SeveralBot) -> None:
    browser = bot.browser()
    state = await browser.begin()
    codes = [bot.slack.oauth.authorize(TEAM) for _ in range(5)]
    answers = await asyncio.gather(*(browser.come_back(code=code, state=state) for code in codes))
    assert sorted(status for status, _ in answers) == [200, 401, 401, 401, 401]


async def test_states_do_not_speak_in_the_log(store: Store) -> None:
    with capture_logs() as logs:
        state = await OAuthStates(store).issue()
    assert state not in str(logs)
