"""The web pages: board, threads, releases, reports, rules. Rendered on the server; without scripts, only our own files.

To add a page: a file here, a template in `templates/`, and a line in `mount`.
"""

from typing import Final

from aiohttp import web

from bot.intake.watch_list import WatchList
from bot.jobs.attending import Attending
from bot.jobs.queue import DocketQueue
from bot.login.client import LoginClient
from bot.login.options import CALLBACK
from bot.login.role import Role
from bot.policy import Policies
from bot.settings import Exposure, Settings
from bot.store import Store
from bot.store.attention import Waivers
from bot.store.board import Board
from bot.store.differences import Differences
from bot.store.logins import PendingLogins, SessionEnds, Sessions
from bot.store.releases import Releases
from bot.store.reports import Reports
from bot.store.threads import Threads
from handlers.client_address import Proxies
from handlers.pages import _templates, rules
from handlers.pages._access import STRANGER, PageAccess, for_pages
from handlers.pages._address import BASE_URL
from handlers.pages._below import below, path_of
from handlers.pages._boards import WatchedBoard
from handlers.pages._errors import error_pages
from handlers.pages._visits import visits_limited
from handlers.pages.assets import asset
from handlers.pages.badge import Badges
from handlers.pages.board import BoardPage
from handlers.pages.check import Check
from handlers.pages.compare import ComparePage
from handlers.pages.image import ImagePage
from handlers.pages.lists import ListPages
from handlers.pages.login import LoginPages
from handlers.pages.release import ReleasePage
from handlers.pages.report import ReportPages
from handlers.pages.threads import ThreadList
from handlers.pages.waive import WaivePages

OPEN: Final = {"badges": "/badge/{image}.svg", "feeds": "/feed/{project}.atom"}
"""The routes that PROVENANCE_ANONYMOUS may open."""


def mount(  # noqa: PLR0913, PLR0917 - what pages show, and who may ask
    app: web.Application,
    settings: Settings,
    queue: DocketQueue,
    store: Store,
    watch: WatchList,
    policies: Policies,
) -> None:
    """Add the pages to the application, as far as PROVENANCE_PAGES lets visitors see and ask."""
    login = settings.login_options()
    if settings.pages is Exposure.OFF:
        return
    _templates.setup(app)
    proxies = Proxies(settings.forwarded, settings.forwarded_header)
    everybody = Role.ASK if settings.pages is Exposure.PUBLIC else Role.SEE
    sessions = Sessions(store, SessionEnds(settings.session_idle, settings.session_max))
    access = PageAccess(everybody, login, sessions)
    app[BASE_URL], app[STRANGER] = settings.base_url, access.stranger
    app.middlewares.append(
        for_pages(below(path_of(settings.base_url)), error_pages, visits_limited(proxies), access.checked)
    )
    reports, watched = Reports(store), WatchedBoard(Board(store), watch)
    badges, board = Badges(watched), BoardPage(watched)
    threads = ThreadList(Threads(store), Releases(store))
    pages = ReportPages(reports, Threads(store), queue)
    comparing = ComparePage(reports, Differences(store), queue, proxies, policies, settings.github_server)
    lists = ListPages(watch, Waivers(store), policies)
    app.add_routes(
        [
            web.get("/", board.show),
            web.get("/board.{format}", board.download),
            web.get("/badge/{image:.+}.svg", badges.badge),
            web.get("/feed/{project:.+}.atom", badges.feed),
            web.get("/image", ImagePage(watched, reports).show),
            web.get("/compare", comparing.show),
            web.get("/threads", threads.show),
            web.get("/reports/{image:.+}", pages.by_path),
            web.get("/report", pages.by_query),
            web.get("/release", ReleasePage(store).show),
            web.get("/rules", rules.index),
            web.get("/rules/{id}", rules.one),
            web.get("/waivers", lists.waivers),
            web.get("/watches", lists.watches),
            web.get("/assets/{version}/{name}", asset),
        ],
    )
    access.open(("/assets/{version}/{name}", *(OPEN[name] for name in settings.anonymous)))
    if settings.pages is not Exposure.READ_ONLY:
        check = Check(queue, proxies)
        asking = [web.get("/check", check.show), web.post("/check", check.ask), web.post("/compare", comparing.ask)]
        app.add_routes(access.need(Role.ASK, asking))
    if login is not None:
        doors = LoginPages(LoginClient(login), PendingLogins(store), sessions)
        app.add_routes(
            [
                web.get("/login", doors.show),
                web.get("/login/start", doors.start),
                web.get(CALLBACK, doors.callback),
                web.post("/logout", doors.logout),
            ]
        )
        waiving = WaivePages(Attending(store, queue, policies))
        routes = [
            web.get("/waive", waiving.show),
            web.post("/waive", waiving.give),
            web.post("/waivers/revoke", waiving.take_back),
        ]
        app.add_routes(access.need(Role.WAIVE, routes))
        access.open(("/login", "/login/start", CALLBACK, "/logout"))
