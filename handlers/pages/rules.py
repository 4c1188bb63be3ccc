"""`/rules` and `/rules/<id>`: the rules, why they matter, and how to fix a failure."""

from aiohttp import web

from bot.rules import catalogue
from handlers.pages._templates import show_page


async def index(request: web.Request) -> web.Response:
    """All rules by id. An id begins with the topic, so the topics are grouped."""
    rules = sorted(catalogue(), key=lambda rule: rule.id)
    return show_page("rules.html", request, {"place": "rules", "rules": rules})


async def one(request: web.Request) -> web.Response:
    """One rule."""
    found = next((rule for rule in catalogue() if rule.id == request.match_info["id"]), None)
    if found is None:
        raise web.HTTPNotFound
    return show_page("rule.html", request, {"place": "rules", "rule": found})
