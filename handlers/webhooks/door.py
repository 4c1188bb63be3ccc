"""The door of the webhooks: POST /webhooks/<id>[/<secret>]. Nothing slow stands between a delivery and its answer.

202 with how many checks were queued, and why others were not, also for an authentic body that does not read: a refusal
would switch some senders off, and others would repeat it for ever. 200 to a ping; 401 forged; 404 unknown, or a wrong
secret in the path; 413 too long; 503 when the store, or what verifies the sender, is unavailable.
"""

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Final, Protocol

import structlog
from aiohttp import web
from msgspec import Struct

from bot.errors import ForgedError, MalformedDeliveryError, StoreError, UnverifiableDeliveryError
from bot.intake.fan_out import Taker
from bot.intake.intake import Taken
from bot.metrics.program import DELIVERIES, EVENTS
from bot.request_ids import current
from bot.settings_values import WebhookSource
from handlers.access_log import note
from handlers.body import read
from handlers.webhooks.delivery import WEBHOOK_BODY_MAX, Delivery
from handlers.webhooks.proof import UNKNOWN, NoSuchHookError, PublicKeys, SecretInPath, SourceTrust
from handlers.webhooks.receiver import Receiver

BODY_TIME: Final = 10.0
"""Seconds for a whole body to arrive."""

COUNT_TIME: Final = 0.25
"""Seconds; a count is not worth a late answer."""

RETRY_AFTER: Final = 30
"""Seconds, told with a 503."""

NO_SUCH_HOOK: Final = "no such hook"
"""For an unknown source and for a wrong secret alike."""

_NO_BODY: Final = {408: "the body did not arrive in time", 413: "the body is too long"}

_OUTCOMES: Final = {200: "ping", 202: "taken", 401: "forged", 404: "unknown", 413: "too-long", 503: "unavailable"}
"""For the metrics, by status."""

_NO_SOURCE: Final = SecretInPath(in_body=True)
"""A delivery to an unknown source is compared too, and so takes as long as one with a wrong secret."""

_ORIGIN: Final = re.compile(r"[A-Za-z0-9.:-]{1,255}", re.ASCII)
"""A host, as RFC 9110 has it in Host; it is said back."""

log = structlog.get_logger(__name__)


class Counts(Protocol):
    """Remembers how many deliveries, and events in them, came to which end: a dead or broken hook is noticed."""

    def joined(self, source: str, ends: Mapping[str, int]) -> bool:
        """Whether they go with the next count of that source, as one is on its way; then nobody need wait."""

    async def count(self, source: str, ends: Mapping[str, int]) -> None:
        """So many more of each. Raises StoreError."""


