"""What a proxy that we trust says about a request: who asks, and by which address the visitor sees us.

X-Forwarded-For, -Proto, -Host and -Prefix, or Forwarded: the headers of one family, as the operator says. Each proxy
adds at the right; a list is read from there for as long as a trusted proxy speaks. What stands further left anybody may
have written.
https://www.rfc-editor.org/rfc/rfc7239
"""

import re
from collections.abc import Iterator
from typing import Final

from aiohttp import web
from msgspec import Struct

TEXT_MAX: Final = 1024
"""Characters at the right of a header; further left stands what strangers wrote."""

FORWARDED: Final = "forwarded"

_ELEMENTS: Final = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')
_PAIR: Final = re.compile(r'(?:^|;)\s*(for|proto|host)\s*=\s*("(?:[^"\\]|\\.)*"|[^;",\s]*)\s*(?=;|$)', re.IGNORECASE)
_HOST: Final = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](?::[0-9]{1,5})?"
)
_PREFIX: Final = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,63}){1,8}")


class ForwardedHops(Struct, frozen=True):
    """What the proxies wrote, from left to right. Nothing of it is validated."""

    clients: tuple[str, ...] = ()
    protos: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()


def read_hops(request: web.BaseRequest, family: str) -> ForwardedHops:
    """The headers of that family: "forwarded" or "x-forwarded-for"."""
    if family == FORWARDED:
        elements = [dict(_pairs(element)) for element in _ELEMENTS.findall(_text(request, FORWARDED))]
        clients, protos, hosts = (
            tuple(element.get(name, "") for element in elements) for name in ("for", "proto", "host")
        )
        return ForwardedHops(clients, protos, hosts)
    return ForwardedHops(
        _list(request, "x-forwarded-for"),
        _list(request, "x-forwarded-proto"),
        _list(request, "x-forwarded-host"),
        _list(request, "x-forwarded-prefix"),
    )


def proto_of(text: str) -> str:
    """`http` or `https`; "" for anything else."""
    return word if (word := text.lower()) in {"http", "https"} else ""


def host_of(text: str) -> str:
    """host[:port]; "" for anything else."""
    return text.lower() if _HOST.fullmatch(text) else ""


def prefix_of(text: str) -> str:
    """A path such as `/provenance`; "" for anything else."""
    return text.rstrip("/") if _PREFIX.fullmatch(text.rstrip("/")) else ""


def _list(request: web.BaseRequest, name: str) -> tuple[str, ...]:
    text = _text(request, name)
    return tuple(part.strip() for part in text.split(",")) if text else ()


def _text(request: web.BaseRequest, name: str) -> str:
    return ",".join(request.headers.getall(name, []))[-TEXT_MAX:]


def _pairs(element: str) -> Iterator[tuple[str, str]]:
    """The first of each name counts: one may occur only once."""
    for found in reversed(list(_PAIR.finditer(element))):
        yield found[1].lower(), found[2].strip('"')
