"""Jinja for the pages: all values are escaped and cleaned; filters and globals of the templates.

It is imported for the first page: a bot whose pages nobody reads needs no templates in memory.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from aiohttp import web
from markupsafe import Markup, escape
from msgspec import Struct

from bot.login.role import Role
from bot.remedies.example import as_example
from bot.render.html.words import OUTCOMES, STATES, SURENESS, VERDICTS, clean, short_digest
from bot.render.slack.escape import web_address
from handlers.pages import _form
from handlers.pages._access import visitor_of
from handlers.pages._links import json_url
from handlers.pages._thread import is_rule

if TYPE_CHECKING:
    from jinja2 import Environment, Template

HERE: Final = Path(__file__).parent


class Asset(Struct, frozen=True):
    """A static file; `version` changes with its content."""

    content_type: str
    content: bytes

    @property
    def version(self) -> str:
        """Part of the address, so that browsers may cache the file for a long time."""
        return hashlib.sha256(self.content).hexdigest()[:12]


ASSETS: Final = {
    name: Asset(content_type, (HERE / "assets" / name).read_bytes())
    for name, content_type in {
        "style.css": "text/css",
        "copy.js": "text/javascript",
        "refresh.js": "text/javascript",
        "icon.svg": "image/svg+xml",
    }.items()
}


class Viewer(Struct, frozen=True):
    """Who looks, for the templates: read when a page is rendered, since a request is made before anybody is known."""

    request: web.Request

    @property
    def may_see(self) -> bool:
        """Whether there is anything to see."""
        return visitor_of(self.request).may(Role.SEE)

    @property
    def may_ask(self) -> bool:
        """Whether they may ask for checks."""
        return visitor_of(self.request).may(Role.ASK)

    @property
    def may_waive(self) -> bool:
        """Whether they may waive a rule."""
        return visitor_of(self.request).may(Role.WAIVE)

    @property
    def label(self) -> str:
        """Their name; "" without a login."""
        found = visitor_of(self.request).visitor
        return found.label if found else ""

    @property
    def csrf(self) -> str:
        """The token of the form that logs them out."""
        return _form.token(self.request)


class Templates:
    """What aiohttp_jinja2 asks of jinja2's own environment, which is made for the first page."""

    def get_template(self, name: str) -> "Template":
        """The template of that name."""
        return self._environment.get_template(name)

    @cached_property
    def _environment(self) -> "Environment":
        from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - see above

        environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_cleaned,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters["ticks"] = ticks
        environment.filters["example"] = as_example
        environment.filters["web_address"] = web_address
        environment.globals.update(
            asset=asset,
            is_rule=is_rule,
            moment=lambda at: datetime.fromtimestamp(at, UTC),
            json_url=json_url,
            short_digest=short_digest,
            OUTCOMES=OUTCOMES,
            STATES=STATES,
            SURENESS=SURENESS,
            VERDICTS=VERDICTS,
        )
        return environment


TEMPLATES: Final = web.AppKey("templates", Templates)


def setup(app: web.Application) -> None:
    """Set up the templates of the application."""
    app[TEMPLATES] = Templates()


def show_page(name: str, request: web.Request, context: Mapping[str, object], *, status: int = 200) -> web.Response:
    """The page, by that template. Every template has a `viewer`."""
    from aiohttp_jinja2 import render_template  # noqa: PLC0415 - see above

    key = cast("web.AppKey[Environment]", TEMPLATES)
    return render_template(name, request, {**context, "viewer": Viewer(request)}, app_key=key, status=status)


def asset(name: str) -> str:
    """The asset's address."""
    return f"/assets/{ASSETS[name].version}/{name}"


def ticks(text: str) -> Markup:
    """Escaped text in which `backticks` become code."""
    parts = re.split(r"`([^`\n]+)`", clean(text))
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if odd else escape(part)
        for odd, part in ((index % 2, part) for index, part in enumerate(parts))
    )


def _cleaned(value: object) -> object:
    """The text without invisible and direction-changing characters."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value
