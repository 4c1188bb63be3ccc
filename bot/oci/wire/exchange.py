"""One HTTP exchange: allowed, in turn, in time, bounded, counted. No retries, no redirects, no credentials."""

import asyncio
import errno
import socket
import ssl
from typing import Final

from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorDNSError,
    ClientConnectorSSLError,
    ClientError,
    ClientSession,
    ClientTimeout,
    InvalidURL,
)

from bot.metrics.program import PULLS_LEFT, REGISTRY_REQUESTS
from bot.oci import tally
from bot.oci.guard import Guard
from bot.oci.hosts import authority
from bot.oci.wire.body import read_body
from bot.oci.wire.gates import Gates
from bot.oci.wire.limits import ToldLimits
from bot.oci.wire.messages import RegistryRequest, Response, Trouble
from bot.oci.wire.meter import Spending, metering
from bot.oci.wire.pace import Pace
from bot.oci.wire.proxy_way import in_place_of_host, of_proxy
from bot.tracing import SpanKind, span

TOO_MANY: Final = 429

SMALL: Final = 64 * 1024
"""Bytes of an answer whose time says how busy the host is; a larger one takes its time anyway."""

SLOWEST: Final = 256 * 1024
"""Bytes a second that large contents must come with, beyond the deadline of every exchange."""


class HttpExchange:
    """The process's one session, with everything that every exchange must keep to."""

    def __init__(
        self,
        session: ClientSession,
        guard: Guard,
        pace: Pace,
        limits: ToldLimits | None = None,
        gates: Gates | None = None,
    ) -> None:
        self._session = session
        self._guard = guard
        self._gates = gates or Gates()
        self.pace = pace
        self._timeout = ClientTimeout(total=None, sock_connect=pace.connect, sock_read=pace.read)
        self.limits = limits or ToldLimits()

    async def exchange(self, ask: RegistryRequest) -> Response | Trouble:
        """The whole answer, or why there was none.

        Raises ForbiddenAddressError, TooLargeError and UntrustworthyError: asking again would not help.
        """
        await self._gates.share(ask)
        gate, counts = self._gates.of(ask), tally.current()
        async with gate.turn(late=bool(counts.searching)) as waited:
            level = tally.next_level(waited=waited)
            if ask.gate == "token":
                counts.token()
            else:
                counts.request(pull=ask.pull)
            with metering() as spending:
                began = self.pace.clock()
                try:
                    outcome = await self._traced(ask, spending)
                finally:
                    tally.answered(level)
                    counts.add_framing(spending.framing)
                if isinstance(outcome, Response) and len(outcome.body) <= SMALL:
                    gate.answered(self.pace.clock() - began)
        if isinstance(outcome, Response) and outcome.status == TOO_MANY:
            await self._gates.refused(ask)
        return outcome

    async def _traced(self, ask: RegistryRequest, spending: Spending) -> Response | Trouble:
        told = {"server__address": ask.registry, "http__request__method": ask.method, "provenance__about": ask.what}
        with span(f"registry {ask.method}", SpanKind.CLIENT, **told) as open_span:
            outcome = await self._in_time(ask, spending)
            REGISTRY_REQUESTS.add(ask.registry, _outcome(outcome))
            if isinstance(outcome, Trouble):
                open_span.fail(outcome.reason)
            else:
                open_span.set("http.response.status_code", outcome.status)
            return outcome

    async def _in_time(self, ask: RegistryRequest, spending: Spending) -> Response | Trouble:
        proxy = self._guard.proxy_for(ask.url)
        through = f" through the proxy {authority(proxy)}" if proxy else ""
        try:
            async with asyncio.timeout(self.pace.total + (ask.size or 0) / SLOWEST):
                with self._guard.dialling(ask.registry, ask.url, led_by=ask.led_by):
                    await self._guard.pass_on(ask.url)
                    response = await self._send(ask, spending)
                    return (in_place_of_host(proxy, response) if proxy else None) or response
        except TimeoutError:
            return Trouble(f"{authority(ask.url)} did not answer in time{through}")
        except UnicodeError:  # a name with a label of more than 63 characters, out of the resolver
            return Trouble(f"the host name {ask.url.host} is unknown", passing=False)
        except (ClientError, OSError, ValueError) as error:
            if spending.refused:
                return Trouble(f"{authority(ask.url)} sent {spending.refused}", passing=False)
            return (of_proxy(proxy, error) if proxy else None) or _trouble(ask, error)

    async def _send(self, ask: RegistryRequest, spending: Spending) -> Response:
        async with self._session.request(
            ask.method,
            ask.url,
            headers=ask.headers,
            data=ask.form,
            timeout=self._timeout,
            allow_redirects=False,
        ) as response:
            spending.has_head = True
            self.limits.note(ask.registry, response.headers, self.pace.clock())
            if left := self.limits.pulls(ask.registry, now := self.pace.clock()):
                PULLS_LEFT.set(left.remaining, ask.registry, lasts=left.until - now)
            try:
                body, digest = await read_body(response, ask, spending)
            except BaseException:
                response.close()  # what is left of the body is not wanted, nor is the connection
                raise
            return Response(ask=ask, status=response.status, headers=response.headers, body=body, digest=digest)


def _outcome(outcome: Response | Trouble) -> str:
    if isinstance(outcome, Trouble):
        return "failed"
    return "throttled" if outcome.status == TOO_MANY else f"{outcome.status // 100}xx"


def _trouble(ask: RegistryRequest, error: Exception) -> Trouble:
    """The error as a sentence. Its own text is left out: it may hold a URL with secrets in its query."""
    place = authority(ask.url)
    if lasting := _lasting(place, ask.url.host or "", error):
        return Trouble(lasting, passing=False)
    match error:
        case ClientConnectorDNSError():
            return Trouble(f"the name {ask.url.host} could not be resolved")
        case OSError(errno=errno.ECONNREFUSED):
            return Trouble(f"nothing listens at {place}")
        case _:
            return Trouble(f"the connection to {place} failed ({type(error).__name__})")


def _lasting(place: str, host: str, error: Exception) -> str:
    """What another try would not change, and what would; "" for all else."""
    match error:
        case InvalidURL():
            return f"{host} is not a host name"
        case ClientConnectorDNSError() if _is_unknown_name(error):
            return f"the host name {host} is unknown"
        case ClientConnectorCertificateError() | ssl.SSLCertVerificationError():
            why = f"the certificate of {place} is not for it, or not signed by a trusted authority"
            return f"{why} (an authority of your own: SSL_CERT_FILE)"
        case ClientConnectorSSLError():
            return f"{place} does not speak TLS with us (plain HTTP: list it in PROVENANCE_INSECURE_HOSTS)"
        case _:
            return ""


def _is_unknown_name(error: ClientConnectorDNSError) -> bool:
    cause = error.os_error
    return isinstance(cause, socket.gaierror) and cause.errno in (socket.EAI_NONAME, socket.EAI_NODATA)
