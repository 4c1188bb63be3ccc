"""Jinja for our pages: everything escaped, everything untrusted cleaned, and the few words that templates use."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp_jinja2
import jinja2
from aiohttp import web
from markupsafe import Markup, escape

from bot.render.html.words import OUTCOMES, STATES, SURENESS, VERDICTS, clean, short_digest
from bot.render.slack.escape import web_address
from handlers.pages._links import json_url
from handlers.pages._thread import is_rule

HERE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of ours; `version` changes with its content."""

    content_type: str
    content: bytes

    @property
    def version(self) -> str:
        """A part of its address, so that it may be kept for long."""
        return hashlib.sha256(self.content).hexdigest()[:12]


ASSETS: Final = {
    name: Asset(content_type, (HERE / "assets" / name).read_bytes())
    for name, content_type in {
        "style.css": "text/css",
        "refresh.js": "text/javascript",
        "icon.svg": "image/svg+xml",
    }.items()
}


def setup(app: web.Application) -> None:
    """Make templates known to the application."""
    environment = aiohttp_jinja2.setup(
        app,
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_cleaned,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["ticks"] = ticks
    environment.filters["web_address"] = web_address
    environment.globals.update(
        asset=asset,
        is_rule=is_rule,
        json_url=json_url,
        short_digest=short_digest,
        OUTCOMES=OUTCOMES,
        STATES=STATES,
        SURENESS=SURENESS,
        VERDICTS=VERDICTS,
    )


def asset(name: str) -> str:
    """The address of an asset."""
    return f"/assets/{ASSETS[name].version}/{name}"


def ticks(text: str) -> Markup:
    """Escaped text in which `backticks` become code, as writers of rules mean them."""
    parts = re.split(r"`([^`\n]+)`", clean(text))
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if odd else escape(part)
        for odd, part in ((index % 2, part) for index, part in enumerate(parts))
    )


def _cleaned(value: object) -> object:
    """Text on its way into a page, without characters that are invisible or turn the reading direction."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value
