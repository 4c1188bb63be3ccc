"""Lists that come in pages: the header Link (RFC 8288), followed only within the registry."""

import re
from collections.abc import Iterator
from typing import Final

from yarl import URL

from bot.errors import UnavailableError
from bot.oci.hosts import authority
from bot.oci.wire.messages import RegistryRequest, Response
from bot.values import replace

_LINK = re.compile(r'<([^<>]*)>((?:[^,"]|"[^"]*")*)')
_NEXT = re.compile(r""";\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|'next'|next\s*(?:;|$))""", re.IGNORECASE)
_SAYS_NEXT = re.compile(r"\brel\s*=\s*[^,;]{0,100}\bnext\b", re.IGNORECASE)
LINK_MAX: Final = 8190
"""Characters of the header, as long as aiohttp lets one through."""


def next_page(response: Response) -> URL | None:
    """The next page's URL; None when there is none.

    Raises UnavailableError when it is not the same list of the same registry, or cannot be read: we do not go there,
    and do not pretend that the list is whole.
    """
    here = response.ask.url
    for target in _targets(response):
        if not target or not all("!" <= character <= "~" for character in target):
            text = f"{response.ask.what}: the header Link of {here.host} names a next page that is not a URL"
            raise UnavailableError(text, host=response.ask.registry)
        url = _joined(here, target)
        if url is None or _place(url) != _place(here):
            text = f"{response.ask.what}: {here.host} says that the next page is elsewhere; not followed"
            raise UnavailableError(text, host=response.ask.registry)
        return url
    return None


def following(ask: RegistryRequest, response: Response, url: URL) -> RegistryRequest:
    """The request of the next page: where a redirect has led, it is asked there, and without a login."""
    return replace(ask if response.ask.led_by is None else response.ask, url=url)


def _joined(here: URL, target: str) -> URL | None:
    try:
        return here.join(URL(target, encoded=True)).with_fragment(None)
    except ValueError:
        return None


def _place(url: URL) -> tuple[object, ...]:
    return url.scheme, url.user, authority(url), url.raw_path


def _targets(response: Response) -> Iterator[str]:
    """What the links to the next page name; "" for one that does not have the form of a link."""
    for header in response.headers.getall("Link", []):
        for link in _LINK.finditer(header[:LINK_MAX]):
            if _NEXT.search(link[2]):
                yield link[1].strip()
        if len(header) > LINK_MAX or _SAYS_NEXT.search(_LINK.sub("", header)):
            yield ""
