"""Who may see the pages and ask there: PROVENANCE_PAGES, a port of their own, and how often one visitor may ask."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import ClientConnectorError, ClientSession, CookieJar, web
from aiohttp.test_utils import TestClient, TestServer

from bot.attention import NotePlace, StoredWaiver, WaiverScope
from bot.errors import SettingsError
from bot.jobs.queue import open_queue
from bot.settings import Settings
from bot.store import Store
from bot.store.attention import Waivers
from bot.store.board import Board
from bot.store.watches import StoredWatches, Watch
from handlers.__main__ import serve
from handlers.app import Services, build
from handlers.client_address import Proxies
from handlers.pages._visits import visits_limited
from tests.board.making import cell
from tests.pages.conftest import Site
from tests.pages.examples import IMAGE, failing
from tests.pages.well_formed import read
from tests.real_parts import free_port

TODAY = datetime.now(UTC).date()
PAGES = ("/", "/threads", "/rules", "/waivers", "/watches", f"/reports/{IMAGE}")


@pytest.fixture
def exposure() -> str:
    """What a test wants otherwise."""
    return "public"


@pytest.fixture
def site_settings(exposure: str) -> dict[str, object]:
    return {"watch": ["*/demo/*"], "pages": exposure}


@pytest.mark.parametrize("exposure", ["read-only"])
async def test_read_only_pages_take_no_questions(site: Site) -> None:
    await site.remember(failing())
    for path in PAGES:
        page = read((await site.get(path))[1])
        assert "/check" not in page.links
    assert (await site.get("/check"))[0] == 404
    async with site.client.post("/check", data={"image": IMAGE}) as response:
        assert response.status == 404


@pytest.mark.parametrize("exposure", ["off"])
async def test_pages_that_are_off_are_not_there(site: Site) -> None:
    await Board(site.store).put(cell("quay.io/demo/app:1.0.0"))
    for path in (*PAGES, "/check", "/board.csv", "/badge/quay.io/demo/app.svg", "/feed/demo.atom"):
        assert (await site.get(path))[0] == 404
    assert (await site.get("/healthz"))[0] == 200


def test_no_link_leads_to_pages_that_are_off() -> None:
    shown = Settings.model_validate({"base_url": "https://bot.example"})
    off = shown.model_copy(update={"pages": Settings.model_validate({"pages": "off"}).pages})
    assert (shown.pages_url, off.pages_url) == ("https://bot.example", "")


@pytest.mark.parametrize("word", ["logged-in", "private", "PUBLIC", "on"])
def test_what_is_not_a_way_to_show_pages_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match="pages"):
        Settings.model_validate({"pages": word})


async def test_pages_may_have_a_port_of_their_own(store: Store) -> None:
    settings = Settings(port=free_port(), pages_port=free_port())
    stop, started = asyncio.Event(), asyncio.Event()
    serving = asyncio.create_task(serve(settings, store, stop, started))
    await started.wait()
    try:
        async with ClientSession() as session:
            answers = {
                (name, path): (await session.get(f"http://127.0.0.1:{port}{path}")).status
                for name, port in (("hooks", settings.port), ("pages", settings.pages_port))
                for path in ("/", "/threads", "/rules", "/healthz")
            }
            (post := await session.post(f"http://127.0.0.1:{settings.pages_port}/webhooks/quay")).close()
    finally:
        stop.set()
        await serving
    assert {path: status for (name, path), status in answers.items() if name == "pages"} == dict.fromkeys(
        ("/", "/threads", "/rules", "/healthz"), 200
    )
    assert [answers["hooks", path] for path in ("/", "/threads", "/rules", "/healthz")] == [404, 404, 404, 200]
    assert post.status == 404


async def test_the_pages_may_have_an_address_of_their_own(store: Store) -> None:
    """Both are of this machine; on Linux each 127.x.y.z is."""
    settings = Settings(port=free_port(), pages_port=free_port(), host="127.0.0.2", pages_host="127.0.0.3")
    stop, started = asyncio.Event(), asyncio.Event()
    serving = asyncio.create_task(serve(settings, store, stop, started))
    await started.wait()
    try:
        async with ClientSession() as session:
            for host, port in (("127.0.0.2", settings.port), ("127.0.0.3", settings.pages_port)):
                assert (await session.get(f"http://{host}:{port}/healthz")).status == 200
            for host, port in (("127.0.0.1", settings.port), ("127.0.0.2", settings.pages_port)):
                with pytest.raises(ClientConnectorError):
                    await session.get(f"http://{host}:{port}/healthz")
    finally:
        stop.set()
        await serving


async def test_a_port_that_is_taken_is_named_with_its_variable(store: Store) -> None:
    port = free_port()
    settings = Settings(port=port, pages_port=port)
    with pytest.raises(SettingsError, match="PROVENANCE_PAGES_PORT"):
        await serve(settings, store, asyncio.Event())


async def shown(request: web.Request) -> web.Response:
    return web.Response(text=request.path)


@pytest.fixture
async def limited() -> AsyncIterator["TestClient[web.Request, web.Application]"]:
    """Two pages at once for one visitor, and no more for an hour; a proxy at 127.0.0.1 says who it is."""
    proxies = Proxies(["127.0.0.1"], "x-forwarded-for")
    app = web.Application(middlewares=[visits_limited(proxies, burst=2, rate=1 / 3600)])
    app.router.add_get("/{path:.*}", shown)
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_a_visitor_who_floods_is_refused_and_the_other_is_served(
    limited: "TestClient[web.Request, web.Application]",
) -> None:
    async def ask(who: str, path: str = "/") -> int:
        async with limited.get(path, headers={"X-Forwarded-For": who}) as response:
            return response.status

    assert [await ask("192.0.2.1") for _ in range(4)] == [200, 200, 429, 429]
    assert await ask("192.0.2.2") == 200
    assert await ask("192.0.2.1", "/assets/x/style.css") == 200
    assert await ask("192.0.2.1", "/webhooks/quay") == 200
    assert await ask("2001:db8::1") == await ask("2001:db8::2") == 200
    assert await ask("2001:db8::3") == 429, "one customer has a whole /64"


@pytest.mark.parametrize(
    ("family", "header", "value"), [("x-forwarded-for", "X-Forwarded-For", "{}"), ("forwarded", "Forwarded", "for={}")]
)
async def test_two_visitors_one_of_whom_floods(store: Store, family: str, header: str, value: str) -> None:
    """The board stays as it is, the flood is refused, and the other visitor sees and asks as before."""
    await Board(store).put(cell("quay.io/demo/app:1.0.0"))
    told = {"watch": ["*/demo/*"], "forwarded": ["127.0.0.1"], "forwarded_header": family}
    settings = Settings.model_validate(told)
    async with open_queue(store, settings) as queue:
        client = TestClient(TestServer(build(settings, Services(store, queue))), cookie_jar=CookieJar(unsafe=True))
        async with client:
            one, other = ({header: value.format(who)} for who in ("192.0.2.1", "192.0.2.2"))

            async def board() -> str:
                text = await (await client.get("/", headers=other)).text()
                return re.sub(r'value="[A-Za-z0-9_-]{43}"', "", text)

            before = await board()
            csrf = (await client.get("/check", headers=other)).cookies["provenance_csrf"].value
            asked = [
                (
                    await client.post(
                        "/check",
                        data={"csrf": csrf, "image": f"quay.io/demo/made-up-{number}:1"},
                        headers=one,
                        allow_redirects=False,
                    )
                ).status
                for number in range(40)
            ]
            pages = [(await client.get("/threads", headers=one)).status for _ in range(200)]
            assert set(asked) == {303, 429}
            assert set(pages) == {200, 429}
            assert await board() == before
            form = {"csrf": csrf, "image": "quay.io/demo/app:1.0.0"}
            assert (await client.post("/check", data=form, headers=other, allow_redirects=False)).status == 303
            assert (await client.get("/threads", headers=other)).status == 200


async def test_who_is_refused_reads_why(site: Site) -> None:
    for _ in range(200):
        status, page = await site.get("/nothing-that-costs")
        if status == 429:
            break
    assert status == 429
    assert "You asked for many pages at once." in read(page).words


async def test_waivers_and_watches_are_listed(site: Site) -> None:
    place = NotePlace("T", "C", "demo/app 1.0.0")
    reason = "the base image <b>has</b> no SBOM yet"
    await Waivers(site.store).add(
        StoredWaiver(
            "w1",
            place,
            "sbom-missing",
            WaiverScope.TAG,
            ((IMAGE, failing().digest),),
            reason,
            TODAY,
            "U123",
            await site.store.now(),
        )
    )
    await StoredWatches(site.store).add(Watch(glob="quay.io/acme/*", tags=("1.*",), who="U456", at=1.0))
    waivers = read((await site.get("/waivers"))[1]).words
    assert f"sbom-missing {IMAGE} this tag {TODAY.isoformat()} {reason} U123" in waivers
    watches = read((await site.get("/watches"))[1]).words
    assert "*/demo/* all PROVENANCE_WATCH start" in watches
    assert "quay.io/acme/* 1.* U456 1 Jan 1970" in watches