class Door(Struct, frozen=True):
    """Verifies and parses a delivery, hands it to the intake, and says what became of it."""

    receivers: Mapping[str, Receiver]
    sources: Mapping[str, WebhookSource]
    intake: Taker
    counts: Counts
    keys: PublicKeys | None = None
    body_time: float = BODY_TIME

    async def receive(self, request: web.Request) -> web.Response:
        """One delivery."""
        answer, source = await self._receive(request)
        DELIVERIES.add(source or "unknown", _OUTCOMES.get(answer.status, "unreadable"))
        return answer

    async def permit(self, request: web.Request) -> web.Response:
        """Whether a sender of CloudEvents may send here: it asks before it sends the first one, without any proof.

        https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md#4-abuse-protection
        """
        source, origin = self.sources.get(request.match_info["id"]), request.headers.get("WebHook-Request-Origin", "")
        if source is None or not self.receivers[source.kind].asks_first or not _ORIGIN.fullmatch(origin):
            raise web.HTTPMethodNotAllowed(request.method, ["POST"])
        return web.Response(headers={"WebHook-Allowed-Origin": origin, "WebHook-Allowed-Rate": "*", "Allow": "POST"})

    async def _receive(self, request: web.Request) -> tuple[web.Response, str]:
        source = self.sources.get(request.match_info["id"])
        name = source.id if source is not None else ""
        try:
            answer = await (self._unknown(request) if source is None else self._known(request, source))
        except NoSuchHookError:
            answer = _refused(404, NO_SUCH_HOOK, name)
        except ForgedError:
            answer = _refused(401, "no proof of origin", name)
        except UnverifiableDeliveryError as error:
            answer = _refused(503, str(error), name)
        except web.HTTPError as error:
            answer = _refused(error.status, _NO_BODY.get(error.status, "the body cannot be read"), name)
        return answer, name

    async def _unknown(self, request: web.Request) -> web.Response:
        body = await read(request, most=WEBHOOK_BODY_MAX, seconds=self.body_time)
        await _NO_SOURCE.verify(_delivery(request, body), UNKNOWN)
        raise NoSuchHookError("no such source")

    async def _known(self, request: web.Request, source: WebhookSource) -> web.Response:
        receiver, trust = self.receivers[source.kind], self._trust(source)
        if "secret" in request.match_info and not receiver.in_path:
            raise NoSuchHookError("this kind of sender signs; its path has no secret")
        if receiver.body_max > WEBHOOK_BODY_MAX:  # only from a sender that proved itself
            await receiver.proof.verify(_delivery(request, b""), trust)
        body = await read(request, most=receiver.body_max, seconds=self.body_time)
        delivery = _delivery(request, body)
        await receiver.proof.verify(delivery, trust)
        return await self._taken(request, delivery, source, receiver)

    def _trust(self, source: WebhookSource) -> SourceTrust:
        return SourceTrust(source.secret.get_secret_value(), source.account, source.audience, self.keys)

    async def _taken(
        self, request: web.Request, delivery: Delivery, source: WebhookSource, receiver: Receiver
    ) -> web.Response:
        """What becomes of an authentic delivery."""
        try:
            parsed = receiver.parse(delivery)
        except MalformedDeliveryError as error:
            log.warning("malformed delivery", source=source.id, why=str(error))
            EVENTS.add(source.id, "malformed")
            await self._count(source, {"malformed": 1})
            return web.json_response({"accepted": 0, "reason": f"malformed: {error}"}, status=202)
        if parsed.ping:
            return web.json_response({"accepted": 0, "reason": "ping", **parsed.answer})
        taken = await self.intake.take(parsed, source, receiver.retries)
        note(request, source=source.id, accepted=taken.accepted, ignored=dict(taken.ignored))
        ends = {"queued": int(taken.accepted > 0), "refused": int(taken.come_back)}
        ends = {end: number for end, number in {**taken.ignored, **ends}.items() if number}
        for end, number in ends.items():
            EVENTS.add(source.id, end, by=number)
        await self._count(source, ends)
        return _answer(taken)

    async def _count(self, source: WebhookSource, ends: Mapping[str, int]) -> None:
        """Only for authentic deliveries: a wrong secret must not take longer than an unknown source."""
        if self.counts.joined(source.id, ends):
            return
        with suppress(StoreError, TimeoutError):
            async with asyncio.timeout(COUNT_TIME):
                await self.counts.count(source.id, ends)


def _answer(taken: Taken) -> web.Response:
    reason = ", ".join(why if count == 1 else f"{why} ({count})" for why, count in taken.ignored.items())
    body = {"accepted": taken.accepted} | ({"reason": reason} if reason else {})
    if taken.come_back:
        return web.json_response(body, status=503, headers={"Retry-After": str(RETRY_AFTER)})
    return web.json_response(body, status=202)


def _delivery(request: web.Request, body: bytes) -> Delivery:
    return Delivery(request.headers, body, request.match_info.get("secret", ""))


def _refused(status: int, why: str, source: str = "") -> web.Response:
    log.warning("delivery refused", source=source, status=status, why=why)
    headers = {"Retry-After": str(RETRY_AFTER)} if status == 503 else {}  # noqa: PLR2004 - unavailable
    quote = {"request_id": id_} if (id_ := current()) else {}
    return web.json_response({"error": why, **quote}, status=status, headers=headers)
