"""Fetches the files of a TUF repository through the operator's proxy. The library would ask the environment for one."""

from collections.abc import Iterator
from typing import Final

from tuf.api.exceptions import DownloadHTTPError
from tuf.ngclient.fetcher import FetcherInterface
from urllib3 import BaseHTTPResponse, PoolManager, ProxyManager, Timeout
from yarl import URL

from bot.oci.wire.outbound import Outbound

SILENCE_MAX: Final = 30.0
"""Seconds without a byte."""

_CHUNK: Final = 400_000
_OK: Final = 200


class ProxyFetcher(FetcherInterface):
    """No redirect is followed: it might lead to a host that needs another way."""

    def __init__(self, proxies: Outbound) -> None:
        self._proxies = proxies

    def _fetch(self, url: str) -> Iterator[bytes]:
        """See FetcherInterface. Raises DownloadHTTPError, and what urllib3 raises."""
        response = self._pool(url).request(
            "GET", url, preload_content=False, timeout=Timeout(SILENCE_MAX), redirect=False
        )
        if response.status != _OK:
            response.close()
            raise DownloadHTTPError(f"HTTP error occurred with status {response.status}", response.status)
        return self._chunks(response)

    @staticmethod
    def _chunks(response: BaseHTTPResponse) -> Iterator[bytes]:
        try:
            yield from response.stream(_CHUNK)
        finally:
            response.release_conn()

    def _pool(self, url: str) -> PoolManager:
        proxy = self._proxies.find(URL(url))
        if proxy is None:
            return PoolManager()
        return ProxyManager(str(proxy.url), proxy_headers={"Proxy-Authorization": proxy.login} if proxy.login else {})
