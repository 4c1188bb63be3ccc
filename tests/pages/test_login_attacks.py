"""What attackers do with a login: each attempt ends without a session, and says nothing of the pages."""

import pytest
from structlog.testing import capture_logs
from yarl import URL

from bot.login.flaw import LoginFlaw
from bot.store.logins import PENDING_TTL
from tests.pages.attacking import SESSION, Attacked, refused
from tests.pages.attacking import attacked as attacked  # noqa: PLC0414 - a fixture


async def test_an_answer_that_nobody_asked_for(attacked: Attacked) -> None:
    for path in ("/login/callback", "/login/callback?code=x", f"/login/callback?code=x&state={'s' * 43}"):
        assert await refused(attacked.victim, path) == [LoginFlaw.STATE]
    assert attacked.provider.asked == []


async def test_the_state_of_another_browser(attacked: Attacked) -> None:
    """The attacker's own account, put into the victim's browser; and a victim's code in the attacker's."""
    back = await attacked.attacker.at_provider(await attacked.attacker.begin())
    assert await refused(attacked.victim, back) == [LoginFlaw.BROWSER]
    back = await attacked.victim.at_provider(await attacked.victim.begin())
    await attacked.attacker.begin()
    assert await refused(attacked.attacker, back) == [LoginFlaw.BROWSER]
    assert await refused(attacked.victim, back) == [LoginFlaw.STATE], "it was tried once"


async def test_an_answer_counts_once(attacked: Attacked) -> None:
    back = await attacked.victim.at_provider(await attacked.victim.begin())
    assert (await attacked.victim.get(back)).status == 303
    with capture_logs() as logs:
        assert (await attacked.victim.get(back)).status == 403
    assert logs[0]["why"] == LoginFlaw.STATE


async def test_a_code_counts_once_and_in_its_own_login(attacked: Attacked) -> None:
    """A code that was seen somewhere is put into a login of the attacker's own: another verifier, another nonce."""
    stolen = URL(await attacked.victim.at_provider(await attacked.victim.begin())).query["code"]
    back = URL(await attacked.attacker.at_provider(await attacked.attacker.begin())).update_query(code=stolen)
    assert await refused(attacked.attacker, str(back)) == [LoginFlaw.CODE]


async def test_an_old_login_is_over(attacked: Attacked) -> None:
    back = await attacked.victim.at_provider(await attacked.victim.begin())
    [key] = [key async for key in attacked.store.redis.scan_iter("provenance:login:pending:*")]
    assert PENDING_TTL - 60 < await attacked.store.redis.ttl(key) <= PENDING_TTL
    await attacked.store.redis.delete(key)
    assert await refused(attacked.victim, back) == [LoginFlaw.STATE]


@pytest.mark.parametrize("issuer", ["https://login.evil.example", "", None])
async def test_a_mix_up_of_providers(attacked: Attacked, issuer: str | None) -> None:
    """The answer names another provider, or leaves its name out although the provider always says it."""
    back = URL(await attacked.victim.at_provider(await attacked.victim.begin()))
    told = {key: value for key, value in back.query.items() if key != "iss"} | (
        {"iss": issuer} if issuer is not None else {}
    )
    assert await refused(attacked.victim, str(back.with_query(told))) == [LoginFlaw.ISSUER]
    assert "/token" not in attacked.provider.asked, "the code is given to nobody"


async def test_a_provider_that_does_not_say_its_name(attacked: Attacked) -> None:
    attacked.provider.says_iss = False
    assert (await attacked.victim.log_in()).status == 303


async def test_a_refusal_of_the_provider(attacked: Attacked) -> None:
    state = URL(await attacked.victim.begin()).query["state"]
    evil = URL("/login/callback").with_query(error="<script>", error_description="call 555", state=state, iss="x")
    with capture_logs() as logs:
        answer = await attacked.victim.get(str(evil))
    assert (answer.status, logs[0]["why"]) == (403, LoginFlaw.DENIED)
    assert "555" not in answer.text
    assert "<script>" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "/\t/evil.example", "",
        "\\/evil.example", "/%0d%0aSet-Cookie:x=1\r\nX: y", "evil", "/" + "a" * 2000, "/\u202e", "///evil.example",
    ],
)  # fmt: skip
async def test_a_login_leads_only_to_our_pages(attacked: Attacked, path: str) -> None:
    answer = await attacked.victim.log_in(path)
    assert (answer.status, answer.to) == (303, "/")
    assert "X" not in answer.headers
    assert (await attacked.victim.get(str(URL("/login").with_query(next=path)))).to == "/"


async def test_a_session_is_new_with_each_login(attacked: Attacked) -> None:
    """An id that somebody put into the browser before is never one that is logged in."""
    planted = "p" * 43
    address = await attacked.victim.begin()
    back = await attacked.victim.at_provider(address)
    answer = await attacked.victim.get(
        back, Cookie=f"{SESSION}={planted}; provenance_login={attacked.victim.cookie('provenance_login')}"
    )
    assert answer.status == 303
    first = attacked.victim.cookie(SESSION)
    assert first != planted
    assert (await attacked.attacker.get("/", Cookie=f"{SESSION}={planted}")).status == 303
    await attacked.victim.log_in()
    assert attacked.victim.cookie(SESSION) != first
    assert (await attacked.attacker.get("/", Cookie=f"{SESSION}={first}")).status == 303, "the old one is over"


async def test_forms_of_other_sites_and_of_other_sessions(attacked: Attacked) -> None:
    attacked.provider.person = {"sub": "u-1", "groups": ["developers"]}
    await attacked.victim.log_in()
    await attacked.attacker.log_in()
    mine = (await attacked.victim.get("/check")).text.split('name="csrf" value="')[1][:43]
    other = (await attacked.attacker.get("/check")).text.split('name="csrf" value="')[1][:43]
    image = {"image": "quay.io/demo/app:1"}
    assert mine != other
    assert not attacked.victim.cookie("provenance_csrf"), "a cookie would outlive the session"
    assert (await attacked.victim.post("/check", image | {"csrf": other})).status == 403
    planted = {"Cookie": f"{SESSION}={attacked.victim.cookie(SESSION)}; provenance_csrf={'x' * 43}"}
    assert (await attacked.victim.post("/check", image | {"csrf": "x" * 43}, **planted)).status == 403
    elsewhere = {"Sec-Fetch-Site": "same-site"}
    assert (await attacked.victim.post("/check", image | {"csrf": mine}, **elsewhere)).status == 403
    assert (await attacked.victim.post("/check", image | {"csrf": mine})).status == 303


async def test_a_flood_of_logins_is_refused(attacked: Attacked) -> None:
    answers = [(await attacked.attacker.get("/login/start")).status for _ in range(30)]
    assert set(answers) == {303, 429}
    assert len([key async for key in attacked.store.redis.scan_iter("provenance:login:pending:*")]) < 30


async def test_pages_tell_no_secret_of_a_login(attacked: Attacked) -> None:
    """Neither log nor pages have the code, the state, a token, or the client's secret."""
    with capture_logs() as logs:
        back = URL(await attacked.victim.at_provider(await attacked.victim.begin()))
        assert (await attacked.victim.get(str(back))).status == 303
        page = await attacked.victim.get("/")
    for secret in (back.query["code"], back.query["state"], attacked.victim.cookie(SESSION), "s3cret"):
        assert secret not in str(logs) + page.text
