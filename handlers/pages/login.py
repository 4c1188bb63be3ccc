"""`/login`: a visitor logs in at the provider and comes back; `/logout` ends the session.

The browser holds a random id and nothing else. Each login makes a new one, so nobody can have put it there before.
"""

import re
import secrets
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

import structlog
from aiohttp import web

from bot.errors import LoginRefusedError, ProviderUnavailableError
from bot.intake.rate import RateLimit
from bot.login.client import LoginClient
from bot.login.flaw import LoginFlaw, refused
from bot.login.pending import PendingLogin, hashed, new_pending, safe_path
from bot.store.logins import PENDING_TTL, PendingLogins, Sessions
from handlers.client_address import network_of, visit_of
from handlers.pages import _form
from handlers.pages._access import SESSION, cookie_name, visitor_of
from handlers.pages._address import is_secure
from handlers.pages._templates import show_page

log = structlog.get_logger(__name__)

BROWSER: Final = "login"
"""The cookie that binds a login to the browser in which it began."""

START_BURST: Final = 20
START_RATE: Final = 0.5
"""Logins that one address may begin; each is kept for ten minutes, and its answer costs three calls to the provider."""

ALL_BURST: Final = 200
ALL_RATE: Final = 20.0
"""The same for all visitors together: at most 12,000 are kept, some 6 MB."""

WORD_MAX: Final = 4096
"""Characters of a code or state."""

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)

AWAY: Final = (
    "The login provider does not answer as it should. Nothing is shown without a login. Try again in a minute."
)


@dataclass(slots=True)
class LoginPages:
    """The way in and out."""

    client: LoginClient
    pending: PendingLogins
    sessions: Sessions
    _visitor: RateLimit = field(default_factory=lambda: RateLimit(START_BURST, START_RATE), init=False)
    _all: RateLimit = field(default_factory=lambda: RateLimit(ALL_BURST, ALL_RATE), init=False)

    async def show(self, request: web.Request) -> web.Response:
        """The page with the button; whoever is logged in goes on."""
        path = safe_path(request.query.get("next", "/"))
        if visitor_of(request).role is not None:
            raise web.HTTPSeeOther(path)
        return _page(request, path=path)

    async def start(self, request: web.Request) -> web.Response:
        """303 to the provider."""
        path = safe_path(request.query.get("next", "/"))
        if self._visitor.take(network_of(visit_of(request).client)) is None or self._all.take() is None:
            raise web.HTTPTooManyRequests(headers={"Retry-After": "5"})
        known = request.cookies.get(cookie_name(request, BROWSER), "")
        browser = known if _TOKEN.fullmatch(known) else secrets.token_urlsafe(32)
        pending = new_pending(self.client.options.issuer, browser, path)
        try:
            await self.client.address("", pending)  # before anything is kept: the provider must answer
            address = await self.client.address(await self.pending.add(pending), pending)
        except ProviderUnavailableError as error:
            return self._away(request, error, path)
        response = web.Response(status=303, headers={"Location": address})
        self._remember(request, response, browser)
        return response

    async def callback(self, request: web.Request) -> web.Response:
        """Open a session for who came back, and lead to where they wanted to go."""
        try:
            pending = await self._began(request)
            if request.query.get("error") is not None or not request.query.get("code"):
                raise refused(LoginFlaw.DENIED)
            code, issuer = request.query["code"][:WORD_MAX], request.query.get("iss")
            visitor = await self.client.finish(pending, code=code, issuer=issuer)
        except LoginRefusedError as error:
            log.warning("login refused", why=error.code)
            return _page(request, error=f"{error} Please try again.", status=403)
        except ProviderUnavailableError as error:
            return self._away(request, error, "/")
        if old := request.cookies.get(cookie_name(request, SESSION)):
            await self.sessions.close(old)
        id_ = await self.sessions.open(visitor)
        log.info("logged in", who=visitor.subject)
        response = web.Response(status=303, headers={"Location": pending.path})
        secure = is_secure(request)
        response.set_cookie(cookie_name(request, SESSION), id_, path="/", httponly=True, samesite="Lax", secure=secure)
        return response

    async def logout(self, request: web.Request) -> web.Response:
        """End the session here; then the page offers to end the provider's, too."""
        found = visitor_of(request)
        if found.session:
            if (await _form.read(request)).forged:
                raise web.HTTPForbidden
            await self.sessions.close(found.session)
        response = _page(request, "Logged out", elsewhere=await self.client.logout_address())
        response.del_cookie(cookie_name(request, SESSION), path="/", secure=is_secure(request), httponly=True)
        return response

    async def _began(self, request: web.Request) -> PendingLogin:
        """The login that this answer ends. Raises LoginRefusedError."""
        pending = await self.pending.take(request.query.get("state", "")[:WORD_MAX])
        if pending is None:
            raise refused(LoginFlaw.STATE)
        if not secrets.compare_digest(hashed(request.cookies.get(cookie_name(request, BROWSER), "")), pending.browser):
            raise refused(LoginFlaw.BROWSER)
        return pending

    def _away(self, request: web.Request, error: ProviderUnavailableError, path: str) -> web.Response:
        log.warning("login provider unavailable", why=str(error))
        response = _page(request, path=path, error=AWAY, status=503)
        response.headers["Retry-After"] = "10"
        return response

    @staticmethod
    def _remember(request: web.Request, response: web.Response, browser: str) -> None:
        secure = is_secure(request)
        name = cookie_name(request, BROWSER)
        response.set_cookie(name, browser, path="/", max_age=PENDING_TTL, httponly=True, samesite="Lax", secure=secure)


def _page(  # noqa: PLR0913 - what the page says
    request: web.Request,
    title: str = "Log in",
    *,
    path: str = "/",
    error: str = "",
    elsewhere: str = "",
    status: int = 200,
) -> web.Response:
    start = f"/login/start?{urlencode({'next': path})}"
    context = {"place": "login", "title": title, "start": start, "error": error, "elsewhere": elsewhere}
    return show_page("login.html", request, context, status=status)
