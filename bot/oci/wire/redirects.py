"""Redirects, followed by hand: a few hops, to where the guard allows, and without what was meant for the registry."""

from typing import Final

from yarl import URL

from bot.errors import UnavailableError
from bot.oci.wire.messages import RegistryRequest, Response
from bot.oci.wire.sender import Sender
from bot.values import replace

REDIRECTS_MAX: Final = 3
"""Hops; blob stores need one."""

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_KEPT: Final = ("Accept",)
"""Headers that go to another place too. Authorization does not, even to the same host."""


async def follow(sender: Sender, ask: RegistryRequest, *, tail: str = "") -> Response:
    """The answer at the end of the redirects. Raises UnavailableError when there are too many, or one leads nowhere.

    `tail`: only to where the path ends so; another redirect is the answer. What leads to another registry keeps the
    path, e.g. registry.k8s.io; what leads to a web site does not.
    """
    response = await sender.send(ask)
    for _ in range(REDIRECTS_MAX):
        if response.status not in REDIRECTS or not _is_meant(response, tail):
            return response
        response = await sender.send(_next(ask, response))
    if response.status in REDIRECTS and _is_meant(response, tail):
        raise UnavailableError(f"{ask.what}: more than {REDIRECTS_MAX} redirects", host=ask.registry)
    return response


def _is_meant(response: Response, tail: str) -> bool:
    target = location(response)
    return not tail or (target is not None and target.raw_path.endswith(tail))


def _next(ask: RegistryRequest, response: Response) -> RegistryRequest:
    target = location(response)
    if target is None:
        raise UnavailableError(f"{ask.what}: {response.ask.url.host} redirects to nowhere", host=ask.registry)
    headers = {name: ask.headers[name] for name in _KEPT if name in ask.headers}
    return replace(response.ask, url=target, headers=headers, led_by=ask.led_by or ask.url, pull=False)


def location(response: Response) -> URL | None:
    """Where a redirect leads, byte by byte as it was sent (signatures cover it); None when that is not a URL."""
    text = response.headers.get("Location", "")
    if not text or not all("!" <= character <= "~" for character in text):
        return None
    try:
        target = response.ask.url.join(URL(text, encoded=True))
        return target.with_fragment(None) if target.host and target.port else None
    except ValueError:
        return None
