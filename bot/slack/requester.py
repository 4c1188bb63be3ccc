"""What the person who asked hears, besides the thread that everybody sees."""

from bot.render.slack.check_failure import TRIED_MAX, CheckFailure, sentence
from bot.render.slack.escape import code, date, escaped, link, prose
from bot.render.slack.message import section
from bot.render.slack.words import VERDICTS
from bot.report import Report
from bot.slack.destinations import Destination
from bot.slack.ephemeral import Ephemeral
from bot.slack.transport import NOT_HERE
from bot.store.threads import State, Thread


class Requester:
    """Speaks to one person; silent where nobody asked."""

    def __init__(self, ephemeral: Ephemeral) -> None:
        self._ephemeral = ephemeral

    async def after_report(
        self,
        report: Report,
        place: Destination,
        before: Thread | None,
        now: Thread | None,
        response_url: str,
    ) -> None:
        """A new message in the channel speaks for itself; an edit notifies nobody, and a refusal shows nothing."""
        if not response_url or now is None:
            return
        parent = now.parent
        if parent.state is State.FAILED:
            shown = [block for block in parent.blocks if block.get("type") != "actions"]  # it is no message of ours
            blocks = [section("not-here", refusal(parent.code)), *shown]
            await self._ephemeral.say(response_url, parent.text, blocks, once="report")
        elif before is not None and before.parent.ts and parent.ts:
            address = await place.transport.permalink(place.channel, parent.ts)
            word = VERDICTS[report.verdict][1]
            where = link(address, "Its message") if address else "Its message"
            text = f"{word}: {code(report.image, 500)}. {where} in this channel is up to date."
            await self._ephemeral.say(response_url, text, once="report")

    async def trouble(self, trouble: CheckFailure, response_url: str) -> bool:
        """Whether the person heard it."""
        when = "I do not try again by myself."
        if trouble.retry_at and not trouble.final:
            when = f"Next try {date(trouble.retry_at)}."
        said = f"{sentence(prose(trouble.tried, TRIED_MAX))} This says nothing about the image. {when}"
        text = f"Unknown: {escaped(trouble.image, 500)} could not be checked. {said}"
        once = f"trouble:{trouble.retry_at.isoformat() if trouble.retry_at else 'final'}"
        return await self._ephemeral.say(response_url, text, once=once)


def refusal(code_: str) -> str:
    """What a person can do about a refusal; Slack's own words stay in the log."""
    if code_ in NOT_HERE:
        return "I am not in this channel, so only you see this. Type `/invite @provenance` and try again."
    if code_ == "is_archived":
        return "This channel is archived, so only you see this."
    if code_.startswith("restricted_action"):
        return "This channel does not let apps post, so only you see this. Ask an owner."
    if code_ == "missing_scope":
        return "I may not post here: a permission lacks. An admin can reinstall the app."
    return "I could not post this to the channel, so only you see it."
