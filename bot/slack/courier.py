"""Brings one message to its place exactly once: written down before it leaves, looked for when the answer got lost."""

import asyncio
from typing import Final

import structlog

from bot.errors import PostingError
from bot.slack.errand import Errand
from bot.slack.transport import NO_PARENT, NOT_EDITABLE, Done, Found, Later, Perhaps, Refused, Search
from bot.store.thread_sending import Begun
from bot.store.threads import Message, State, new_intent

log = structlog.get_logger(__name__)

POSTS_MAX: Final = 3
"""Times that one delivery posts a message of which nobody can tell whether it arrived; then it is left for later."""

BLIND_POSTS_MAX: Final = 2
"""The same where we may not look: a lost finding is worse than a double one, but not a third time."""

CLOCKS_DIFFER: Final = 60.0
"""Seconds; how far back before the first sending a message is looked for."""


async def deliver(errand: Errand) -> Message:
    """Post or edit; returns the message as it is known afterwards: posted, failed or gone.

    Raises PostingError, with `retry_after`, when it is worth another try; StoreError.
    """
    begun = await errand.begin()
    for _ in range(POSTS_MAX):
        match begun.step:
            case "update":
                return await _edit(errand)
            case "post":
                known = await _post(errand)
            case "reconcile":
                known = None
            case _:
                return errand.message
        known = known or await _look(errand, begun)
        if known:
            return known
        begun = await errand.begin(again=True)
    raise _nobody_knows(errand)


async def _post(errand: Errand) -> Message | None:
    """None when nobody knows whether it arrived."""
    match await errand.send(edit=False):
        case Done(ts):
            return await errand.posted(ts, errand.message.want)
        case Perhaps(why):
            log.warning("the answer to a post got lost", image=errand.address.subject, why=why)
            await errand.sending.unsure(errand.turn, errand.address, errand.message)
            return None
        case Later(seconds, why):
            await errand.sending.not_posted(errand.turn, errand.address, errand.message)
            raise PostingError(why, code="later", retry_after=seconds)
        case Refused(code) if code in NO_PARENT and errand.thread_ts:
            return await errand.gone()
        case Refused() as refused:
            return await errand.failed(refused)


async def _look(errand: Errand, begun: Begun) -> Message | None:
    """Whether it is there after all; None when it is not, and may be posted again under the same intent."""
    search = Search(
        errand.address.channel,
        errand.message.intent,
        errand.message.event,
        oldest=max(0.0, begun.first_sent_at - CLOCKS_DIFFER),
        thread_ts=errand.thread_ts,
    )
    for wait in errand.transport.manners.looks:
        await asyncio.sleep(wait)
        await errand.keep()
        match await errand.transport.find(search):
            case Found(ts, rev):
                return await errand.posted(ts, rev)
            case Later(seconds, why):
                raise PostingError(why, code="later", retry_after=seconds)
            case Refused(code) if begun.attempt < BLIND_POSTS_MAX:
                log.warning("a message is posted again without a look", image=errand.address.subject, code=code)
                return None
            case Refused(code):
                return await errand.failed(Refused(f"unconfirmed_{code}"))
    return None


async def _edit(errand: Errand) -> Message:
    match await errand.send(edit=True):
        case Done():
            return await errand.posted(errand.message.ts, errand.message.want)
        case Later(seconds, why):
            raise PostingError(why, code="later", retry_after=seconds)
        case Perhaps(why):  # to be done again: the same edit twice does no harm
            raise PostingError(why, code="perhaps", retry_after=errand.transport.manners.again)
        case Refused("message_not_found"):
            return await errand.gone()
        case Refused(code) if code in NOT_EDITABLE:
            return await _replace(errand)
        case Refused() as refused:
            return await errand.failed(refused)


async def _replace(errand: Errand) -> Message:
    """What cannot be edited any more is followed by a new message that links it."""
    old = errand.message
    link = await errand.transport.permalink(errand.address.channel, old.ts)
    fresh = old.model_copy(update={"intent": new_intent(), "ts": "", "state": State.NEW, "earlier": link})
    await errand.sending.renew(errand.turn, errand.address, old, fresh.intent, link)
    return await deliver(errand.renewed(fresh))


def _nobody_knows(errand: Errand) -> PostingError:
    seconds = errand.transport.manners.again
    return PostingError("Slack does not say whether a message is there", code="perhaps", retry_after=seconds)
