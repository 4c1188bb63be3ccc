"""Threads of the first version, one for each image, go on as the thread of the release or are closed with a pointer.

The oldest one of a release's images is edited into the release's thread, so nothing is told again.
"""

from bot.render.slack.continued import continued
from bot.slack.desired import desired
from bot.slack.destinations import Destination
from bot.slack.sender import ThreadSender
from bot.store import Store
from bot.store.threads import Address, MessageState, Thread, Threads
from bot.store.threads.adoption import Adoption


class TakeOver:
    """Both methods are idempotent, and may raise StoreError; `close` may raise PostingError, too."""

    def __init__(self, store: Store, threads: Threads, sender: ThreadSender) -> None:
        self._threads = threads
        self._sender = sender
        self._adoption = Adoption(store, threads)

    async def adopt(self, address: Address, images: tuple[str, ...]) -> bool:
        """Let an old thread become the release's thread, if that has none. False without an old thread."""
        old = await self._adoption.open(address, images)
        if old and await self._threads.get(address) is None:
            await self._adoption.adopt(address, old[0])
        return bool(old)

    async def close(self, now: Thread, title: str, images: tuple[str, ...], place: Destination) -> None:
        """Let the parents of the other old threads point to the release's thread."""
        old = await self._adoption.open(now.address, images)
        if not old or now.parent.state is not MessageState.POSTED:
            return
        link = await place.transport.permalink(place.channel, now.parent.ts)
        for thread in old:
            draft = continued(title, link, thread.address.subject)
            if await self._threads.want(thread.address, thread, (desired("", draft),)):
                await self._sender.flush(thread.address, place.transport)
                await self._threads.forget(thread.address)
