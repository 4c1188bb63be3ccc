"""Reading a body: counted, hashed, and never more of it than was allowed."""

import hashlib
import logging
from typing import Final

from aiohttp import ClientResponse

from bot.errors import TooLargeError, UntrustworthyError
from bot.oci import tally
from bot.oci.wire.messages import OK, RegistryRequest
from bot.oci.wire.meter import Spending

ERROR_BODY_MAX: Final = 64 * 1024
"""Bytes of an answer that is not a success; enough for a message."""

HASHES: Final = {"sha256": hashlib.sha256, "sha512": hashlib.sha512}
"""Of the digests that there are (reference.DIGEST). Made so, a hash costs half of one that is looked up by its name."""

log = logging.getLogger(__name__)


async def read_body(response: ClientResponse, ask: RegistryRequest, spending: Spending) -> tuple[bytes, str]:
    """The body and its digest.

    Raises TooLargeError when it has more than `ask.limit` bytes, UntrustworthyError when it has not `ask.size`.
    A body that explains an error is cut instead.
    """
    if ask.method == "HEAD":
        return b"", ""
    if response.status != OK:
        return await _cut(response, spending), ""
    _check_announced(response, ask)
    hasher, chunks, count = HASHES[ask.algorithm](), [], 0
    async for chunk in response.content.iter_any():
        count += len(chunk)
        _check_count(count, ask)
        spending.take(len(chunk))
        tally.current().add_bytes(len(chunk))
        hasher.update(chunk)
        chunks.append(chunk)
    if ask.size is not None and count != ask.size:
        raise _other_size(ask, f"{count} bytes")
    return b"".join(chunks), f"{ask.algorithm}:{hasher.hexdigest()}"


async def _cut(response: ClientResponse, spending: Spending) -> bytes:
    """At most the first ERROR_BODY_MAX bytes of a body."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        spending.take(len(chunk))
        tally.current().add_bytes(len(chunk))
        body += chunk
        if len(body) >= ERROR_BODY_MAX:
            response.close()
            break
    return bytes(body[:ERROR_BODY_MAX])


def _check_announced(response: ClientResponse, ask: RegistryRequest) -> None:
    """Refuse by Content-Length already; under an encoding it counts other bytes than ours."""
    announced = response.content_length
    if announced is not None and "Content-Encoding" not in response.headers:
        _check_count(announced, ask)


def _check_count(count: int, ask: RegistryRequest) -> None:
    if ask.size is not None and count > ask.size:
        raise _other_size(ask, "more")
    if count > ask.limit:
        raise TooLargeError(f"{ask.what} has more than the limit of {ask.limit} bytes", host=ask.registry)


def _other_size(ask: RegistryRequest, found: str) -> UntrustworthyError:
    told = {"registry": ask.registry, "what": ask.what, "host": ask.url.host, "size": ask.size, "found": found}
    log.error("size_mismatch", extra=told)
    text = f"{ask.what} should have {ask.size} bytes; {ask.registry} sent {found}"
    return UntrustworthyError(text, host=ask.registry)
