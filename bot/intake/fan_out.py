"""One delivery of a registry is for everybody who watches its images: for the bot itself, and for each workspace."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol

import structlog
from msgspec import Struct

from bot.errors import StoreError
from bot.intake.intake import NOT_WATCHED, Intake, Taken
from bot.intake.push import Parsed, RetryBehaviour
from bot.settings_values import WebhookSource

log = structlog.get_logger(__name__)

LIST_MAX: Final = 1.0
"""Seconds for the store to say which workspaces there are."""


class Taker(Protocol):
    """Takes deliveries."""

    async def take(self, parsed: Parsed, source: WebhookSource, retries: RetryBehaviour) -> Taken:
        """What became of it."""


class FanOut(Struct, frozen=True):
    """A `Taker`. `others` lists the intakes of all workspaces."""

    home: Intake
    others: Callable[[], Awaitable[Sequence[Intake]]]

    async def take(self, parsed: Parsed, source: WebhookSource, retries: RetryBehaviour) -> Taken:
        """Each looks for itself whether it watches. While nobody knows who there is, the sender is to come back."""
        others: Sequence[Intake] = ()
        unknown = False
        try:
            async with asyncio.timeout(LIST_MAX):
                others = await self.others()
        except (StoreError, TimeoutError) as error:
            log.warning("workspaces not known", why=str(error) or type(error).__name__)
            unknown = True
        taken = await asyncio.gather(*(one.take(parsed, source, retries) for one in (self.home, *others)))
        return _together(taken, come_back=unknown)


def _together(taken: Sequence[Taken], *, come_back: bool) -> Taken:
    """What is watched by one of them is watched."""
    counts: Counter[str] = Counter()
    for one in taken:
        counts.update(one.ignored)
    counts[NOT_WATCHED] = min(one.ignored.get(NOT_WATCHED, 0) for one in taken)
    return Taken(sum(one.accepted for one in taken), +counts, come_back or any(one.come_back for one in taken))
