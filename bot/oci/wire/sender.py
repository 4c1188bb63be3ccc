"""An exchange that is retried while the error may be temporary: 3 attempts, 1 s and 3 s apart, give or take half."""

from datetime import timedelta
from typing import Final

from bot.errors import RateLimitedError, RegistryError, UnavailableError
from bot.oci.wire.answers import explained
from bot.oci.wire.exchange import HttpExchange
from bot.oci.wire.messages import RegistryRequest, Response, Trouble
from bot.values import replace

TRIES: Final = 3
WAITS: Final = (1.0, 3.0)
"""Seconds before the second and the third try, as go-containerregistry."""

RETRY_AFTER_SLEEP_MAX: Final = 60.0
"""Seconds; who must wait longer gives the job back instead of sleeping."""

TOO_MANY: Final = 429
PASSING: Final = frozenset({408, TOO_MANY, 500, 502, 503, 504, 520, 521, 522, 523, 524})
"""Answers that say nothing about the image and may be others in a moment; those from 520 on are Cloudflare's."""

_HUB_WINDOW: Final = b"pull rate limit"
"""Stands in Docker Hub's long 429, that of the six-hour window; the short one is against bursts."""


class Sender:
    """Sends an RegistryRequest until there is an answer that means something."""

    def __init__(self, wire: HttpExchange) -> None:
        self._wire = wire
        self.pace = wire.pace

    async def send(self, ask: RegistryRequest) -> Response:
        """The answer, of any status that does not pass.

        Raises RateLimitedError, UnavailableError, and what `HttpExchange.exchange` raises.
        """
        tries = 1 if ask.method == "POST" else TRIES
        for tried in range(1, tries + 1):
            outcome = await self._wire.exchange(ask)
            if isinstance(outcome, Response) and outcome.status not in PASSING:
                return outcome if tried == 1 else replace(outcome, tried=tried)
            wait = self._wait(outcome, tried)
            if tried == tries or wait is None:
                break
            await self._wire.pace.sleep(wait)
        raise self._given_up(ask, outcome, tried)

    def _wait(self, outcome: Response | Trouble, tried: int) -> float | None:
        """Seconds before the next try; None when it is not worth waiting for."""
        jittered = WAITS[min(tried, len(WAITS)) - 1] * (0.5 + self._wire.pace.chance())
        if isinstance(outcome, Trouble):
            return jittered if outcome.passing else None
        told = self._told(outcome)
        if told is None and outcome.status == TOO_MANY and _HUB_WINDOW in outcome.body:
            return None
        return jittered if told is None else (told if told <= RETRY_AFTER_SLEEP_MAX else None)

    def _told(self, response: Response) -> float | None:
        from bot.oci.wire.retry_after import retry_after  # noqa: PLC0415 - most answers are final

        return retry_after(response.headers.get("Retry-After"), self._wire.pace.now())

    def _given_up(self, ask: RegistryRequest, outcome: Response | Trouble, tried: int) -> RegistryError:
        if isinstance(outcome, Trouble):
            return UnavailableError(f"{ask.what}: {outcome.reason}", host=ask.registry, tried=tried)
        text = f"{ask.what}: {ask.url.host} answered {outcome.status}{explained(outcome)}"
        if outcome.status != TOO_MANY:
            return UnavailableError(text, host=ask.registry, tried=tried)
        told = self._told(outcome)
        retry_at = None if told is None else self._wire.pace.now() + timedelta(seconds=told)
        return RateLimitedError(text, host=ask.registry, tried=tried, retry_at=retry_at)
