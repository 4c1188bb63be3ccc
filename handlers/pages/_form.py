"""The form that queues a check, and its protection against cross-site request forgery.

A random token is in a cookie (SameSite=Strict, so other sites cannot make the browser send it) and in the form; both
must be equal. Of somebody who is logged in, the token is made of the session's id. If the browser sends Sec-Fetch-Site,
it must be "same-origin". This needs neither the Host header nor a secret that several processes share.
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs

from aiohttp import web
from msgspec import Struct

from handlers import body
from handlers.pages._access import visitor_of
from handlers.pages._address import is_secure

COOKIE: Final = "provenance_csrf"
FORM_MAX: Final = 16 * 1024
"""Bytes of the form."""

FORM_TIME: Final = 10.0
"""Seconds for the form to arrive."""

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


class Form(Struct, frozen=True):
    """The form's content; `forged` if it may not come from our own page."""

    fields: Mapping[str, str]
    forged: bool

    @property
    def image(self) -> str:
        """The image that was typed."""
        return self.fields.get("image", "")


def token(request: web.Request) -> str:
    """The visitor's token, or a new one. With a login it belongs to the session, and is in no cookie of its own."""
    if session := visitor_of(request).session:
        return _of_session(session)
    known = request.cookies.get(COOKIE, "")
    return known if _TOKEN.fullmatch(known) else secrets.token_urlsafe(32)


def remember(request: web.Request, response: web.StreamResponse, value: str) -> None:
    """Set the cookie, if the token is not the session's."""
    if visitor_of(request).session:
        return
    secure = is_secure(request)
    response.set_cookie(COOKIE, value, path="/", httponly=True, samesite="Strict", secure=secure)


async def read(request: web.Request) -> Form:
    """The form. Raises HTTPBadRequest for an invalid body, HTTPRequestEntityTooLarge for a long one."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPUnsupportedMediaType
    raw = await body.read(request, most=FORM_MAX, seconds=FORM_TIME)
    try:
        fields = parse_qs(raw.decode("utf-8"), max_num_fields=10, errors="strict")
    except ValueError as error:  # not UTF-8, or too many fields
        raise web.HTTPBadRequest from error
    session = visitor_of(request).session
    given, known = fields.get("csrf", [""])[0], _of_session(session) if session else request.cookies.get(COOKIE, "")
    elsewhere = request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin"
    matches = bool(_TOKEN.fullmatch(known)) and hmac.compare_digest(given.encode(), known.encode())
    return Form({name: values[0] for name, values in fields.items()}, forged=elsewhere or not matches)


def _of_session(session: str) -> str:
    """Whoever does not know the session's id cannot make it, and it does not tell the id."""
    return base64.urlsafe_b64encode(hashlib.sha256(b"csrf " + session.encode()).digest()).rstrip(b"=").decode()
