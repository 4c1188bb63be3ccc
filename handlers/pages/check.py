"""`/check`: a form; sent, it queues a check of any image and redirects to its report page."""

import time
from typing import Final
from urllib.parse import urlencode

from aiohttp import web

from bot.errors import InvalidReferenceError
from bot.intake.job import CheckJob, JobQueue
from bot.intake.rate import RateLimit
from bot.oci.asked import parse_asked
from handlers.client_address import Proxies, network_of
from handlers.pages import _form
from handlers.pages._links import image_url
from handlers.pages._templates import show_page

CHECK_BURST: Final = 20
"""Checks that one address may ask for at once."""

CHECK_RATE: Final = 0.5
"""Checks a second after that; a check of Docker Hub costs three of 100 pulls in six hours."""

ALL_BURST: Final = 200
"""Checks that all visitors together may ask for at once, however many addresses they have."""

ALL_RATE: Final = 5.0
"""Checks a second after that."""


def asked_key(image: str) -> str:
    """The job's key: two visitors who check the same image share one job."""
    return f"{image}|page"


class Check:
    """The form, and its target."""

    def __init__(self, queue: JobQueue, proxies: Proxies) -> None:
        self._queue = queue
        self._proxies = proxies
        self._visitor = RateLimit(CHECK_BURST, CHECK_RATE)
        self._all = RateLimit(ALL_BURST, ALL_RATE)

    async def show(self, request: web.Request) -> web.Response:
        """The form."""
        return self._page(request)

    async def ask(self, request: web.Request) -> web.Response:
        """303 to the report, or the form again with an error message."""
        form = await _form.read(request)
        if form.forged:
            message = (
                "This form was not sent from this page, or the page was open for too long. Please submit it again."
            )
            return self._page(request, image=form.image, error=message, status=403)
        try:
            image = str(parse_asked(form.image))
        except InvalidReferenceError as error:
            return self._page(request, image=form.image, error=str(error), status=400)
        if not self._may_ask(network_of(self._proxies.client_of(request))):
            message = "Too many checks were requested. Please try again in a few seconds."
            return self._page(request, image=form.image, error=message, status=429)
        now = int(time.time())
        await self._queue.enqueue(CheckJob(image=image, origin="page", asked_at=now), key=asked_key(image))
        address = image_url(image)
        raise web.HTTPSeeOther(f"{address}{'&' if '?' in address else '?'}{urlencode({'since': now})}")

    def _page(self, request: web.Request, *, image: str = "", error: str = "", status: int = 200) -> web.Response:
        csrf = _form.token(request)
        context = {"place": "check", "csrf": csrf, "image": image, "error": error}
        response = show_page("check.html", request, context, status=status)
        _form.remember(request, response, csrf)
        return response

    def _may_ask(self, visitor: str) -> bool:
        return self._visitor.take(visitor) is not None and self._all.take() is not None
