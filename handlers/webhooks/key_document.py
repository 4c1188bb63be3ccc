"""Fetches the document of Google's public keys: one guarded request, bounded in time and size, without redirects."""

import asyncio
from typing import Final

from aiohttp import ClientError, ClientSession, DummyCookieJar, TCPConnector, ThreadedResolver
from yarl import URL

from bot.errors import RegistryError, UnverifiableDeliveryError
from bot.oci.guard import Guard
from bot.oci.hosts import authority
from bot.oci.options import RegistryOptions
from bot.oci.wire.outbound import Outbound
from bot.oci.wire.proxied import requests_by
from bot.oci.wire.proxy_way import proxy_way, reason_of

FETCH_TIME: Final = 4.0
"""Seconds; Pub/Sub waits 10 for the whole answer."""

KEYS_BODY_MAX: Final = 64 * 1024
"""Bytes; the real document has 2 KB."""

OK: Final = 200


async def fetch_keys(address: str, insecure_hosts: tuple[str, ...] = (), proxies: Outbound | None = None) -> bytes:
    """The document, for once an hour. Of private hosts only that of the address may be asked, which the operator set.

    Raises UnverifiableDeliveryError.
    """
    url = URL(address)
    resolver = ThreadedResolver()
    told = RegistryOptions(private_hosts=(authority(url),), insecure_hosts=insecure_hosts)
    guard = Guard(told, proxy_way(proxies, resolver))
    connector = TCPConnector(limit=1, resolver=resolver, socket_factory=guard.open_socket)
    requests = requests_by(proxies)
    try:
        async with (
            asyncio.timeout(FETCH_TIME),
            ClientSession(connector=connector, cookie_jar=DummyCookieJar(), request_class=requests) as session,
        ):
            with guard.dialling(authority(url), url):
                await guard.pass_on(url)
                return await _get(session, url)
    except RegistryError as error:  # the guard's
        raise UnverifiableDeliveryError(str(error)) from None
    except (ClientError, OSError, ValueError) as error:
        why = reason_of(guard.proxy_for(url), error) or f"did not answer ({type(error).__name__})"
        raise UnverifiableDeliveryError(f"{url.host} {why}") from None


async def _get(session: ClientSession, url: URL) -> bytes:
    async with session.get(url, allow_redirects=False) as answer:
        if answer.status != OK:
            raise UnverifiableDeliveryError(f"{url.host} answered {answer.status}")
        content = bytearray()
        async for chunk in answer.content.iter_any():
            content += chunk
            if len(content) > KEYS_BODY_MAX:
                raise UnverifiableDeliveryError(f"{url.host} sent more than {KEYS_BODY_MAX} bytes")
        return bytes(content)
