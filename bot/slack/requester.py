"""The answer to the person who asked, in addition to the thread that everybody sees."""

from bot.render.slack.check_failure import NO_RETRY, TRIED_MAX, CheckFailure, sentence
from bot.render.slack.escape import code, date, escaped, link, prose
from bot.render.slack.message import section
from bot.render.slack.words import VERDICTS
from bot.report import Report
from bot.slack.destinations import Destination
from bot.slack.ephemeral import Ephemeral
from bot.slack.transport import NOT_HERE
from bot.store.threads import MessageState, Thread


class Requester:
    """Answers one person; does nothing if nobody asked."""

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
        """Answers after an edit, which notifies nobody, and after a refusal. A new message needs no answer."""
        if not response_url or now is None:
            return
        parent = now.parent
        if parent.state is MessageState.FAILED:
            shown = [block for block in parent.blocks if block.get("type") != "actions"]  # it is not our message
            blocks = [section("not-here", refusal(parent.code)), *shown]
            await self._ephemeral.say(response_url, parent.text, blocks, once="report")
        elif before is not None and before.parent.ts and parent.ts:
            address = await place.transport.permalink(place.channel, parent.ts)
            word = VERDICTS[report.verdict][1]
            where = link(address, "Its message") if address else "Its message"
            text = f"{word}: {code(report.image, 500)}. {where} in this channel is up to date."
            await self._ephemeral.say(response_url, text, once="report")

    async def failure(self, failure: CheckFailure, response_url: str) -> bool:
        """Whether the person got the answer."""
        when = NO_RETRY
        if failure.retry_at and not failure.final:
            when = f"Next attempt {date(failure.retry_at)}."
        said = f"{sentence(prose(failure.tried, TRIED_MAX))} This says nothing about the image. {when}"
        text = f"Unknown: {escaped(failure.image, 500)} could not be checked. {said}"
        once = f"trouble:{failure.retry_at.isoformat() if failure.retry_at else 'final'}"
        return await self._ephemeral.say(response_url, text, once=once)


def refusal(code_: str) -> str:
    """What a person can do about a refusal. Slack's own error code is only in the log."""
    if code_ in NOT_HERE:
        return "The bot is not in this channel, so only you see this. Type `/invite @provenance` and try again."
    if code_ == "is_archived":
        return "This channel is archived, so only you see this."
    if code_.startswith("restricted_action"):
        return "This channel does not allow apps to post, so only you see this. Ask a channel owner."
    if code_ == "missing_scope":
        return "The app is missing a permission to post here. An admin can reinstall the app."
    return "The bot could not post this to the channel, so only you see it."
