"""People log in at a provider: what they see before and after, by their groups, and until when."""

from collections.abc import AsyncIterator

import pytest

from bot.errors import SettingsError
from bot.settings import Exposure, Settings
from bot.store import Store
from handlers.pages import OPEN
from tests.fake_oidc import FakeProvider
from tests.pages.examples import IMAGE
from tests.pages.logging_in import Closed, closed_pages, closed_site, login_settings, token_on
from tests.pages.well_formed import read

SESSION = "provenance_session"
SEEN = (
    "/", "/threads", "/rules", "/waivers", "/watches", f"/reports/{IMAGE}", "/image?name=demo/app", "/board.csv",
    f"/reports/{IMAGE}.json", "/badge/quay.io/demo/app.svg", "/feed/demo.atom", "/nothing-there",
)  # fmt: skip
ASKED = ("/check", f"/compare?before={IMAGE}&after={IMAGE}")


@pytest.fixture
def more() -> dict[str, object]:
    """Settings that a test wants otherwise."""
    return {}


@pytest.fixture
async def closed(store: Store, more: dict[str, object]) -> AsyncIterator[Closed]:
    async with closed_pages(store, more) as found:
        yield found


async def test_nothing_is_shown_without_a_login(closed: Closed) -> None:
    stranger = await closed.stranger()
    for path in (*SEEN, *ASKED):
        answer = await stranger.get(path)
        assert (answer.status, answer.to.split("?")[0]) == (303, "/login"), path
        program = await stranger.get(path, Accept="*/*")
        assert program.status == 401
        assert "demo" not in program.text
    for path in ("/check", "/compare", "/nothing-there"):
        assert (await stranger.post(path, {"image": IMAGE})).to == "/login"
    assert (await stranger.get("/healthz")).status == 200


async def test_a_login_leads_back_to_where_the_visitor_wanted_to_go(closed: Closed) -> None:
    closed.provider.person = {"sub": "u-1", "groups": ["staff"], "email": "eve@corp.example", "email_verified": True}
    someone = await closed.stranger()
    led = (await someone.get("/image?name=demo/app")).to
    page = read((await someone.get(led)).text)
    start = next(link for link in page.links if link.startswith("/login/start"))
    answer = await someone.get(await someone.at_provider((await someone.get(start)).to))
    assert answer.to == "/image?name=demo/app"
    page = read((await someone.get(answer.to)).text)
    assert "eve@corp.example" in page.words
    assert "Log out" in page.words


@pytest.mark.parametrize(
    ("groups", "sees", "asks"),
    [
        ((), False, False),
        (("strangers",), False, False),
        (("Staff", "staff "), False, False),
        (("staff",), True, False),
        (("developers",), True, True),
        (("release-managers",), True, True),
        (("strangers", "staff"), True, False),
    ],
)
async def test_groups_give_roles(closed: Closed, groups: tuple[str, ...], *, sees: bool, asks: bool) -> None:
    person = await closed.browser(*groups)
    for path in SEEN:
        answer = await person.get(path)
        assert answer.status == (403 if not sees else 404 if path == "/nothing-there" else 200), path
        assert sees or "demo" not in answer.text
    page = read((await person.get("/")).text)
    assert ("/check" in page.links) is asks
    assert ("/rules" in page.links) is sees
    assert (await person.get("/check")).status == (200 if asks else 403)
    for path in ("/check", "/compare"):
        assert (await person.post(path, {"image": IMAGE})).status == 403  # without the token of a form, in any case
        answer = await person.post(path, {"image": IMAGE, "csrf": token_on((await person.get("/")).text)})
        assert (answer.status == 403) is not asks, path


@pytest.mark.parametrize("more", [{"roles": {"see": ["*"]}}])
async def test_everybody_who_can_log_in_may_be_let_in(closed: Closed) -> None:
    assert (await (await closed.browser("strangers")).get("/")).status == 200
    assert (await (await closed.stranger()).get("/")).status == 303


