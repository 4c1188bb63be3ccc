"""Posts the demo's webhook requests to the bot over HTTP."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from aiohttp import ClientSession, ClientTimeout
from msgspec import Struct

from bot.demo.samples import Sample, repositories
from bot.demo.webhooks import request
from bot.settings_values import WebhookSource

ANSWER_MAX: Final = 60.0
"""Seconds; on a busy machine the web server, which is starting, needs some."""


class Delivered(Struct, frozen=True):
    """One delivery and its response."""

    sample: Sample
    status: int
    answer: str


async def deliver(base: str, samples: Iterable[Sample], sources: Sequence[WebhookSource]) -> list[Delivered]:
    """Announce every sample to the bot at `base`."""
    by_kind = {source.kind: source for source in sources}
    delivered = []
    async with ClientSession(timeout=ClientTimeout(total=ANSWER_MAX)) as session:
        for sample in samples:
            digest = repositories(sample.image.registry)[sample.image.repository].tags[sample.image.tag].digest
            asked = request(by_kind[sample.kind], sample.image, digest)
            headers = {"Content-Type": "application/json", **asked.headers}
            async with session.post(base + asked.path, data=asked.body, headers=headers) as response:
                delivered.append(Delivered(sample, response.status, (await response.text())[:200]))
    return delivered


def differences(delivered: Sequence[Delivered]) -> Iterator[str]:
    """Deliveries that were not accepted."""
    for one in delivered:
        if one.status != 202:  # noqa: PLR2004 - HTTP's code for "accepted"
            yield f"{one.sample.image}: the delivery of {one.sample.kind} was answered {one.status}: {one.answer}"
