"""The one form that changes something, and its protection from other sites (cross-site request forgery).

A random token stands in a cookie that no other site can make the browser send (SameSite=Strict) and in the form; both
must be equal. Browsers that say where a request comes from (Sec-Fetch-Site) must say "same-origin". Neither needs
trust in the Host header or a secret that several processes would have to share.
"""

import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs

from aiohttp import web

from handlers import body

COOKIE: Final = "provenance_csrf"
FORM_MAX: Final = 16 * 1024
"""Bytes of the form."""

FORM_TIME: Final = 10.0
"""Seconds for it to arrive."""

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent; `forged` when it may not come from our own page."""

    image: str
    forged: bool


def token(request: web.Request) -> str:
    """The visitor's token, a new one when there is none."""
    known = request.cookies.get(COOKIE, "")
    return known if _TOKEN.fullmatch(known) else secrets.token_urlsafe(32)


def remember(response: web.StreamResponse, value: str, *, secure: bool) -> None:
    """Set the cookie for this session of the browser."""
    response.set_cookie(COOKIE, value, path="/", httponly=True, samesite="Strict", secure=secure)


async def read(request: web.Request) -> Form:
    """The form. Raises HTTPBadRequest for another body, HTTPRequestEntityTooLarge for a long one."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPUnsupportedMediaType
    raw = await body.read(request, most=FORM_MAX, seconds=FORM_TIME)
    try:
        fields = parse_qs(raw.decode("utf-8"), max_num_fields=10, errors="strict")
    except ValueError as error:  # not UTF-8, or too many fields
        raise web.HTTPBadRequest from error
    given, known = fields.get("csrf", [""])[0], request.cookies.get(COOKIE, "")
    elsewhere = request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin"
    matches = bool(_TOKEN.fullmatch(known)) and hmac.compare_digest(given.encode(), known.encode())
    return Form(fields.get("image", [""])[0], forged=elsewhere or not matches)
