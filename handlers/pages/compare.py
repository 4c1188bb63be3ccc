"""`/compare?before=&after=`: what one image lost, gained or changed against another, from their newest reports."""

import asyncio
from typing import Final

import aiohttp_jinja2
from aiohttp import web

from bot.errors import InvalidReferenceError
from bot.oci.reference import Reference
from bot.render.difference import words
from bot.render.html.words import VERDICTS
from bot.report import Report
from bot.report.difference import Difference, DifferenceKind
from bot.report.difference.compare import Compared, compare
from bot.store.reports import Reports
from handlers.pages._links import report_url

TONES: Final = {
    DifferenceKind.LOST: "fail",
    DifferenceKind.UNKNOWN: "unknown",
    DifferenceKind.CHANGED: "warn",
    DifferenceKind.GAINED: "pass",
}


class ComparePage:
    """Compares two images of which there are reports: it asks no registry."""

    def __init__(self, reports: Reports, server: str) -> None:
        self._reports = reports
        self._server = server

    async def show(self, request: web.Request) -> web.Response:
        """The page; 404 without a report on one of them."""
        before, after = [await self._report(request.query.get(name, "")) for name in ("before", "after")]
        difference = await asyncio.to_thread(self._compared, before, after)
        context = {
            "place": "compare",
            "difference": difference,
            "sections": [(kind, words.HEADINGS[kind], words.told(difference.of(kind))) for kind in DifferenceKind],
            "conclusion": words.conclusion(difference),
            "same": words.same(difference),
            "packages": [(one.platform, words.packages(one)) for one in difference.packages],
            "VERDICTS": VERDICTS,
            "TONES": TONES,
            "report_url": report_url,
        }
        return aiohttp_jinja2.render_template("compare.html", request, context)

    def _compared(self, before: Report, after: Report) -> Difference:
        return compare(Compared(before, {}), Compared(after, {}), server=self._server)

    async def _report(self, text: str) -> Report:
        try:
            image = Reference.parse(text)
        except InvalidReferenceError as error:
            raise web.HTTPNotFound from error
        latest = await self._reports.latest(str(image))
        if latest is None:
            raise web.HTTPNotFound
        return latest.report
