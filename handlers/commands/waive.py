"""`/provenance waive <image> <rule> <last day> <reason>`: the rule may fail there until the end of that day (UTC).

Without all of that, a form asks for it.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from bot.attention import StoredWaiver, WaiverScope
from bot.attention.typed import typed
from bot.attention.waiver import waivable
from bot.errors import UsageError
from bot.jobs.attending import Attended, Attending, SaidAnswer
from bot.jobs.release_reports import failing_by
from bot.render.slack.escape import advice, code, prose
from bot.render.slack.forms import flaw_errors
from handlers.actions.about import AboutRelease
from handlers.actions.pressed import FormTarget
from handlers.actions.replies import OpenForm
from handlers.actions.waive import form_for
from handlers.actions.waive_choice import choice_for
from handlers.commands.in_time import in_time
from handlers.commands.noted import NotedImage, noted_image
from handlers.commands.options import parse
from handlers.commands.slash_command import CommandContext, Said, SlashCommand, person

HELP: Final = (
    "waive [<image> [<rule> <last day> <reason> [--for digest|tag|repository]]]: a rule may fail there until then;"
    " a form asks for what is not said"
)
USAGE: Final = (
    "Which image, which rule, until when (at most 90 days), and why? For example:"
    " `/provenance waive quay.io/acme/app:1.2.3 sbom-missing 2026-12-22 The SBOM comes with the next release`, or with"
    " `--for digest` or `--for repository`"
)
UNAVAILABLE: Final = "The waiver could not be stored. Please try again in a minute."
NOT_YOU: Final = (
    "You may not waive a rule for this image. The policy says who may: an owner who is listed by their own Slack user"
    " id, or a user in `may_waive`."
)
FOR: Final = "--for"
_FIRST: Final = 3


async def run(asked: SlashCommand, context: CommandContext) -> str | Said:
    """The answer, after the waiver is stored. Whether the person may is the policy's business."""
    try:
        words = parse(asked.words(), valued=(FOR,))
        scope = words.value(FOR).lower() or WaiverScope.TAG.value
        if scope not in set(WaiverScope):
            return USAGE
        if context.attending is None:
            return UNAVAILABLE
        if asked.trigger_id and len(words.names) <= 1:
            return await in_time(_form(words.names, asked, context.attending), UNAVAILABLE)
        if not words.names:
            return USAGE
        return await in_time(_do(_image_first(words.names), WaiverScope(scope), asked, context.attending), UNAVAILABLE)
    except UsageError as error:
        return advice(str(error), 500)


def _image_first(words: Sequence[str]) -> Sequence[str]:
    """Whoever names the rule first means the same."""
    return (words[1], words[0], *words[2:]) if len(words) > 1 and words[0] in waivable() else words


async def _form(words: Sequence[str], asked: SlashCommand, attending: Attending) -> str | Said:
    """The form about that image's release, or one that asks for the release."""
    if not words:
        form = await choice_for(asked.team, asked.channel, attending.store)
    else:
        image = await noted_image(words[0], asked, attending)
        target = FormTarget(channel=asked.channel, ts="", subject=image.place.subject[:700], images=image.name)
        form = await form_for(AboutRelease(image.place, image.reports, None, ""), target, asked.user, attending)
    return Said("", form=form.view) if isinstance(form, OpenForm) else form


async def _do(words: Sequence[str], scope: WaiverScope, asked: SlashCommand, attending: Attending) -> str | Said:
    image = await noted_image(words[0], asked, attending)
    if len(words) <= _FIRST:
        return f"{_failing(image)} {USAGE}"
    rule, last = words[1].lower(), _day(words[2], await attending.store.now())
    failing = failing_by(rule, [image.own])
    if last is None:
        return f"{code(words[2], 40)} is not a day. {USAGE}"
    if not failing:
        return f"{code(rule, 80)} does not fail on {code(image.name, 300)}. {_failing(image)}"
    waiver = StoredWaiver(
        id=_id(asked, image.name, rule, scope, last),
        place=image.place,
        rule=rule,
        scope=scope,
        images=failing,
        reason=typed(" ".join(words[_FIRST:])),
        last_day=last,
        who=asked.user,
        at=await attending.store.now(),
    )
    return _said(await attending.waive(waiver, image.reports), waiver, image)


def _said(answer: SaidAnswer, waiver: StoredWaiver, image: NotedImage) -> str | Said:
    what = f"{code(waiver.rule, 80)} for {code(image.name, 300)} ({waiver.scope.words})"
    match answer.done:
        case Attended.FORBIDDEN:
            return NOT_YOU
        case Attended.FLAWED:
            return " ".join(flaw_errors(answer.flaws).values())
        case Attended.NOTHING:
            return f"{code(waiver.rule, 80)} does not fail on {code(image.name, 300)}."
        case Attended.ALREADY:
            return f"{what} is waived already."
        case Attended.DONE:
            until = f"until {waiver.last_day.isoformat()} (UTC)"
            return Said(f"{person(waiver.who)} waives {what} {until}: {prose(waiver.reason, 500)}", is_public=True)


def _failing(image: NotedImage) -> str:
    rules = [result.rule for result in image.own.failing() if result.rule in waivable()]
    shown = ", ".join(code(rule, 80) for rule in rules[:10])
    return f"What fails there and can be waived: {shown}." if rules else "No rule that can be waived fails there."


def _day(text: str, now: float) -> date | None:
    """`2026-12-22`, or `14d` from today."""
    if text[:-1].isascii() and text[:-1].isdigit() and text[-1:].lower() == "d" and len(text) <= _FIRST + 1:
        return datetime.fromtimestamp(now, UTC).date() + timedelta(days=int(text[:-1]))
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _id(asked: SlashCommand, image: str, rule: str, scope: WaiverScope, last: date) -> str:
    """The same for the same request, so that a command that arrives twice makes one waiver."""
    parts = (asked.team, asked.channel, asked.user, image, rule, scope, last.isoformat(), asked.response_url)
    return hashlib.sha256("\n".join(parts).encode(errors="replace")).hexdigest()[:12]
