"""`/reports/<image>[@<digest>][.json]` and `/report?image=`: one report with its evidence."""

import time
from typing import Final

from aiohttp import web

from bot.errors import InvalidReferenceError
from bot.jobs.queue import DocketQueue
from bot.oci.reference import Reference
from bot.render.html.pages import sheet
from bot.report import Report
from bot.store.reports import Reports
from bot.store.threads import Threads
from handlers.pages import _form
from handlers.pages._links import image_url
from handlers.pages._templates import show_page
from handlers.pages._thread import ShownMessage, failure
from handlers.pages.check import asked_key

WAIT_MAX: Final = 150
"""Seconds that the page refreshes itself after a check was requested; a check has 120."""

PAST_MAX: Final = 10
"""Entries of the image's history on the page."""

THREADS_MAX: Final = 50
"""Threads that are searched for the reason of a failed check."""


class ReportPages:
    """Reports as pages and as JSON."""

    def __init__(self, reports: Reports, threads: Threads, queue: DocketQueue) -> None:
        self._reports = reports
        self._queue = queue
        self._threads = threads

    async def by_path(self, request: web.Request) -> web.Response:
        """The page, or JSON if the path ends in `.json`."""
        path = request.match_info["image"]
        if path.endswith(".json"):
            return await self._json(_reference(path.removesuffix(".json")))
        return await self._page(request, _reference(path))

    async def by_query(self, request: web.Request) -> web.Response:
        """The page of an image's newest report, for every tag, even one that ends in `.json`."""
        return await self._page(request, _reference(request.query.get("image", "")))

    async def _page(self, request: web.Request, image: Reference) -> web.Response:
        """With ?since= (the time of the request) the page waits for a newer report."""
        since = _moment(request.query.get("since", ""))
        report = await self._find(image)
        if since and report is not None and report.checked_at.timestamp() >= since:
            raise web.HTTPSeeOther(image_url(str(image)))
        failed = await self._failure(str(image)) if since else None
        waits = bool(since) and await self._is_to_come(str(image), since)
        csrf = _form.token(request)
        context = {"place": "report", "csrf": csrf, "image": str(image), "waits": waits, "failure": failed}
        if report is None:
            found = waits or failed is not None
            context |= {"asked": bool(since)}
            response = show_page("waiting.html", request, context, status=200 if found else 404)
        else:
            context |= {"sheet": sheet(report), "past": await self._reports.history(report.image, PAST_MAX)}
            response = show_page("report.html", request, context)
        _form.remember(request, response, csrf)
        return response

    async def _json(self, image: Reference) -> web.Response:
        report = await self._find(image)
        if report is None:
            return web.json_response({"error": "no report on this image"}, status=404)
        return web.Response(text=report.model_dump_json(indent=1), content_type="application/json")

    async def _find(self, image: Reference) -> Report | None:
        """The report on the tag at that digest; else the newest report on exactly this name."""
        if image.tag and image.digest:
            found = await self._reports.get(str(image.tagged(image.tag)), image.digest)
            if found is not None:
                return found
        latest = await self._reports.latest(str(image))
        return None if latest is None else latest.report

    async def _is_to_come(self, image: str, since: int) -> bool:
        """Whether a newer report may still come."""
        return time.time() - since < WAIT_MAX and await self._queue.is_open(asked_key(image))

    async def _failure(self, image: str) -> ShownMessage | None:
        threads = await self._threads.newest(THREADS_MAX)
        found = (failure(thread, image) for thread in threads)
        return next((message for message in found if message is not None), None)


def _reference(text: str) -> Reference:
    try:
        return Reference.parse(text)
    except InvalidReferenceError as error:
        raise web.HTTPNotFound from error


def _moment(text: str) -> int:
    """Seconds since the epoch, or 0."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len("1795356360") else 0
