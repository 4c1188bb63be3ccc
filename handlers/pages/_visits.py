"""How often one visitor may ask for pages: a page costs some 50 ms, and one visitor must not take all of it."""

from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.intake.rate import RateLimit
from handlers.client_address import Proxies, network_of

BURST: Final = 150
"""Pages that one address may ask for at once; a person who opens every link of a page asks for some 100."""

RATE: Final = 5.0
"""Pages a second after that."""

FREE: Final = ("/assets/", "/healthz", "/readyz", "/webhooks/", "/slack/")
"""What is not a page. Badges count: image proxies of code hosts keep them."""


def visits_limited(proxies: Proxies, *, burst: int = BURST, rate: float = RATE) -> Middleware:
    """The middleware. Raises HTTPTooManyRequests, which the error pages show."""
    limit = RateLimit(burst, rate)

    @web.middleware
    async def limited(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(FREE) and limit.take(network_of(proxies.client_of(request))) is None:
            raise web.HTTPTooManyRequests(headers={"Retry-After": "5"})
        return await handler(request)

    return limited
