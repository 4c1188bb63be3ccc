"""The answer to the person who asked, in addition to the thread that everybody sees."""

from enum import StrEnum
from typing import Final

from msgspec import Struct

from bot.render.release.view import ReleaseView
from bot.render.slack.answer import private_answer
from bot.render.slack.check_failure import TRIED_MAX, CheckFailure, sentence
from bot.render.slack.escape import cut, date, escaped, link, prose
from bot.render.slack.message import TEXT_MAX, section
from bot.render.slack.step import step_outputs
from bot.render.slack.words import VERDICTS
from bot.slack.answers import Answers, AnswerTo
from bot.slack.destinations import Destination
from bot.slack.transport import NOT_HERE
from bot.store.threads import MessageState, Thread
from bot.values import Hiding

ASKED_ONCE: Final = "It is not tried again automatically."


class Opens(StrEnum):
    """Whether a thread begins, if there is none."""

    IF_DUE = "if-due"  # if there is something to tell (notify.py)
    ALWAYS = "always"  # for a person who asked in public
    NEVER = "never"


class Asker(Hiding, Struct, frozen=True):
    """Who wants a thread brought up to date: a Slack user's id, and the response_url of their command or button.

    `channel` and `thread_ts` are of the message in which they mentioned the bot; the answer goes there.
    """

    HIDDEN = frozenset({"response_url"})

    user: str = ""
    response_url: str = ""
    opens: Opens = Opens.IF_DUE
    channel: str = ""
    thread_ts: str = ""
    asked_at: float = 0.0
    is_private: bool = False  # the answer is for that user alone, though it has no response_url
    execution: str = ""  # of a workflow's step, whose outputs are the answer

    @property
    def to(self) -> AnswerTo:
        """Where the answer goes."""
        return AnswerTo(
            self.user, self.response_url, self.channel, self.thread_ts, self.asked_at, self.is_private, self.execution
        )


NOBODY: Final = Asker()
"""A push, or a look that is due."""


class Requester:
    """Answers one person; does nothing if nobody asked."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    async def after_report(
        self,
        release: ReleaseView,
        place: Destination,
        before: Thread | None,
        now: Thread | None,
        to: AnswerTo,
    ) -> None:
        """Answers after an edit, which notifies nobody, and after a refusal. A new message needs no answer."""
        if not to or to.execution or now is None:
            return
        parent = now.parent
        if parent.state is MessageState.FAILED:
            shown = [block for block in parent.blocks if block.get("type") != "actions"]  # it is not our message
            why = refusal(parent.code)
            text = cut(f"{why} {parent.text}", TEXT_MAX)  # a screen reader reads no blocks
            await self._answers.say(to, text, [section("not-here", why), *shown], once="report")
        elif before is not None and before.parent.ts and parent.ts:
            where = await _link_to(now, place)
            text = f"{VERDICTS[release.verdict][1]}: {prose(release.title, 200)}. {where} is up to date."
            await self._answers.say(to, text, once="report")

    async def answer(
        self, image: ReleaseView, place: Destination, thread: Thread | None, to: AnswerTo, *, base_url: str
    ) -> None:
        """The verdict on one image, its problems and how to fix the first ones; and the thread of its release."""
        if to.execution:
            await self._answers.complete(to.execution, step_outputs(image, base_url=base_url))
            return
        draft = private_answer(image, base_url=base_url)
        blocks = list(draft.blocks)
        if thread is not None and thread.parent.ts:
            blocks.append(section("thread", f"{await _link_to(thread, place)} has all images of the release."))
        await self._answers.say(to, draft.text, blocks, once="report")

    async def failure(self, failure: CheckFailure, to: AnswerTo) -> bool:
        """Whether the person got the answer. A step of a workflow ends only when nobody tries again."""
        if to.execution:
            if failure.final or not failure.retry_at:
                await self._answers.fail(to.execution, f"{failure.image} could not be checked: {failure.tried}")
            return True
        when = ASKED_ONCE
        if failure.retry_at and not failure.final:
            when = f"Next attempt {date(failure.retry_at)}."
        said = f"{sentence(prose(failure.tried, TRIED_MAX))} This says nothing about the image. {when}"
        text = f"Unknown: {escaped(failure.image, 500)} could not be checked. {said}"
        once = f"trouble:{failure.retry_at.isoformat() if failure.retry_at else 'final'}"
        return await self._answers.say(to, text, once=once)


async def _link_to(thread: Thread, place: Destination) -> str:
    address = await place.transport.permalink(place.channel, thread.parent.ts)
    return link(address, "The thread in this channel") if address else "The thread in this channel"


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
