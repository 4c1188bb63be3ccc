"""The requests of a session that knows the proxy on the way out: each finds its own, wherever it was made.

A library that makes requests with our session reads variables for a proxy of its own (slack_sdk does, and forgets
NO_PROXY). What it found does not count.
"""

from typing import Any

from aiohttp import ClientRequest
from yarl import URL

from bot.oci.wire.outbound import Outbound


def requests_by(proxies: Outbound | None) -> type[ClientRequest]:
    """For the `request_class` of a session; None = everything is dialled directly."""

    class Proxied(ClientRequest):
        def __init__(self, method: str, url: URL, **more: Any) -> None:  # noqa: ANN401 - all that aiohttp gives
            proxy = proxies.find(url) if proxies else None
            login = {"Proxy-Authorization": proxy.login} if proxy and proxy.login else {}
            more |= {"proxy": proxy.url if proxy else None, "proxy_auth": None, "proxy_headers": login or None}
            super().__init__(method, url, **more)
            if not self.is_ssl():  # no tunnel: the proxy reads this request itself
                self.headers.update(login)

    return Proxied
