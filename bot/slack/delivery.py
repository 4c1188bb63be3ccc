"""Brings one message to its place exactly once: written down before it leaves, looked for when the answer got lost."""

import asyncio
from typing import Final

import structlog

from bot.errors import PostingError
from bot.slack.outgoing import Outgoing
from bot.slack.transport import NO_PARENT, NOT_EDITABLE, FoundMessage, Posted, Refused, RetryLater, Search, Unconfirmed
from bot.store.threads import Message, State, new_intent
from bot.store.threads.sending import Begun

log = structlog.get_logger(__name__)

POSTS_MAX: Final = 3
"""Times that one delivery posts a message of which nobody can tell whether it arrived; then it is left for later."""

BLIND_POSTS_MAX: Final = 2
"""The same where we may not look: a lost finding is worse than a double one, but not a third time."""

CLOCKS_DIFFER: Final = 60.0
"""Seconds; how far back before the first sending a message is looked for."""


async def deliver(outgoing: Outgoing) -> Message:
    """Post or edit; returns the message as it is known afterwards: posted, failed or gone.

    Raises PostingError, with `retry_after`, when it is worth another try; StoreError.
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
    raise _nobody_knows(outgoing)


async def _post(outgoing: Outgoing) -> Message | None:
    """None when nobody knows whether it arrived."""
    match await outgoing.send(edit=False):
        case Posted(ts):
            return await outgoing.posted(ts, outgoing.message.want)
        case Unconfirmed(why):
            log.warning("the answer to a post got lost", image=outgoing.address.subject, why=why)
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
    """Whether it is there after all; None when it is not, and may be posted again under the same intent."""
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
            case Refused(code) if begun.attempt < BLIND_POSTS_MAX:
                log.warning("a message is posted again without a look", image=outgoing.address.subject, code=code)
                return None
            case Refused(code):
                return await outgoing.failed(Refused(f"unconfirmed_{code}"))
    return None


async def _edit(outgoing: Outgoing) -> Message:
    match await outgoing.send(edit=True):
        case Posted():
            return await outgoing.posted(outgoing.message.ts, outgoing.message.want)
        case RetryLater(seconds, why):
            raise PostingError(why, code="later", retry_after=seconds)
        case Unconfirmed(why):  # to be done again: the same edit twice does no harm
            raise PostingError(why, code="perhaps", retry_after=outgoing.transport.limits.again)
        case Refused("message_not_found"):
            return await outgoing.gone()
        case Refused(code) if code in NOT_EDITABLE:
            return await _replace(outgoing)
        case Refused() as refused:
            return await outgoing.failed(refused)


async def _replace(outgoing: Outgoing) -> Message:
    """What cannot be edited any more is followed by a new message that links it."""
    old = outgoing.message
    link = await outgoing.transport.permalink(outgoing.address.channel, old.ts)
    fresh = old.model_copy(update={"intent": new_intent(), "ts": "", "state": State.NEW, "earlier": link})
    await outgoing.sending.renew(outgoing.turn, outgoing.address, old, fresh.intent, link)
    return await deliver(outgoing.renewed(fresh))


def _nobody_knows(outgoing: Outgoing) -> PostingError:
    seconds = outgoing.transport.limits.again
    return PostingError("Slack does not say whether a message is there", code="perhaps", retry_after=seconds)
