"""The web pages: board, threads, releases, reports, rules. Rendered on the server; without scripts, only our own files.

To add a page: a file here, a template in `templates/`, and a line in `mount`.
"""

from aiohttp import web

from bot.intake.watch_list import WatchList
from bot.jobs.queue import DocketQueue
from bot.settings import Settings
from bot.store import Store
from bot.store.board import Board
from bot.store.reports import Reports
from bot.store.threads import Threads
from handlers.client_address import Proxies
from handlers.pages import _templates, rules
from handlers.pages._boards import WatchedBoard
from handlers.pages._errors import error_pages
from handlers.pages.assets import asset
from handlers.pages.badge import Badges
from handlers.pages.board import BoardPage
from handlers.pages.check import Check
from handlers.pages.compare import ComparePage
from handlers.pages.image import ImagePage
from handlers.pages.release import ReleasePage
from handlers.pages.report import ReportPages
from handlers.pages.threads import ThreadList


def mount(app: web.Application, settings: Settings, queue: DocketQueue, store: Store, watch: WatchList) -> None:
    """Add the pages to the application."""
    _templates.setup(app)
    app.middlewares.append(error_pages)
    secure = settings.base_url.startswith("https://")
    proxies = Proxies(settings.forwarded, settings.forwarded_header)
    watched = WatchedBoard(Board(store), watch)
    badges = Badges(watched, settings.base_url)
    board = BoardPage(watched, secure=secure)
    check = Check(queue, proxies, secure=secure)
    threads = ThreadList(Threads(store), secure=secure)
    pages = ReportPages(Reports(store), Threads(store), queue, secure=secure)
    app.add_routes(
        [
            web.get("/", board.show),
            web.get("/board.{format}", board.download),
            web.get("/image", ImagePage(watched, Reports(store), settings.base_url).show),
            web.get("/compare", ComparePage(Reports(store), settings.github_server).show),
            web.get("/badge/{image:.+}.svg", badges.badge),
            web.get("/feed/{project:.+}.atom", badges.feed),
            web.get("/threads", threads.show),
            web.get("/check", check.show),
            web.post("/check", check.ask),
            web.get("/reports/{image:.+}", pages.by_path),
            web.get("/report", pages.by_query),
            web.get("/release", ReleasePage(store, secure=secure).show),
            web.get("/rules", rules.index),
            web.get("/rules/{id}", rules.one),
            web.get("/assets/{version}/{name}", asset),
        ],
    )
