"""`/waive?image=`: a form with which somebody of the role `waive` lets a rule fail for a while; and taking that back.

The same service keeps it as for Slack (bot/jobs/attending.py). There the policy says who may; here the role does.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

import structlog
from aiohttp import web
from msgspec import Struct

from bot.attention import NotePlace, StoredWaiver, WaiverScope
from bot.attention.typed import typed
from bot.attention.waiver import DAYS_MAX, REASON_MAX, REASON_MIN, waivable
from bot.errors import InvalidReferenceError, UsageError
from bot.jobs.attending import Attended, Attending
from bot.jobs.release_reports import failing_by
from bot.oci.reference import Reference
from bot.releases import place as place_of
from bot.render.slack.forms import flaw_errors
from bot.report import Report
from bot.store.attention import Waivers
from bot.store.reports import Reports
from handlers.pages import _form
from handlers.pages._access import visitor_of
from handlers.pages._links import image_url
from handlers.pages._templates import show_page

log = structlog.get_logger(__name__)

FIRST_DAYS: Final = 14
"""Days until the end that the form proposes."""

FORGED: Final = "This form was not sent from this page, or your session ended. Please submit it again."
NOTHING: Final = "This rule does not fail there any more."
ALREADY: Final = "This rule is waived there already."

_NUMBER: Final = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)


class WaivePages(Struct, frozen=True):
    """Gives and takes back waivers. The role was asked for before."""

    attending: Attending

    async def show(self, request: web.Request) -> web.Response:
        """The form with the rules that fail now."""
        report = await self._report(request.query.get("image", ""))
        return self._page(request, report, {"rule": request.query.get("rule", "")})

    async def give(self, request: web.Request) -> web.Response:
        """303 to the report, which is made anew; or the form again with what is wrong."""
        form = await _form.read(request)
        report = await self._report(form.fields.get("image", ""))
        if form.forged:
            return self._page(request, report, form.fields, FORGED, 403)
        waiver = await self._waiver(request, report, form.fields)
        if isinstance(waiver, str):
            return self._page(request, report, form.fields, waiver, 400)
        try:
            answer = await self.attending.waive(waiver, [report])
        except UsageError as error:
            return self._page(request, report, form.fields, str(error), 409)
        match answer.done:
            case Attended.FLAWED:
                return self._page(request, report, form.fields, " ".join(flaw_errors(answer.flaws).values()), 400)
            case Attended.DONE:
                log.info("waived", rule=waiver.rule, image=report.image, who=waiver.who)
                raise web.HTTPSeeOther("/waivers")
            case Attended.ALREADY if answer.waiver and answer.waiver.id == waiver.id:  # the same form, sent twice
                raise web.HTTPSeeOther("/waivers")
            case Attended.ALREADY:
                return self._page(request, report, form.fields, ALREADY, 409)
            case _:
                return self._page(request, report, form.fields, NOTHING, 409)

    async def take_back(self, request: web.Request) -> web.Response:
        """303 to the list; whoever came second finds it done."""
        form = await _form.read(request)
        if form.forged:
            raise web.HTTPForbidden
        found = await Waivers(self.attending.store).get(form.fields.get("id", "")[:64])
        if found is None:
            raise web.HTTPNotFound
        await self.attending.revoke_waiver(found.id, _who(request), team=found.place.team, by_role=True)
        log.info("waiver revoked", rule=found.rule, waiver=found.id, who=_who(request))
        raise web.HTTPSeeOther("/waivers")

    async def _report(self, text: str) -> Report:
        try:
            image = Reference.parse(text)
        except InvalidReferenceError as error:
            raise web.HTTPNotFound from error
        latest = await Reports(self.attending.store).latest(str(image))
        if latest is None:
            raise web.HTTPNotFound
        return latest.report

    async def _waiver(self, request: web.Request, report: Report, fields: Mapping[str, str]) -> StoredWaiver | str:
        """What the form says, or what is wrong with it."""
        scope, last_day, number = fields.get("scope", ""), _day(fields.get("until", "")), fields.get("number", "")
        images = failing_by(fields.get("rule", ""), [report])
        if scope not in set(WaiverScope) or not _NUMBER.fullmatch(number):
            return "Choose what it is for."
        if last_day is None:
            return "Choose a day."
        if not images:
            return NOTHING
        made = hashlib.sha256(f"{visitor_of(request).session} {number}".encode()).hexdigest()[:12]
        return StoredWaiver(
            id=made,
            place=NotePlace("", "", self._subject(report)),
            rule=fields["rule"],
            scope=WaiverScope(scope),
            images=images,
            reason=typed(fields.get("reason", "")),
            last_day=last_day,
            who=_who(request),
            at=await self.attending.store.now(),
            by_role=True,
        )

    def _subject(self, report: Report) -> str:
        image = Reference.parse(report.image)
        placement = place_of(image, self.attending.policies.for_image(image))
        return str(placement.release) if placement else report.image

    @staticmethod
    def _page(
        request: web.Request, report: Report, fields: Mapping[str, str], error: str = "", status: int = 200
    ) -> web.Response:
        allowed, today = waivable(), datetime.now(UTC).date()
        first, csrf = (today + timedelta(days=FIRST_DAYS)).isoformat(), _form.token(request)
        context = {
            "place": "waive",
            "csrf": csrf,
            "image": report.image,
            "digest": report.digest,
            "url": image_url(report.image),
            "rules": [(one.rule, one.title) for one in report.failing() if one.rule in allowed],
            "scopes": [(scope.value, scope.words) for scope in WaiverScope],
            "fields": {"scope": WaiverScope.TAG.value, "until": first, "rule": "", "reason": "", **fields},
            "today": today,
            "last": today + timedelta(days=DAYS_MAX),
            "number": secrets.token_urlsafe(16),
            "reason_min": REASON_MIN,
            "reason_max": REASON_MAX,
            "error": error,
        }
        response = show_page("waive.html", request, context, status=status)
        _form.remember(request, response, csrf)
        return response


def _who(request: web.Request) -> str:
    """Never like the id of a Slack user, whatever somebody calls themselves."""
    found = visitor_of(request).visitor
    return f"{typed(found.label)} (login)" if found else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
