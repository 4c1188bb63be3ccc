"""Who may do what on the pages. Without a login everybody may the same; with one, nobody sees anything before it.

What is not named as open needs a role: a page that is added later is closed until somebody says otherwise.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Final
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.login.options import LoginOptions
from bot.login.pending import safe_path
from bot.login.role import Role, role_of
from bot.login.visitor import Visitor
from bot.store.logins import Sessions
from handlers.pages._address import is_secure

MACHINES: Final = ("/webhooks/", "/slack/", "/healthz", "/readyz")
"""What is not a page; each proves its own callers, or tells nothing."""

SESSION: Final = "session"
"""The cookie that holds the id of a session."""

PRIVATE: Final = "private, no-store"


@dataclass(frozen=True, slots=True)
class PageVisitor:
    """Who looks at a page. `session` is the id in their cookie, "" without a login; `role` is None for nobody known."""

    role: Role | None = None
    visitor: Visitor | None = None
    session: str = field(default="", repr=False)

    def may(self, role: Role) -> bool:
        """Whether they have that role."""
        return self.role is not None and self.role.includes(role)


PAGE_VISITOR: Final = web.RequestKey("page_visitor", PageVisitor)


STRANGER: Final = web.AppKey("stranger", PageVisitor)
"""Somebody of whom nothing is known."""


def visitor_of(request: web.Request) -> PageVisitor:
    """Who asks; before that could be looked at, a stranger."""
    return request[PAGE_VISITOR] if PAGE_VISITOR in request else request.app[STRANGER]


def cookie_name(request: web.Request, name: str) -> str:
    """The cookie's full name: `__Host-` keeps other hosts of the same domain from setting it, and needs HTTPS."""
    return f"{'__Host-' if is_secure(request) else ''}provenance_{name}"


class RoleMissingError(web.HTTPForbidden):
    """Whoever is logged in may not do this."""


@dataclass(slots=True)
class PageAccess:
    """What each route needs. `login` is None when there is none; then everybody has the role `everybody`."""

    everybody: Role
    login: LoginOptions | None = None
    sessions: Sessions | None = None
    _open: set[str] = field(default_factory=set, init=False)
    _needs: dict[tuple[str, str], Role] = field(default_factory=dict, init=False)

    def open(self, paths: Iterable[str]) -> None:
        """These routes need no login."""
        self._open |= set(paths)

    def need(self, role: Role, routes: Iterable[web.RouteDef]) -> list[web.RouteDef]:
        """These need more than to see; the same routes."""
        routes = list(routes)
        self._needs |= {(route.method, route.path): role for route in routes}
        return routes

    @property
    def stranger(self) -> PageVisitor:
        """What somebody is without a login."""
        return PageVisitor() if self.login else PageVisitor(self.everybody)

    @web.middleware
    async def checked(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """A middleware. Raises HTTPSeeOther to the login, and RoleMissingError."""
        request[PAGE_VISITOR] = found = await self._who(request)
        if self.login is None or _path(request) in self._open:
            return await handler(request)
        if found.visitor is None:
            raise _to_login(request)
        if not found.may(self._needed(request)):
            raise RoleMissingError
        response = await handler(request)
        response.headers["Cache-Control"] = PRIVATE  # not even a badge may be kept for somebody else
        return response

    async def _who(self, request: web.Request) -> PageVisitor:
        if self.login is None or self.sessions is None:
            return self.stranger
        id_ = request.cookies.get(cookie_name(request, SESSION), "")
        visitor = await self.sessions.get(id_) if id_ else None
        if visitor is None or visitor.issuer != self.login.issuer:
            return PageVisitor()
        return PageVisitor(role_of(visitor.groups, self.login.roles), visitor, id_)

    def _needed(self, request: web.Request) -> Role:
        method = "GET" if request.method == "HEAD" else request.method
        return self._needs.get((method, _path(request)), Role.SEE)


def for_pages(*middlewares: Middleware) -> Middleware:
    """One middleware in place of these, which is not for the endpoints beside the pages: they pass one and not all."""

    @web.middleware
    async def chosen(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not _is_other(request):
            for middleware in reversed(middlewares):
                handler = partial(middleware, handler=handler)
        return await handler(request)

    return chosen


def _is_other(request: web.Request) -> bool:
    """Whether it is an endpoint beside the pages; an address under theirs that does not exist is theirs, too."""
    path = _path(request)
    return (path or request.path).startswith(MACHINES)


def _path(request: web.Request) -> str:
    """The route's own pattern; "" when there is none for this address."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else ""


def _to_login(request: web.Request) -> web.HTTPException:
    """A person is led to the login and back; a program is told why it gets nothing."""
    if request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
        return web.HTTPSeeOther(f"/login?{urlencode({'next': safe_path(request.raw_path)})}")
    if request.method == "POST":
        return web.HTTPSeeOther("/login")
    challenge = {"WWW-Authenticate": 'Cookie realm="provenance", form-action="/login"'}
    return web.HTTPUnauthorized(text="Log in with a browser at /login.\n", headers=challenge)
