"""The floor of a webhook door: aiohttp without middlewares and logs, which parses the JSON and does one SET.

Run as `python -m bench.bare_door PORT ADDRESS`, with the store's address for redis-py.
"""

import sys

from aiohttp import web
from redis.asyncio import Redis


def app_on(address: str) -> web.Application:
    """POST /webhooks/<id> sets one key, named by the first event's tag."""
    redis = Redis.from_url(address)

    async def take(request: web.Request) -> web.Response:
        body = await request.json()
        await redis.set(f"bare:{body['events'][0]['target']['tag']}", "1", ex=60)
        return web.json_response({"accepted": 1}, status=202)

    app = web.Application()
    app.router.add_post("/webhooks/{id}", take)
    return app


if __name__ == "__main__":
    web.run_app(app_on(sys.argv[2]), host="127.0.0.1", port=int(sys.argv[1]), access_log=None)