@pytest.mark.parametrize("more", [{"anonymous": ["badges"]}, {"anonymous": ["feeds"]}, {}])
async def test_badges_and_feeds_may_be_open(closed: Closed, more: dict[str, object]) -> None:
    stranger, shown = await closed.stranger(), str(more)
    badge, feed = [await stranger.get(path) for path in ("/badge/quay.io/demo/app.svg", "/feed/demo.atom")]
    assert badge.status == (200 if "badges" in shown else 303)
    assert feed.status == (200 if "feeds" in shown else 303)
    assert (await stranger.get("/")).status == 303
    if "badges" in shown:
        assert badge.headers["Cache-Control"] == "public, max-age=300"
    staff = await closed.browser("staff")
    kept = (await staff.get("/badge/quay.io/demo/app.svg")).headers["Cache-Control"]
    assert ("public" in kept) is ("badges" in shown), "a shared cache would show it to others"


def test_what_may_be_open_are_routes_of_the_pages() -> None:
    assert set(OPEN) == {"badges", "feeds"}


async def test_logging_out_ends_the_session_everywhere(closed: Closed) -> None:
    person = await closed.browser("staff")
    stolen = person.cookie(SESSION)
    page = (await person.get("/")).text
    assert (await person.post("/logout", {"csrf": "x" * 43})).status == 403
    assert (await person.get("/")).status == 200
    answer = await person.post("/logout", {"csrf": token_on(page)})
    assert answer.status == 200
    assert f"{closed.provider.issuer}/end?client_id=provenance-bot&amp;post_logout_redirect_uri=" in answer.text
    assert not person.cookie(SESSION)
    other = await closed.stranger()
    assert (await other.get("/", Cookie=f"{SESSION}={stolen}")).status == 303


@pytest.mark.parametrize(
    ("more", "idle_max", "longest"),
    [({}, 2 * 3600, 12 * 3600), ({"session_idle": 600, "session_max": 1800}, 600, 1800)],
)
async def test_a_session_ends_after_a_while(closed: Closed, idle_max: int, longest: int) -> None:
    person = await closed.browser("staff")
    keys = sorted([str(key) async for key in closed.store.redis.scan_iter("provenance:login:session*")], reverse=True)
    idle, end = [await closed.store.redis.ttl(key) for key in keys]
    assert idle_max - 60 < idle <= idle_max
    assert longest - 60 < end <= longest
    assert person.cookie(SESSION) not in str(keys)
    await closed.store.redis.expire(keys[0], 5)
    await person.get("/")
    assert await closed.store.redis.ttl(keys[0]) > idle_max - 60, "each request counts"
    assert await closed.store.redis.ttl(keys[1]) <= end, "but not for the end of all"
    await closed.store.redis.delete(keys[1])
    assert (await person.get("/")).status == 303


async def test_a_session_of_another_provider_does_not_count(closed: Closed) -> None:
    person = await closed.browser("staff")
    other = login_settings(closed.provider, oidc_issuer="https://login.example")
    async with closed_site(closed.store, other) as server:
        person.server = server
        assert (await person.get("/")).status == 303


@pytest.mark.parametrize("more", [{"base_url": "https://bot.example/corp"}])
async def test_cookies_behind_https_and_below_a_path(closed: Closed) -> None:
    stranger = await closed.stranger()
    answer = await stranger.get("/rules")
    assert answer.to == "/corp/login?next=/rules"
    answer = await stranger.get("/login/start")
    assert "redirect_uri=https://bot.example/corp/login/callback" in answer.to
    cookie = answer.headers["Set-Cookie"]
    assert all(part in cookie for part in ("__Host-provenance_login=", "HttpOnly", "Secure", "SameSite=Lax", "Path=/"))


async def test_the_cookie_of_a_session(closed: Closed) -> None:
    closed.provider.person = {"sub": "u-1", "groups": ["staff"]}
    person = await closed.stranger()
    cookie = (await person.log_in()).headers["Set-Cookie"]
    assert cookie.startswith(f"{SESSION}=")
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Path=/"))


@pytest.mark.parametrize("status", [500, 404, 302])
async def test_while_the_provider_is_away_the_pages_say_so_and_nothing_opens(closed: Closed, status: int) -> None:
    closed.provider.status = status
    stranger = await closed.stranger()
    answer = await stranger.get("/login/start")
    assert answer.status == 503
    assert "The login provider does not answer as it should." in read(answer.text).words
    assert (await stranger.get("/")).status == 303
    await stranger.get("/login/start")
    assert len(closed.provider.asked) == 1, "a crowd of visitors is not a flood there"


