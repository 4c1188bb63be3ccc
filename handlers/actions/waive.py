"""The button "Waive…": opens the form; and the form, sent. Who may waive is asked of the policy, both times."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final

from msgspec import Struct

from bot.attention import StoredWaiver, WaiverScope
from bot.attention.typed import typed
from bot.attention.waiver import waivable
from bot.errors import UsageError
from bot.jobs.attending import Attended, Attending, SaidAnswer
from bot.jobs.release_reports import failing_by
from bot.render.slack.attention import person
from bot.render.slack.buttons import WAIVE
from bot.render.slack.escape import code, plain, prose
from bot.render.slack.forms import REASON, RULE, SCOPE, UNTIL, WAIVE_FORM, WaivableRule, flaw_errors, waive_form
from bot.report import Report
from handlers.actions.about import AboutRelease, about, about_form, fingerprint, target_of
from handlers.actions.forms import Errors, Sent
from handlers.actions.pressed import FormTarget, Pressed, SentForm
from handlers.actions.replies import TOO_OLD, OpenForm, Reply

ACTION: Final = WAIVE
FORM: Final = WAIVE_FORM

NOT_YOU: Final = (
    "You may not waive a rule for these images. The policy says who may: an owner who is listed by their own Slack user"
    " id, or a user in `may_waive`."
)
NOTHING: Final = "No rule that can be waived fails there now."
OTHER_IMAGE: Final = "Another image has this name now. Close this form, look at the message, and open the form again."
NO_LONGER: Final = "This rule does not fail there any more."


class OpenWaiver(Struct, frozen=True):
    """Opens the form with the rules that fail now for images that this person may waive."""

    attending: Attending

    async def press(self, pressed: Pressed) -> Reply:
        """The form, or why there is none. Raises StoreError."""
        release = await about(pressed, self.attending)
        if release is None:
            return TOO_OLD
        return await form_for(release, target_of(pressed, release), pressed.user.id, self.attending)


async def form_for(release: AboutRelease, target: FormTarget, who: str, attending: Attending) -> OpenForm | str:
    """The form with the rules that fail now for images that this person may waive; or why there is none.

    Raises StoreError.
    """
    failing = waivable_in(release.reports)
    allowed = [rule for rule in failing if attending.may_waive(who, rule.images)]
    if not allowed:
        return NOT_YOU if failing else NOTHING
    chosen = next(iter(release.rules), "")
    today = datetime.fromtimestamp(await attending.store.now(), UTC).date()
    known = target.model_copy(update={"shown": fingerprint(release.reports)})
    return OpenForm(waive_form(release.title, allowed, today, known.text(), chosen))


class WaiverSent(Struct, frozen=True):
    """Stores the waiver. Images come from the message's record, and neither from the form nor from the button."""

    attending: Attending

    async def send(self, form: SentForm) -> Sent:
        """Raises StoreError, and UsageError for a form that is not ours."""
        release = await about_form(form.place, form.target, self.attending)
        if release is None:
            return Errors({RULE: TOO_OLD.replace("`", "")})
        waiver = await self._waiver(form, release)
        if isinstance(waiver, Errors):
            return waiver
        try:
            answer = await self.attending.waive(waiver, release.reports)
        except UsageError as error:
            return Errors({RULE: plain(str(error), 150)})
        return _said(answer, waiver, release)

    async def _waiver(self, form: SentForm, release: AboutRelease) -> StoredWaiver | Errors:
        scope, day = form.chosen(SCOPE), _day(form.chosen(UNTIL))
        if scope not in set(WaiverScope):
            return Errors({SCOPE: "Choose what it is for."})
        if day is None:
            return Errors({UNTIL: "Choose a day."})
        rule, shown = form.chosen(RULE), form.target.shown
        if scope == WaiverScope.DIGEST and shown and shown != fingerprint(release.reports):
            return Errors({SCOPE: OTHER_IMAGE})
        images = failing_by(rule, release.reports)
        if not images:
            return Errors({RULE: NO_LONGER})
        return StoredWaiver(
            id=waiver_id(form),
            place=release.place,
            rule=rule,
            scope=WaiverScope(scope),
            images=images,
            reason=typed(form.chosen(REASON)),
            last_day=day,
            who=form.user.id,
            at=await self.attending.store.now(),
        )


def waivable_in(reports: Sequence[Report]) -> tuple[WaivableRule, ...]:
    """The rules that fail and can be waived, in the reports' own order: the worst first."""
    titles = {result.rule: result.title for report in reports for result in report.failing()}
    allowed = waivable()
    return tuple(
        WaivableRule(rule, title, tuple(image for image, _ in failing_by(rule, reports)))
        for rule, title in titles.items()
        if rule in allowed
    )


def waiver_id(form: SentForm) -> str:
    """The same for the same form, so that a form that arrives twice makes one waiver."""
    return hashlib.sha256(f"{form.place} {form.view.id} {form.user.id}".encode(errors="replace")).hexdigest()[:12]


def _said(answer: SaidAnswer, waiver: StoredWaiver, release: AboutRelease) -> Sent:
    match answer.done:
        case Attended.FORBIDDEN:
            return Errors({RULE: NOT_YOU.replace("`", "")})
        case Attended.FLAWED:
            return Errors(flaw_errors(answer.flaws))
        case Attended.NOTHING:
            return Errors({RULE: NO_LONGER})
        case Attended.ALREADY if answer.waiver and answer.waiver.id != waiver.id:
            return f"{person(answer.by)} waived {code(waiver.rule, 80)} there already."
        case _:
            until = waiver.last_day.isoformat()
            return f"{code(waiver.rule, 80)} is waived for {prose(release.title, 200)} until {until}."


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
