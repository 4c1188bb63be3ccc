"""The door of the webhooks: POST /webhooks/<id>[/<secret>]. Nothing slow stands between a delivery and its answer.

202 with how many checks were queued, and why others were not; 200 to a ping; 401 forged; 404 unknown, or a wrong
secret in the path; 400 malformed, with what does not fit; 413 too long; 503 when the store is unavailable.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Protocol

import structlog
from aiohttp import web

from bot.errors import ForgedError, MalformedDeliveryError, StoreError
from bot.intake.intake import Intake, Taken
from bot.settings import WebhookSource
from handlers.body import read
from handlers.webhooks.delivery import WEBHOOK_BODY_MAX, Delivery, NoSuchHookError, Receiver, same

BODY_TIME: Final = 10.0
"""Seconds for a whole body to arrive."""

COUNT_TIME: Final = 0.25
"""Seconds; a count is not worth a late answer."""

RETRY_AFTER: Final = 30
"""Seconds, told with a 503."""

_NO_BODY: Final = {
    408: "the body did not arrive in time",
    413: f"the body has more than WEBHOOK_BODY_MAX = {WEBHOOK_BODY_MAX} bytes",
}

log = structlog.get_logger(__name__)


class Counts(Protocol):
    """Remembers how many deliveries of a source came to which end, so that a dead or broken hook is noticed."""

    async def count(self, source: str, outcome: str) -> None:
        """One more. Raises StoreError."""


@dataclass(frozen=True, slots=True)
class Door:
    """Verifies and parses a delivery, hands it to the intake, and says what became of it."""

    receivers: Mapping[str, Receiver]
    sources: Mapping[str, WebhookSource]
    intake: Intake
    counts: Counts

    async def receive(self, request: web.Request) -> web.Response:
        """One delivery."""
        try:
            body = await read(request, most=WEBHOOK_BODY_MAX, seconds=BODY_TIME)
        except web.HTTPError as error:
            return _refused(error.status, _NO_BODY.get(error.status, "the body cannot be read"))
        delivery = Delivery(request.headers, body, request.match_info.get("secret", ""))
        source = self.sources.get(request.match_info["id"])
        if source is None:
            same(delivery.path_secret, "0" * 43)  # an unknown source takes as long as a wrong secret
            return _refused(404, "no such hook")
        return await self._answered(delivery, source)

    async def _answered(self, delivery: Delivery, source: WebhookSource) -> web.Response:
        try:
            return await self._verified(delivery, source)
        except NoSuchHookError:
            return _refused(404, "no such hook", source.id)
        except ForgedError:
            return _refused(401, "no proof of origin", source.id)
        except MalformedDeliveryError as error:
            await self._count(source, "malformed")
            return _refused(400, str(error), source.id)

    async def _verified(self, delivery: Delivery, source: WebhookSource) -> web.Response:
        receiver = self.receivers[source.kind]
        if delivery.path_secret and not receiver.in_path:
            raise NoSuchHookError("this kind of sender signs; its path has no secret")
        receiver.verify(delivery, source.secret.get_secret_value())
        parsed = receiver.parse(delivery)
        if parsed.ping:
            return web.json_response({"accepted": 0, "reason": "ping"})
        taken = await self.intake.take(parsed, source, receiver.retries)
        log.info("delivery", source=source.id, accepted=taken.accepted, ignored=dict(taken.ignored))
        await self._count(source, "queued" if taken.accepted else "refused" if taken.come_back else "ignored")
        return _answer(taken)

    async def _count(self, source: WebhookSource, outcome: str) -> None:
        """Only for authentic deliveries: a wrong secret must not take longer than an unknown source."""
        with suppress(StoreError, TimeoutError):
            async with asyncio.timeout(COUNT_TIME):
                await self.counts.count(source.id, outcome)


def _answer(taken: Taken) -> web.Response:
    reason = ", ".join(why if count == 1 else f"{why} ({count})" for why, count in taken.ignored.items())
    body = {"accepted": taken.accepted} | ({"reason": reason} if reason else {})
    if taken.come_back:
        return web.json_response(body, status=503, headers={"Retry-After": str(RETRY_AFTER)})
    return web.json_response(body, status=202)


def _refused(status: int, why: str, source: str = "") -> web.Response:
    log.warning("delivery refused", source=source, status=status, why=why)
    return web.json_response({"error": why}, status=status)
