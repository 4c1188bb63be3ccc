"""Requests to the login provider: guarded, bounded in time and size, without redirects and cookies."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from aiohttp import ClientError, ClientSession, DummyCookieJar, TCPConnector, ThreadedResolver
from yarl import URL

from bot.errors import MalformedError, ProviderUnavailableError, RegistryError
from bot.login.options import LoginOptions
from bot.oci.documents import parse
from bot.oci.guard import Guard
from bot.oci.hosts import authority
from bot.oci.options import RegistryOptions
from bot.oci.wire.proxied import requests_by
from bot.oci.wire.proxy_way import proxy_way, reason_of

CALL_TIME: Final = 5.0
"""Seconds; a person waits."""

ANSWER_MAX: Final = 256 * 1024
"""Bytes; real documents have some 5 KB, a token with 200 groups 20 KB."""

REFUSED: Final = frozenset({400, 401, 403})
"""By these a provider says no; everything else beside 200 means that it does not work."""


class ProviderCaller:
    """Calls only the hosts that the operator set."""

    def __init__(self, options: LoginOptions) -> None:
        self._options = options

    async def get(self, address: str, *, bearer: str = "") -> dict[str, Any]:
        """The JSON object there. Raises ProviderUnavailableError."""
        status, found = await self._ask("GET", address, {"Authorization": f"Bearer {bearer}"} if bearer else {}, None)
        if status in REFUSED:
            raise _away(address, f"answered {status}")
        return found

    async def post(
        self, address: str, form: Mapping[str, str], headers: Mapping[str, str]
    ) -> tuple[int, dict[str, Any]]:
        """Status and JSON object: 200, or one of REFUSED. Raises ProviderUnavailableError."""
        return await self._ask("POST", address, headers, form)

    async def _ask(
        self, method: str, address: str, headers: Mapping[str, str], form: Mapping[str, str] | None
    ) -> tuple[int, dict[str, Any]]:
        url = URL(address)
        if not self._options.allows(url):
            raise _away(address, "is not one of the hosts in PROVENANCE_OIDC_ISSUER and PROVENANCE_OIDC_HOSTS")
        dialled, insecure = self._options.dialled, self._options.insecure_hosts
        resolver, proxies = ThreadedResolver(), self._options.proxies
        guard = Guard(RegistryOptions(private_hosts=dialled, insecure_hosts=insecure), proxy_way(proxies, resolver))
        connector = TCPConnector(limit=1, resolver=resolver, socket_factory=guard.open_socket)
        requests = requests_by(proxies)
        told = {"Accept": "application/json", **headers}
        try:
            async with (
                asyncio.timeout(CALL_TIME),
                ClientSession(connector=connector, cookie_jar=DummyCookieJar(), request_class=requests) as session,
            ):
                with guard.dialling(authority(url), url):
                    await guard.pass_on(url)
                    return await _exchange(session, method, url, told, form)
        except RegistryError as error:  # the guard's
            raise ProviderUnavailableError(str(error)) from None
        except (ClientError, OSError, ValueError) as error:
            why = reason_of(guard.proxy_for(url), error) or f"did not answer ({type(error).__name__})"
            raise _away(address, why) from None
        except MalformedError:
            raise _away(address, "did not answer with a JSON object") from None


async def _exchange(
    session: ClientSession, method: str, url: URL, headers: Mapping[str, str], form: Mapping[str, str] | None
) -> tuple[int, dict[str, Any]]:
    async with session.request(method, url, headers=headers, data=form, allow_redirects=False) as answer:
        if answer.status != 200 and answer.status not in REFUSED:  # noqa: PLR2004 - success
            raise _away(str(url), f"answered {answer.status}")
        content = bytearray()
        async for chunk in answer.content.iter_any():
            content += chunk
            if len(content) > ANSWER_MAX:
                raise _away(str(url), f"sent more than {ANSWER_MAX} bytes")
        document = parse(bytes(content), what="the answer")
        if not isinstance(document, dict):
            raise MalformedError("the answer is not an object")
        return answer.status, document


def _away(address: str, why: str) -> ProviderUnavailableError:
    return ProviderUnavailableError(f"the login provider at {URL(address).host} {why}")
