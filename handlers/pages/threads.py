"""`/threads`: the threads as in Slack, newest first."""

import hashlib
from collections.abc import Iterable
from typing import Final

from aiohttp import web

from bot.store.releases import Releases
from bot.store.threads import Thread, Threads
from handlers.pages import _form
from handlers.pages._templates import show_page
from handlers.pages._thread import checks_of, shown_thread

PAGE: Final = 15
"""Threads on one page."""

SKIP_MAX: Final = 200
"""Threads that can be skipped. Older ones can be found by their image."""


class ThreadList:
    """The list of threads."""

    def __init__(self, threads: Threads, releases: Releases) -> None:
        self._threads = threads
        self._releases = releases

    async def show(self, request: web.Request) -> web.Response:
        """The newest threads, or older ones with ?skip=."""
        skip = _number(request.query.get("skip", ""))
        found = (await self._threads.newest(skip + PAGE + 1))[skip:]
        shown = found[:PAGE]
        checks = await checks_of(shown, self._releases)
        csrf = _form.token(request)
        context = {
            "place": "threads",
            "csrf": csrf,
            "threads": [
                shown_thread(one, number, at) for number, (one, at) in enumerate(zip(shown, checks, strict=True))
            ],
            "version": _version(found),
            "older": skip + PAGE if len(found) > PAGE and skip < SKIP_MAX else None,
            "newer": max(skip - PAGE, 0) if skip else None,
        }
        response = show_page("threads.html", request, context)
        _form.remember(request, response, csrf)
        return response


def _number(text: str) -> int:
    fits = text.isascii() and text.isdigit() and len(text) <= len(str(SKIP_MAX))
    return min(int(text), SKIP_MAX) if fits else 0


def _version(threads: Iterable[Thread]) -> str:
    """Changes when the list does."""
    hashes = [message.hash for thread in threads for message in (thread.parent, *thread.replies)]
    return hashlib.sha256(" ".join(hashes).encode()).hexdigest()[:16]
