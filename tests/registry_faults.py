"""What can be wrong with a registry's answer. Each fault sends an answer in its own bad way.

Give one to `FakeRegistry.fault(path, fault)`.
"""

import asyncio
import gzip
import json
from collections.abc import Mapping
from typing import Protocol

from aiohttp import web
from msgspec import Struct, field


class Answer(Struct, frozen=True):
    """What the registry would have said."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> web.Response:
        return web.Response(status=self.status, body=self.body, headers=dict(self.headers))


def refuse(status: int, code: str, message: str) -> Answer:
    """An error as the specification writes it."""
    body = json.dumps({"errors": [{"code": code, "message": message, "detail": None}]}).encode()
    return Answer(status, body, {"Content-Type": "application/json"})


class Fault(Protocol):
    """A way to spoil an answer."""

    async def send(self, request: web.Request, answer: Answer) -> web.StreamResponse: ...


class Status(Struct, frozen=True):
    """Another status instead of the answer, e.g. Status(429, headers={"Retry-After": "7"})."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    async def send(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        del request, answer
        return Answer(self.status, self.body, self.headers).response()


class Body(Struct, frozen=True):
    """Another body under the same status; `headers` are added."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    async def send(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        del request
        return Answer(answer.status, self.body, {**answer.headers, **self.headers}).response()


class Redirect(Struct, frozen=True):
    """Somewhere else: `to` and, when `keep_path`, the path that was asked."""

    to: str
    status: int = 307
    keep_path: bool = True

    async def send(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        del answer
        location = self.to + (request.raw_path if self.keep_path else "")
        return web.Response(status=self.status, headers={"Location": location})


class Hang(Struct, frozen=True):
    """Nothing, until the client goes away."""

    async def send(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        del request
        await asyncio.Event().wait()
        return answer.response()


class Slow(Struct, frozen=True):
    """One byte at a time, `seconds` apart."""

    seconds: float

    async def send(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        response = web.StreamResponse(status=answer.status, headers=dict(answer.headers))
        response.content_length = len(answer.body)
        await response.prepare(request)
        for position in range(len(answer.body)):
            await response.write(answer.body[position : position + 1])
            await asyncio.sleep(self.seconds)
        return response


class Drop(Struct, frozen=True):
    """The connection is cut after `after` bytes of the body; with -1, before a single byte of the answer."""

    after: int = -1

    async def send(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        response = web.StreamResponse(status=answer.status, headers=dict(answer.headers))
        if self.after >= 0:
            response.content_length = len(answer.body)
            await response.prepare(request)
            await response.write(answer.body[: self.after])
        if request.transport is not None:
            request.transport.abort() if self.after < 0 else request.transport.close()
        return response


class Flip(Struct, frozen=True):
    """One bit of the body is another."""

    position: int = 0

    async def send(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        del request
        spoiled = bytearray(answer.body)
        spoiled[self.position] ^= 1
        return Answer(answer.status, bytes(spoiled), answer.headers).response()


class Longer(Struct, frozen=True):
    """`extra` bytes more than were named; `chunked`: without saying the length beforehand."""

    extra: int = 1
    chunked: bool = False

    async def send(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        response = Answer(answer.status, answer.body + b"\n" * self.extra, answer.headers).response()
        if self.chunked:
            response.enable_chunked_encoding()
        await response.prepare(request)
        return response


class Shorter(Struct, frozen=True):
    """`cut` bytes fewer than were named, and the length says so."""

    cut: int = 1

    async def send(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        del request
        return Answer(answer.status, answer.body[: -self.cut], answer.headers).response()


class Endless(Struct, frozen=True):
    """A body without end; `status` instead of the answer's when given."""

    chunk: bytes = b" " * 65536
    status: int = 0

    async def send(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        response = web.StreamResponse(status=self.status or answer.status, headers=dict(answer.headers))
        response.enable_chunked_encoding()
        await response.prepare(request)
        while True:
            await response.write(self.chunk)


class GzipBomb(Struct, frozen=True):
    """`size` zeros, a thousandth of it on the wire."""

    size: int = 64 * 1024 * 1024

    async def send(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        del request
        body = gzip.compress(bytes(self.size))
        return Answer(answer.status, body, {**answer.headers, "Content-Encoding": "gzip"}).response()


class Gzip(Struct, frozen=True):
    """The same body, packed, as a proxy does it that was asked for no packing."""

    async def send(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        if not answer.body or request.method == "HEAD":
            return answer.response()
        return Answer(
            answer.status, gzip.compress(answer.body), {**answer.headers, "Content-Encoding": "gzip"}
        ).response()


class Chunked(Struct, frozen=True):
    """The same body, without its length."""

    async def send(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        response = web.StreamResponse(status=answer.status, headers=dict(answer.headers))
        response.enable_chunked_encoding()
        await response.prepare(request)
        if request.method != "HEAD":
            await response.write(answer.body)
        return response


class Headers(Struct, frozen=True):
    """The same answer with these headers; an empty one is left out."""

    headers: Mapping[str, str]

    async def send(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        del request
        headers = {name: value for name, value in {**answer.headers, **self.headers}.items() if value}
        return Answer(answer.status, answer.body, headers).response()


class Instead(Struct, frozen=True):
    """Another status for one that would have been sent; all others as they are."""

    of: int
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)

    async def send(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        del request
        if answer.status != self.of:
            return answer.response()
        return Answer(self.status, answer.body, {**answer.headers, **self.headers}).response()
