"""`/compare?before=&after=`: what one image lost, gained or changed against another.

From their newest reports, at once and without asking a registry; for the packages of their SBOMs a worker looks, and
the page waits for it.
"""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from aiohttp import web

from bot.errors import InvalidReferenceError
from bot.intake.job import JobQueue
from bot.intake.question import QuestionJob
from bot.intake.rate import RateLimit
from bot.oci.reference import Reference
from bot.policy import Policies
from bot.render.difference import words
from bot.render.html.words import VERDICTS
from bot.report import Report
from bot.report.difference import Difference, DifferenceKind, PackageChange
from bot.report.difference.compare import Compared, compare
from bot.store.differences import Differences, KeptDifference
from bot.store.reports import Reports
from handlers.client_address import Proxies, network_of
from handlers.pages import _form
from handlers.pages._links import report_url
from handlers.pages._templates import show_page

WAIT_MAX: Final = 300
"""Seconds that the page refreshes itself after packages were asked for."""

PACKAGES_SHOWN: Final = 200
"""Packages of one platform; `provenance compare` in a terminal shows all."""

LOOK_BURST: Final = 5
LOOK_RATE: Final = 0.05
"""Comparisons of packages that one address may ask for; each fetches the SBOMs of two images, some 10 MB."""

ALL_BURST: Final = 20
ALL_RATE: Final = 0.2
"""The same for all visitors together."""

TONES: Final = {
    DifferenceKind.LOST: "fail",
    DifferenceKind.UNKNOWN: "unknown",
    DifferenceKind.CHANGED: "warn",
    DifferenceKind.GAINED: "pass",
}


@dataclass(slots=True)
class ComparePage:
    """Compares two images of which there are reports."""

    reports: Reports
    differences: Differences
    queue: JobQueue
    proxies: Proxies
    policies: Policies
    server: str  # the web address of the code host
    _visitor: RateLimit = field(default_factory=lambda: RateLimit(LOOK_BURST, LOOK_RATE), init=False)
    _all: RateLimit = field(default_factory=lambda: RateLimit(ALL_BURST, ALL_RATE), init=False)

    async def show(self, request: web.Request) -> web.Response:
        """The page; 404 without a report on one of them."""
        before, after = [await self._report(request.query.get(name, "")) for name in ("before", "after")]
        kept = await self.differences.get(before.image, after.image)
        if kept is not None and _is_outdated(kept, before, after):
            kept = None
        difference = kept.difference if kept else None
        if difference is None:
            difference = await asyncio.to_thread(self._compared, before, after)
        csrf = _form.token(request)
        context = _context(difference) | {
            "csrf": csrf,
            "waits": _waits(request.query.get("since", ""), kept),
            "refusal": kept.refusal if kept else "",
            "has_packages": kept is not None and kept.difference is not None,
        }
        response = show_page("compare.html", request, context)
        _form.remember(request, response, csrf)
        return response

    async def ask(self, request: web.Request) -> web.Response:
        """Queue a look at the packages, then lead back to the page."""
        form = await _form.read(request)
        if form.forged:
            raise web.HTTPForbidden
        before, after = [(await self._report(form.fields.get(name, ""))).image for name in ("before", "after")]
        visitor = network_of(self.proxies.client_of(request))
        if self._visitor.take(visitor) is None or self._all.take() is None:
            raise web.HTTPTooManyRequests(headers={"Retry-After": "60"})
        now = int(time.time())
        question = QuestionJob(kind="compare-page", names=(before, after), asked_at=now)
        await self.queue.ask(question, key=f"compare-page {before} {after}")
        raise web.HTTPSeeOther(f"/compare?{urlencode({'before': before, 'after': after, 'since': now})}")

    def _compared(self, before: Report, after: Report) -> Difference:
        readers = self.policies.for_image(Reference.parse(after.image)).expected.layouts
        return compare(Compared(before, {}), Compared(after, {}), readers=readers, server=self.server)

    async def _report(self, text: str) -> Report:
        try:
            image = Reference.parse(text)
        except InvalidReferenceError as error:
            raise web.HTTPNotFound from error
        latest = await self.reports.latest(str(image))
        if latest is None:
            raise web.HTTPNotFound
        return latest.report


def _context(difference: Difference) -> dict[str, object]:
    return {
        "place": "compare",
        "difference": difference,
        "sections": [(kind, words.HEADINGS[kind], words.told(difference.of(kind))) for kind in DifferenceKind],
        "conclusion": words.conclusion(difference),
        "same": words.same(difference),
        "packages": [(one, words.packages(one), _packages(one.changes)) for one in difference.packages],
        "shown_max": PACKAGES_SHOWN,
        "VERDICTS": VERDICTS,
        "TONES": TONES,
        "report_url": report_url,
    }


def _is_outdated(kept: KeptDifference, before: Report, after: Report) -> bool:
    """Whether a tag has moved since: what was lost between other contents says nothing about these."""
    if kept.difference is None:
        return False
    sides = ((kept.difference.before, before), (kept.difference.after, after))
    return any(side.digest != now.digest and now.checked_at.timestamp() > kept.at for side, now in sides)


def _packages(changes: tuple[PackageChange, ...]) -> list[tuple[str, str, str]]:
    return [(one.kind, *words.package(one)) for one in changes[:PACKAGES_SHOWN]]


def _waits(since: str, kept: KeptDifference | None) -> bool:
    """Whether the answer to what was asked at that time may still come."""
    if not (since.isascii() and since.isdigit() and len(since) <= len("1795356360")):
        return False
    return time.time() - int(since) < WAIT_MAX and (kept is None or kept.at < int(since))
