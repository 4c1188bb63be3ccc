"""`/release?name=`: one release: its images in each registry, what is still to come, and its thread."""

from collections.abc import Iterator
from typing import Final

from aiohttp import web
from msgspec import Struct

from bot.errors import MalformedError
from bot.releases import Release, ReleaseName
from bot.render.blocks import Shown, shown
from bot.render.html.words import VERDICTS, Mark
from bot.render.release.affected import affected, own_verdict
from bot.render.release.headline import headline
from bot.render.release.members import view_of
from bot.render.release.problems import ReleaseProblem, problems
from bot.render.release.view import ImageView, ReleaseView
from bot.render.slack.answer import fixes_answer
from bot.store import Store
from bot.store.releases import Releases
from bot.store.reports import Reports
from bot.store.threads import Threads
from handlers.pages import _form
from handlers.pages._links import report_url
from handlers.pages._templates import show_page
from handlers.pages._thread import shown_thread

NAME_MAX: Final = 600
"""Characters of the name in the address."""

THREADS_MAX: Final = 200
"""Threads that are searched for the release's own."""

STILL_TO_COME: Final = Mark("Still to come", "unknown", "…")
CRITICAL: Final = Mark("Critical", "fail", "!")
SETTLING: Final = Mark("Waiting", "unknown", "…")
NOT_SEEN: Final = Mark("Not seen", "unknown", "?")
NOT_CHECKED: Final = Mark("Not checked", "unknown", "?")
NOT_PART: Final = Mark("Not expected", "quiet", "○")


class Cell(Struct, frozen=True):
    """One image in one registry. `url` is its report's page, or ""."""

    mark: Mark
    digest: str = ""
    url: str = ""


class Row(Struct, frozen=True):
    """One image in all registries."""

    name: str
    cells: tuple[Cell, ...]


class ReleasePage:
    """Shows what the store knows of a release."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._releases, self._reports, self._threads = Releases(store), Reports(store), Threads(store)

    async def show(self, request: web.Request) -> web.Response:
        """The page; 404 for what is not the name of a known release."""
        name = _name(request.query.get("name", ""))
        release = await self._releases.load(name)
        if release is None:
            raise web.HTTPNotFound
        view = await self._view(release)
        threads = [one for one in await self._threads.newest(THREADS_MAX) if one.address.subject == str(name)]
        csrf = _form.token(request)
        context = _context(view) | {
            "csrf": csrf,
            "threads": [shown_thread(one, at, view.checked_at) for at, one in enumerate(threads)],
        }
        response = show_page("release.html", request, context)
        _form.remember(request, response, csrf)
        return response

    async def _view(self, release: Release) -> ReleaseView:
        images = [str(member.image) for member in release.members]
        return view_of(release, await self._reports.latest_of(images), await self._store.now())


def _name(text: str) -> ReleaseName:
    try:
        return ReleaseName.parse(text[:NAME_MAX])
    except MalformedError as error:
        raise web.HTTPNotFound from error


def _context(view: ReleaseView) -> dict[str, object]:
    registries = tuple(dict.fromkeys(one.registry for one in view.images))
    return {
        "place": "release",
        "title": view.title,
        "mark": _mark(view),
        "said": headline(view)[1],
        "aliases": view.aliases,
        "twin": view.twin,
        "registries": registries,
        "rows": tuple(_rows(view, registries)),
        "problems": tuple(_problem(view, one) for one in problems(view)),
        "advice": _advice(view),
    }


def _advice(view: ReleaseView) -> tuple[Shown, ...]:
    """How to follow the advice about a release without a problem: its thread has no reply that says so."""
    answer = None if problems(view) else fixes_answer(view)
    return shown(answer.blocks[1:]) if answer else ()


def _mark(view: ReleaseView) -> Mark:
    """What the thread's first line says: Waiting, Critical, or the verdict."""
    if view.is_waiting:
        return SETTLING
    worst = next(iter(problems(view)), None)
    return CRITICAL if worst and worst.is_critical else VERDICTS[view.verdict]


def _rows(view: ReleaseView, registries: tuple[str, ...]) -> Iterator[Row]:
    for name in dict.fromkeys(view.names.values()):
        there = {one.registry: one for one in view.named(name)}
        yield Row(name, tuple(_cell(view, there.get(registry)) for registry in registries))


def _cell(view: ReleaseView, image: ImageView | None) -> Cell:
    if image is None:
        return Cell(NOT_PART)
    verdict = own_verdict(view, image)
    if image.report is None or verdict is None:
        return Cell(STILL_TO_COME if image.is_open else NOT_CHECKED if image.is_unchecked else NOT_SEEN)
    mark = SETTLING if image.is_open and not image.is_failing else VERDICTS[verdict]
    return Cell(mark, image.report.digest, report_url(image.image, image.report.digest))


def _problem(view: ReleaseView, problem: ReleaseProblem) -> dict[str, object]:
    return {"rule": problem.rule, "title": problem.title, "images": affected(view, problem)}
