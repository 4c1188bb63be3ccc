"""Without Slack the messages live in the store alone; the pages show them just as Slack would."""

from bot.slack.transport import Answer, FoundMessage, OutgoingMessage, Posted, Search, TransportLimits
from bot.store import Store

TEAM = "local"
CHANNEL = "pages"


class LocalTransport:
    """Takes every message: to be in the store is to be there."""

    limits = TransportLimits(each=0.0, burst=1000, looks=(), stale=0.0)

    def __init__(self, store: Store) -> None:
        self._store = store

    async def post(self, letter: OutgoingMessage) -> Answer:  # noqa: ARG002 - what is posted stands in the store already
        """Give it a ts, like Slack's: seconds and microseconds."""
        return Posted(f"{await self._store.now():.6f}")

    async def update(self, letter: OutgoingMessage) -> Answer:
        """It has changed already."""
        return Posted(letter.ts)

    async def find(self, search: Search) -> FoundMessage | None:  # noqa: ARG002 - there is nowhere else to look
        """Nothing is anywhere but in the store."""
        return None

    async def permalink(self, channel: str, ts: str) -> str:  # noqa: ARG002 - the page has no such address
        """No address of its own."""
        return ""
