"""Gives a request of Slack to the listeners, once, whichever way it came."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, Protocol

import structlog
from msgspec import Struct
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.errors import StoreError
from bot.store.slack_events import Claim, SlackEvents
from handlers.slack_payload import is_event, once_name

log = structlog.get_logger(__name__)

CLAIM_MAX: Final = 0.5
"""Seconds for the store to say whether a request is repeated. Without an answer, the request is accepted."""

_OK, _REJECTED, _BUSY, _FAILED = 200, 400, 503, 500


class Listening(Protocol):
    """Bolt's application, or one that stands for several."""

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """The answer of the first listener that takes the request."""


class Dispatcher(Struct, frozen=True):
    """One for all ways in. A repeated request is answered, and no listener sees it."""

    app: Listening
    events: SlackEvents

    async def dispatch(self, request: AsyncBoltRequest, *, is_signed: bool) -> BoltResponse:
        """The answer. 503 = another process handles this request, and answers it. Slack sends an event again.

        A signed request was looked up by its signature; only events come again with another one.
        """
        name = "" if is_signed and not is_event(request.body) else once_name(request.body)
        match await self._claim(name) if name else Claim.OURS:
            case Claim.HANDLED:
                return BoltResponse(status=_OK)
            case Claim.TAKEN:
                return BoltResponse(status=_BUSY)
            case Claim.OURS:
                return await self._handle(request, name)

    async def _handle(self, request: AsyncBoltRequest, name: str) -> BoltResponse:
        try:  # Bolt raises any exception for payloads with unexpected types
            answer = await self.app.async_dispatch(request)
        except Exception:
            log.exception("authentic request not processed")
            answer = BoltResponse(status=_REJECTED, body="not a valid request")
        if name:
            await self._end(self.events.drop if answer.status >= _FAILED else self.events.handled, name)
        return answer

    async def _claim(self, name: str) -> Claim:
        try:
            async with asyncio.timeout(CLAIM_MAX):
                return await self.events.claim(name)
        except (StoreError, TimeoutError) as error:
            log.warning("request accepted without a look for a repetition", error=str(error) or type(error).__name__)
            return Claim.OURS

    @staticmethod
    async def _end(step: Callable[[str], Awaitable[None]], name: str) -> None:
        """Without the store, the claim ends by itself."""
        with suppress(StoreError, TimeoutError):
            async with asyncio.timeout(CLAIM_MAX):
                await step(name)
