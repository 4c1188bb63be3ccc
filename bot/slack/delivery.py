"""Delivers one message exactly once: it is stored before it is sent, and searched for if the answer was lost."""

import asyncio
from typing import Final

import structlog

from bot.errors import PostingError
from bot.slack.outgoing import Outgoing
from bot.slack.transport import NO_PARENT, NOT_EDITABLE, FoundMessage, Posted, Refused, RetryLater, Search, Unconfirmed
from bot.store.threads import UNCONFIRMED, Message, MessageState, new_intent
from bot.store.threads.sending import Begun

log = structlog.get_logger(__name__)

POSTS_MAX: Final = 3
"""Attempts to post an unconfirmed message in one delivery; then the job retries later."""

CLOCKS_DIFFER: Final = 60.0
"""Seconds before the first attempt from which a message is searched."""


async def deliver(outgoing: Outgoing) -> Message:
    """Post or edit; returns the message with its new state: posted, failed or gone.

    Raises PostingError with `retry_after` if a retry may succeed, and StoreError.
    """
    begun = await outgoing.begin()
    for _ in range(POSTS_MAX):
        match begun.step:
            case "update":
                return await _edit(outgoing)
            case "post":
                known = await _post(outgoing)
            case "reconcile":
                known = None
            case _:
                return outgoing.message
        known = known or await _look(outgoing, begun)
        if known:
            return known
        begun = await outgoing.begin(again=True)
    raise _unconfirmed(outgoing)


async def _post(outgoing: Outgoing) -> Message | None:
    """The message, or None if the result is unconfirmed."""
    match await outgoing.send(edit=False):
        case Posted(ts):
            return await outgoing.posted(ts, outgoing.message.want)
        case Unconfirmed(why):
            log.warning("answer to a post was lost", image=outgoing.address.subject, why=why)
            await outgoing.sending.unsure(outgoing.turn, outgoing.address, outgoing.message)
            return None
        case RetryLater(seconds, why):
            await outgoing.sending.not_posted(outgoing.turn, outgoing.address, outgoing.message)
            raise PostingError(why, code="later", retry_after=seconds)
        case Refused(code) if code in NO_PARENT and outgoing.thread_ts:
            return await outgoing.gone()
        case Refused() as refused:
            return await outgoing.failed(refused)


async def _look(outgoing: Outgoing, begun: Begun) -> Message | None:
    """The message if the search finds it. None means that it may be posted again with the same intent."""
    search = Search(
        outgoing.address.channel,
        outgoing.message.intent,
        outgoing.message.event,
        oldest=max(0.0, begun.first_sent_at - CLOCKS_DIFFER),
        thread_ts=outgoing.thread_ts,
    )
    for wait in outgoing.transport.limits.looks:
        await asyncio.sleep(wait)
        await outgoing.keep()
        match await outgoing.transport.find(search):
            case FoundMessage(ts, rev):
                return await outgoing.posted(ts, rev)
            case RetryLater(seconds, why):
                raise PostingError(why, code="later", retry_after=seconds)
            case Refused(code):
                why = "nobody knows whether the message is there: it is not posted again"
                log.error(
                    why, image=outgoing.address.subject, code=code, advice="grant channels:history, groups:history"
                )
                return await outgoing.failed(Refused(f"{UNCONFIRMED}{code}"))
    return None


async def _edit(outgoing: Outgoing) -> Message:
    match await outgoing.send(edit=True):
        case Posted():
            return await outgoing.posted(outgoing.message.ts, outgoing.message.want)
        case RetryLater(seconds, why):
            raise PostingError(why, code="later", retry_after=seconds)
        case Unconfirmed(why):  # retried: an edit is idempotent
            raise PostingError(why, code="perhaps", retry_after=outgoing.transport.limits.again)
        case Refused("message_not_found"):
            return await outgoing.gone()
        case Refused(code) if code in NOT_EDITABLE:
            return await _replace(outgoing)
        case Refused() as refused:
            return await outgoing.failed(refused)


async def _replace(outgoing: Outgoing) -> Message:
    """Post a new message with a link to the old one, which can no longer be edited."""
    old = outgoing.message
    link = await outgoing.transport.permalink(outgoing.address.channel, old.ts)
    fresh = old.model_copy(update={"intent": new_intent(), "ts": "", "state": MessageState.NEW, "earlier": link})
    await outgoing.sending.renew(outgoing.turn, outgoing.address, old, fresh.intent, link)
    return await deliver(outgoing.renewed(fresh))


def _unconfirmed(outgoing: Outgoing) -> PostingError:
    seconds = outgoing.transport.limits.again
    return PostingError("Slack did not confirm a message", code="perhaps", retry_after=seconds)
