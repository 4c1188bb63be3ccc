"""`/waivers` and `/watches`: which rules may fail for now and why, and which images are watched."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Final

from aiohttp import web
from msgspec import Struct

from bot.intake.watch_list import WatchList
from bot.policy import BuiltIn, Policies
from bot.store.attention import WAIVERS_MAX, Waivers
from handlers.pages import _form
from handlers.pages._templates import show_page

SHOWN_MAX: Final = 200
"""Lines of one page, those that end first."""


class ShownWaiver(Struct, frozen=True):
    """One line. `who` is a Slack user's id or somebody who logged in; they and `id` are "" for the policy file."""

    rule: str
    images: tuple[str, ...]
    scope: str
    reason: str
    until: date
    who: str = ""
    id: str = ""


class ListPages:
    """Shows what people and the policy said."""

    def __init__(self, watch: WatchList, waivers: Waivers, policies: Policies) -> None:
        self._watch = watch
        self._waivers = waivers
        self._policies = policies

    async def waivers(self, request: web.Request) -> web.Response:
        """Those that hold."""
        given = await self._waivers.listed(limit=WAIVERS_MAX)
        found = [
            ShownWaiver(
                one.rule,
                tuple(dict.fromkeys(image for image, _ in one.images)),
                one.scope.words,
                one.reason,
                one.last_day,
                one.who,
                one.id,
            )
            for one in given.items
        ]
        shown = sorted([*found, *_of_policy(self._policies)], key=lambda one: (one.until, one.rule))
        csrf = _form.token(request)
        context = {
            "place": "waivers",
            "csrf": csrf,
            "waivers": shown[:SHOWN_MAX],
            "more": max(len(shown) - SHOWN_MAX, 0),
        }
        response = show_page("waivers.html", request, context)
        _form.remember(request, response, csrf)
        return response

    async def watches(self, request: web.Request) -> web.Response:
        """All watches."""
        found = await self._watch.all()
        context = {"place": "watches", "watches": found[:SHOWN_MAX], "more": max(len(found) - SHOWN_MAX, 0)}
        return show_page("watches.html", request, context)


def _of_policy(policies: Policies) -> Iterator[ShownWaiver]:
    """The policy file's; those that are over are told by reports."""
    if isinstance(policies, BuiltIn):
        return
    from bot.policy.file import FilePolicies  # noqa: PLC0415 - without a policy file, nothing that reads YAML is needed

    for one in policies.file.waivers if isinstance(policies, FilePolicies) else ():
        if one.until >= datetime.now(UTC).date():
            yield ShownWaiver(one.rule, one.image, "policy file", one.reason, one.until)