async def test_the_provider_goes_away_in_the_middle_of_a_login(closed: Closed) -> None:
    stranger = await closed.stranger()
    back = await stranger.at_provider(await stranger.begin())
    closed.provider.status = 500
    assert (await stranger.get(back)).status == 503
    assert (await stranger.get("/")).status == 303


async def test_groups_that_only_userinfo_tells(closed: Closed) -> None:
    closed.provider.person = {"sub": "u-1"}
    closed.provider.userinfo = {"sub": "u-1", "groups": ["staff"]}
    person = await closed.stranger()
    assert (await person.log_in()).status == 303
    assert (await person.get("/")).status == 200


@pytest.mark.parametrize("metadata", [{}, {"userinfo_endpoint": None}])
async def test_a_token_that_names_the_groups_is_enough(closed: Closed, metadata: dict[str, None]) -> None:
    """Else a provider without user info, or whose user info fails, would let nobody in."""
    closed.provider.metadata = dict(metadata)
    assert (await (await closed.browser("staff")).get("/")).status == 200
    assert "/userinfo" not in closed.provider.asked


async def test_without_user_info_and_groups_somebody_may_do_nothing(closed: Closed) -> None:
    closed.provider.metadata = {"userinfo_endpoint": None}
    closed.provider.person = {"sub": "u-1"}
    person = await closed.stranger()
    await person.log_in()
    assert (await person.get("/")).status == 403


@pytest.mark.parametrize("more", [{"oidc_client_secret": None}])
async def test_a_public_client_has_only_its_verifier(closed: Closed) -> None:
    closed.provider.secret = None
    assert (await (await closed.browser("staff")).get("/")).status == 200


async def test_the_store_keeps_no_secret_of_a_login(closed: Closed) -> None:
    person = await closed.stranger()
    state = (await person.begin()).split("state=")[1].split("&")[0]
    await person.log_in()
    kept = ""
    async for key in closed.store.redis.scan_iter("provenance:login:*"):
        kept += f"{key!s} {await closed.store.redis.get(key)!s}\n"
    for secret in (state, person.cookie("provenance_login"), person.cookie(SESSION)):
        assert secret
        assert secret not in kept


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"oidc_issuer": ""}, "PROVENANCE_OIDC_ISSUER: is needed"),
        ({"oidc_issuer": "http://login.example"}, "PROVENANCE_OIDC_ISSUER: is not an https:// address"),
        ({"oidc_client_id": ""}, "PROVENANCE_OIDC_CLIENT_ID: is needed"),
        ({"base_url": ""}, "PROVENANCE_BASE_URL: is needed"),
        ({"roles": {}}, "PROVENANCE_ROLES: names no group"),
        ({"roles": {"see": []}}, "PROVENANCE_ROLES: names no group"),
        ({"oidc_scopes": ["profile"]}, "PROVENANCE_OIDC_SCOPES: lacks openid"),
        ({"pages": "public"}, "PROVENANCE_OIDC_ISSUER has no effect without PROVENANCE_PAGES=login"),
        ({"pages": "read-only", "oidc_issuer": ""}, "PROVENANCE_ROLES has no effect without PROVENANCE_PAGES=login"),
    ],
)
def test_a_login_that_cannot_work_is_refused_at_start(changes: dict[str, object], said: str) -> None:
    settings = login_settings(FakeProvider(issuer="https://login.example"), **changes)
    with pytest.raises(SettingsError, match=said):
        settings.login_options()


def test_pages_may_be_switched_off_with_the_login_still_set() -> None:
    settings = login_settings(FakeProvider(issuer="https://login.example"), pages="off")
    assert settings.login_options() is None


@pytest.mark.parametrize("variable", [{"roles": {"admin": ["x"]}}, {"anonymous": ["board"]}, {"oidc_hosts": ["a/b"]}])
def test_words_that_are_not_known_are_refused(variable: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(variable))):
        Settings.model_validate(variable)


def test_the_secret_does_not_show() -> None:
    settings = login_settings(FakeProvider(issuer="https://login.example"))
    options = settings.login_options()
    assert settings.pages is Exposure.LOGIN
    assert "s3cret" not in repr(settings) + repr(options)
