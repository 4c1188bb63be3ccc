"""The login against a certified OpenID provider: npm's oidc-provider, with its own pages to log in and to consent."""

import re
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from yarl import URL

from bot.store import Store
from bot.store.board import Board
from tests.board.making import cell
from tests.conftest import ROOT
from tests.fake_oidc import CLIENT, SECRET, FakeProvider
from tests.pages.logging_in import Browser, browser, closed_site, login_settings, token_on
from tests.pages.well_formed import read
from tests.real_parts import free_port

pytestmark = pytest.mark.shipped

MODULE = ROOT / ".tools" / "oidc" / "node_modules" / "oidc-provider" / "lib" / "index.js"
SCRIPT = Path(__file__).with_name("oidc-provider.mjs")
BOT = "http://bot.example"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    port = free_port()
    words = [str(port), CLIENT, SECRET, f"{BOT}/login/callback", f"{BOT}/login"]
    command = ["/usr/bin/env", "node", str(SCRIPT), str(MODULE), *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own arguments
        assert process.stdout
        assert any(line.startswith("listening") for line in process.stdout)
        yield f"http://127.0.0.1:{port}"
        process.terminate()


@pytest.fixture
async def visitor(issuer: str, store: Store) -> AsyncIterator[Browser]:
    await Board(store).put(cell("quay.io/demo/app:1.0.0"))
    scopes = ["openid", "email", "groups"]
    settings = login_settings(FakeProvider(issuer=issuer), oidc_scopes=scopes)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(closed_site(store, settings))
        yield await stack.enter_async_context(browser(server))


async def back_from(visitor: Browser, address: str, name: str) -> str:
    """As that person does it with the provider's own forms; the path with which the browser comes back."""
    url, form = URL(address), {"login": name, "password": "x"}
    for _ in range(12):
        async with visitor.session.get(url, allow_redirects=False) as answer:
            text, led = await answer.text(), answer.headers.get("Location")
        if led is None:
            action, prompt = re.search(r'action="([^"]+)"', text), re.search(r'name="prompt" value="(\w+)"', text)
            assert action
            assert prompt
            async with visitor.session.post(
                action[1], data=form | {"prompt": prompt[1]}, allow_redirects=False
            ) as answer:
                led = answer.headers["Location"]
        url = url.join(URL(led, encoded=True))
        if url.host == "bot.example":
            return url.raw_path_qs
    raise AssertionError("the provider does not come to an end")


async def test_somebody_logs_in_and_out(visitor: Browser, issuer: str) -> None:
    back = await back_from(visitor, await visitor.begin("/image?name=demo/app"), "eve")
    answer = await visitor.get(back)
    assert (answer.status, answer.to) == (303, "/image?name=demo/app")
    page = await visitor.get("/")
    assert "eve@corp.example" in read(page.text).words
    assert "/check" in read(page.text).links
    assert (await visitor.get(back)).status == 403, "the answer counted once"
    out = await visitor.post("/logout", {"csrf": token_on(page.text)})
    elsewhere = next(link for link in read(out.text).links if link.startswith(issuer))
    async with visitor.session.get(elsewhere) as ended:
        assert ended.status == 200, "the provider knows the client and the address to come back to"
        assert "Do you want to sign-out" in await ended.text()
    assert (await visitor.get("/")).to.startswith("/login")


async def test_somebody_in_no_group_that_counts(visitor: Browser) -> None:
    back = await back_from(visitor, await visitor.begin(), "bob")
    assert (await visitor.get(back)).status == 303
    answer = await visitor.get("/")
    assert answer.status == 403
    assert "demo" not in answer.text


async def test_a_code_with_another_verifier(visitor: Browser) -> None:
    """The provider itself refuses it: PKCE is on."""
    stolen = URL(await back_from(visitor, await visitor.begin(), "eve")).query["code"]
    own = URL(await back_from(visitor, await visitor.begin(), "eve")).update_query(code=stolen)
    answer = await visitor.get(str(own))
    assert answer.status == 403
    assert (await visitor.get("/")).to.startswith("/login")
