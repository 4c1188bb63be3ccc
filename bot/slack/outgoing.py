"""One message that is being sent, and how each result is stored."""

import asyncio

import structlog
from msgspec import Struct

from bot.errors import PostingError
from bot.slack.outgoing_message import in_plain_form, outgoing_message
from bot.slack.transport import TOO_MUCH, Answer, OutgoingMessage, Refused, Transport
from bot.store.threads import Address, Message, MessageState
from bot.store.threads.sending import Begun, Sending, Turn
from bot.values import replace

log = structlog.get_logger(__name__)


class Outgoing(Struct, frozen=True):
    """A message, its thread and the sender's lock on the channel. Raises PostingError if the lock is lost."""

    sending: Sending
    transport: Transport
    turn: Turn
    address: Address
    message: Message
    thread_ts: str

    def renewed(self, message: Message) -> "Outgoing":
        """The same for another message."""
        return replace(self, message=message)

    async def begin(self, *, again: bool = False) -> Begun:
        """Store that the message is about to be sent, unless another step comes first."""
        stale = self.transport.limits.stale
        begun = await self.sending.begin(self.turn, self.address, self.message.part, stale=stale, again=again)
        if begun.step == "stale":
            raise _taken_over()
        if begun.step == "busy":
            raise PostingError("another request is posting it", code="busy", retry_after=begun.seconds)
        return begun

    async def keep(self) -> None:
        """Renew the lock, or stop: two senders at once are worse than a late message."""
        if not await self.sending.keep(self.turn):
            raise _taken_over()

    async def send(self, *, edit: bool) -> Answer:
        """Post or edit at the channel's rate; in plain form if Slack refuses the full form."""
        await self._pace()
        answer = await self._call(outgoing_message(self.message, self.address.channel, self.thread_ts), edit=edit)
        if isinstance(answer, Refused) and answer.code in TOO_MUCH:
            # Our own bug, so the shape of the message is logged.
            shape = [block.get("type") for block in self.message.blocks]
            log.error("message refused, sending its plain form", code=answer.code, shape=shape)
            plain = outgoing_message(in_plain_form(self.message), self.address.channel, self.thread_ts)
            answer = await self._call(plain, edit=edit)
        return answer

    async def posted(self, ts: str, rev: int) -> Message:
        """Store that it was posted."""
        self._fenced(await self.sending.posted(self.turn, self.address, self.message, ts, rev))
        return self.message.model_copy(update={"state": MessageState.POSTED, "ts": ts, "rev": rev})

    async def gone(self) -> Message:
        """Store that somebody deleted it or its thread."""
        self._fenced(await self.sending.gone(self.turn, self.address, self.message))
        return self.message.model_copy(update={"state": MessageState.GONE})

    async def failed(self, refused: Refused) -> Message:
        """Store that it was refused, and that a retry cannot succeed."""
        log.error(
            "message refused",
            image=self.address.subject,
            channel=self.address.channel,
            part=self.message.part or "parent",
            code=refused.code,
            needed=refused.needed,
        )
        self._fenced(await self.sending.failed(self.turn, self.address, self.message, refused.code))
        return self.message.model_copy(update={"state": MessageState.FAILED, "code": refused.code})

    async def _call(self, ready: OutgoingMessage, *, edit: bool) -> Answer:
        return await (self.transport.update(ready) if edit else self.transport.post(ready))

    async def _pace(self) -> None:
        limits = self.transport.limits
        if limits.each:
            wait = await self.sending.wait_for(self.address, each=limits.each, burst=limits.burst)
            await asyncio.sleep(wait)
        await self.keep()

    @staticmethod
    def _fenced(is_ours: bool) -> None:  # noqa: FBT001 - the result of a script
        if not is_ours:
            raise _taken_over()


def _taken_over() -> PostingError:
    return PostingError("another worker took over", code="stale", retry_after=1.0)
