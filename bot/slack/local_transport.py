"""The transport without Slack: messages are only in the store, and the pages show them."""

from bot.slack.transport import Answer, FoundMessage, OutgoingMessage, Posted, Search, TransportLimits
from bot.store import Store

TEAM = "local"
CHANNEL = "pages"

PAGES_ONLY = "<pages>"
"""In the place of a channel's name, which it cannot be: Slack is not asked."""


class LocalTransport:
    """Accepts every message: being in the store is enough."""

    limits = TransportLimits(each=0.0, burst=1000, looks=(), stale=0.0)

    def __init__(self, store: Store) -> None:
        self._store = store

    async def post(self, letter: OutgoingMessage) -> Answer:  # noqa: ARG002 - the message is already in the store
        """A ts in Slack's format: seconds and microseconds."""
        return Posted(f"{await self._store.now():.6f}")

    async def update(self, letter: OutgoingMessage) -> Answer:
        """Nothing to do: the store has the new message."""
        return Posted(letter.ts)

    async def find(self, search: Search) -> FoundMessage | None:  # noqa: ARG002 - there is nothing to search
        """Always None: all messages are in the store."""
        return None

    async def permalink(self, channel: str, ts: str) -> str:  # noqa: ARG002 - a message has no page of its own
        """Always ""."""
        return ""
