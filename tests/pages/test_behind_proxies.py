"""The bot behind nginx and Caddy, as deploy/proxy has them: a path, TLS, webhooks beside a login, spoofed headers."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from msgspec import Struct
from structlog.testing import capture_logs
from yarl import URL

from bot.settings import Settings
from bot.store import Store
from bot.store.board import Board
from tests.board.making import cell
from tests.fake_oidc import FakeProvider, running_provider
from tests.pages.logging_in import login_settings, serving
from tests.pages.well_formed import read
from tests.real_parts import free_port
from tests.real_proxies import HOST, VISITOR, Ports, caddy, certificate, nginx, visiting

pytestmark = pytest.mark.real

SECRET = "h" * 32
HOOK = {"id": "quay", "kind": "quay", "secret": SECRET, "hosts": ["quay.io"]}
PUSH = {"repository": "demo/app", "docker_url": "quay.io/demo/app", "updated_tags": ["2.0"]}
HTML = {"Accept": "text/html"}
SPOOFED = {
    "X-Forwarded-For": "6.6.6.6",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Prefix": "/evil",
    "Forwarded": "for=6.6.6.6;host=evil.example;proto=http",
    "X-Real-IP": "6.6.6.6",
}
Proxy = Callable[[str, Ports, Path], AbstractContextManager[None]]


class Behind(Struct, frozen=True):
    """A visitor, and the address of the pages as they know it."""

    visitor: ClientSession
    url: str
    provider: FakeProvider


@pytest.fixture(params=[(nginx, "nginx.conf"), (caddy, "Caddyfile")], ids=["nginx", "caddy"])
async def behind(request: pytest.FixtureRequest, store: Store, tmp_path: Path) -> AsyncIterator[Behind]:
    await Board(store).put(cell("quay.io/demo/app:1.0.0"))
    proxy, example = request.param
    ports, trust = Ports(free_port(), free_port(), free_port()), certificate(tmp_path)
    url = f"https://{HOST}:{ports.proxy}/provenance"
    async with AsyncExitStack() as stack:
        provider = await stack.enter_async_context(running_provider())
        provider.redirect = f"{url}/login/callback"
        settings = login_settings(
            provider, base_url=url, forwarded=["127.0.0.1"], port=ports.hooks, pages_port=ports.pages, webhooks=[HOOK]
        )
        await stack.enter_async_context(serving(settings, store))
        stack.enter_context(proxy(example, ports, tmp_path))
        yield Behind(await stack.enter_async_context(visiting(trust)), url, provider)


async def test_people_log_in_and_webhooks_need_not(behind: Behind) -> None:
    visitor, url = behind.visitor, behind.url
    first = await visitor.get(f"{url}/image?name=demo/app", headers=HTML, allow_redirects=False)
    assert (first.status, first.headers["Location"]) == (303, "/provenance/login?next=/image?name%3Ddemo/app")
    behind.provider.person = {"sub": "u-1", "groups": ["developers"]}
    begun = await visitor.get(f"{url}/login/start?next=/image%3Fname=demo/app", allow_redirects=False)
    async with ClientSession() as elsewhere:  # the provider's own site
        at_provider = await elsewhere.get(begun.headers["Location"], allow_redirects=False)
    back = await visitor.get(URL(at_provider.headers["Location"], encoded=True), allow_redirects=False)
    assert back.headers["Location"] == "/provenance/image?name=demo/app"
    cookie = back.headers["Set-Cookie"]
    assert cookie.startswith("__Host-provenance_session=")
    assert "Secure" in cookie
    answer = await visitor.get(f"https://{URL(url).authority}{back.headers['Location']}", headers=HTML | SPOOFED)
    page = read(await answer.text())
    assert all(link.startswith("/provenance/") for link in page.links if link.startswith("/"))
    assert "evil" not in " ".join(page.links) + page.words
    assert f"{url}/badge/quay.io/demo/app.svg" in page.words
    check = await visitor.get(f"{url}/check", headers=HTML)
    csrf = (await check.text()).split('name="csrf" value="')[1][:43]
    form = {"csrf": csrf, "image": "quay.io/demo/app:1.0.0"}
    asked = await visitor.post(f"{url}/check", data=form, allow_redirects=False)
    assert asked.headers["Location"].startswith("/provenance/reports/quay.io/demo/app:1.0.0?since=")


async def test_webhooks_come_in_and_show_nothing(behind: Behind) -> None:
    visitor, url = behind.visitor, behind.url
    with capture_logs() as logs:
        taken = await visitor.post(f"{url}/webhooks/quay/{SECRET}", json=PUSH, headers=SPOOFED)
        forged = await visitor.post(f"{url}/webhooks/quay/{'x' * 32}", json=PUSH)
    assert (taken.status, await taken.json()) == (202, {"accepted": 1})
    assert forged.status in {401, 404}
    lines = [line for line in logs if line["event"] == "request"]
    assert {line["remote"] for line in lines} == {VISITOR}
    assert {line["path"] for line in lines} == {"/webhooks/quay/[secret]"}
    for path in ("/webhooks/", "/webhooks/../threads", "/webhooks/%2e%2e/", "/slack/", "/slack/../", "/metrics"):
        answer = await visitor.get(URL(f"{url}{path}", encoded=True), headers=HTML, allow_redirects=False)
        assert "demo" not in await answer.text()
        assert answer.status in {303, 308, 400, 404, 405}, path
    for path in ("/", "/threads", "/webhooks/quay"):
        answer = await visitor.get(f"https://{URL(url).authority}{path}", headers=HTML, allow_redirects=False)
        assert "demo" not in await answer.text()


async def test_a_visitor_who_lies_about_their_address_is_still_one(behind: Behind) -> None:
    start, answers = f"{behind.url}/login/start", []
    for at in range(30):
        answer = await behind.visitor.get(start, headers={"X-Forwarded-For": f"6.6.6.{at}"}, allow_redirects=False)
        answers.append(answer.status)
    assert set(answers) == {303, 429}


@asynccontextmanager
async def gatekeeper(port: int) -> AsyncIterator[list[str]]:
    """What oauth2-proxy answers to nginx: 202 for a cookie of its own, else 401; and its own page to sign in."""
    asked: list[str] = []

    async def auth(request: web.Request) -> web.Response:
        asked.append(request.headers["X-Forwarded-Uri"])
        return web.Response(status=202 if request.cookies.get("_oauth2_proxy") == "valid" else 401)

    async def sign_in(request: web.Request) -> web.Response:
        return web.Response(text=f"sign in, then {request.query['rd']}")

    app = web.Application()
    app.add_routes([web.get("/oauth2/auth", auth), web.get("/oauth2/sign_in", sign_in)])
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield asked
    finally:
        await runner.cleanup()


async def test_oauth2_proxy_in_front(store: Store, tmp_path: Path) -> None:
    await Board(store).put(cell("quay.io/demo/app:1.0.0"))
    ports, trust = Ports(free_port(), free_port(), free_port(), free_port()), certificate(tmp_path)
    url = f"https://{HOST}:{ports.proxy}"
    told = {"watch": ["*/demo/*"], "base_url": url, "forwarded": ["127.0.0.1"], "webhooks": [HOOK]}
    settings = Settings.model_validate(told | {"port": ports.hooks, "pages_port": ports.pages})
    async with gatekeeper(ports.gate) as asked, serving(settings, store), visiting(trust) as visitor:
        with nginx("nginx-oauth2-proxy.conf", ports, tmp_path):
            for path in ("/", "/threads", "/board.csv", "/feed/demo.atom", "/check", "/oauth2/auth"):
                answer = await visitor.get(f"{url}{path}", allow_redirects=False)
                assert "demo" not in await answer.text()
                assert answer.status == (404 if path == "/oauth2/auth" else 302)
                assert path == "/oauth2/auth" or answer.headers["Location"] == f"{url}/oauth2/sign_in?rd={url}{path}"
            assert "/threads" in asked
            assert (await visitor.get(f"{url}/oauth2/sign_in?rd={url}/")).status == 200
            assert (await visitor.get(f"{url}/badge/quay.io/demo/app.svg")).status == 200
            assert (await visitor.post(f"{url}/webhooks/quay/{SECRET}", json=PUSH)).status == 202
            answer = await visitor.get(f"{url}/", headers={"Cookie": "_oauth2_proxy=valid"} | SPOOFED)
            page = read(await answer.text())
            assert answer.status == 200
            assert "/image?name=demo%2Fapp" in page.links
            assert "evil" not in " ".join(page.links) + page.words
