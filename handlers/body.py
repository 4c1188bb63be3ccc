"""Reads a request's body with limits of size and time. An unreadable body is a client error (4xx)."""

import asyncio

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from handlers.connections import arriving


async def read(request: web.Request, *, most: int, seconds: float) -> bytes:
    """The raw bytes, decompressed.

    Raises HTTPRequestEntityTooLarge over `most` bytes, HTTPRequestTimeout, and HTTPBadRequest when it is not encoded as
    its headers say or breaks off.
    """
    if (request.content_length or 0) > most:
        raise web.HTTPRequestEntityTooLarge(most, request.content_length or 0)
    try:
        # Mostly it is there with the head: then nothing is waited for, and no timer is set.
        if request.content.is_eof() and request.content.total_bytes <= most:
            return request.content.read_nowait()
        with arriving(request):
            async with asyncio.timeout(seconds):
                return await _arriving(request, most)
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except (HttpProcessingError, web.RequestPayloadError, OSError):
        raise web.HTTPBadRequest(text="the body cannot be read") from None
    except RuntimeError:  # aiohttp raises it when the client was gone before the first read
        if request.transport is not None:
            raise
        raise web.HTTPBadRequest(text="the body broke off") from None


async def _arriving(request: web.Request, most: int) -> bytes:
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > most:
            raise web.HTTPRequestEntityTooLarge(most, len(body))
    return bytes(body)
