"""A push that polling noticed and no webhook announced: its source is silent, which people are told once."""

from collections.abc import Awaitable, Callable
from typing import Final, Protocol

import structlog
from msgspec import Struct

from bot.errors import PostingError
from bot.oci.reference import Reference
from bot.policy import Policies
from bot.settings_values import WebhookSource
from bot.store.lease import Lease
from bot.store.pushes import Pushes
from bot.store.silence import REPOSITORIES_MAX, Silences, SilentSource, UnheardPush

WEBHOOK_MAX: Final = 15 * 60.0
"""Seconds that a webhook may take, counted from when polling noticed the push."""

BEFORE: Final = 15 * 60.0
"""Seconds before the last look in which the webhook may have come: clocks differ, and lists lag."""

log = structlog.get_logger(__name__)


class SilenceNotices(Protocol):
    """Tells people something that is not about one image. It is idempotent."""

    async def notice_silence(self, silent: SilentSource, *, channel: str) -> None:
        """Raises PostingError and StoreError. Without repositories, the source is heard again."""


class SilenceWatch(Struct, frozen=True):
    """Compares what polling notices with what webhooks announce."""

    sources: tuple[WebhookSource, ...]
    pushes: Pushes
    silences: Silences
    notices: SilenceNotices
    policies: Policies
    now: Callable[[], Awaitable[float]]

    async def noticed(self, image: Reference, since: float) -> None:
        """Polling noticed a push, not older than `since`. Raises StoreError."""
        if self._of_registry(image.registry):
            await self.silences.expect(str(image), since - BEFORE, due=await self.now() + WEBHOOK_MAX)

    async def look(self, lease: Lease) -> None:  # noqa: ARG002 - what it writes is idempotent
        """Deal with every push whose webhook has had its time, then tell what is not told. Raises StoreError."""
        for image, since, member in await self.silences.due(await self.now()):
            if await self.pushes.heard(image) < since:
                await self._unheard(Reference.parse(image))
            await self.silences.forget(member)
        for silent in await self.silences.all():
            await self._tell(await self._without_heard(silent))

    async def _unheard(self, image: Reference) -> None:
        known = {silent.source: silent for silent in await self.silences.all()}
        for source in await self._responsible(image):
            before = known.get(source) or SilentSource(source=source)
            if image.name not in before.repositories and len(before.repositories) < REPOSITORIES_MAX:
                log.warning("a webhook source is silent", source=source, image=str(image))
                push = UnheardPush(image=str(image), at=await self.now())
                repositories = {**before.repositories, image.name: push}
                await self.silences.put(before.model_copy(update={"repositories": repositories, "is_told": False}))

    async def _responsible(self, image: Reference) -> tuple[str, ...]:
        """Who announced that repository last; else all that may speak for its registry."""
        sources = self._of_registry(image.registry)
        source, _ = await self.pushes.heard_from(image.name)
        return (source,) if source in sources else sources

    async def _without_heard(self, silent: SilentSource) -> SilentSource:
        """Without the repositories that the source has announced since then."""
        left = {}
        for name, push in silent.repositories.items():
            source, at = await self.pushes.heard_from(name)
            if source != silent.source or at <= push.at:
                left[name] = push
        is_same = left == silent.repositories
        return silent.model_copy(update={"repositories": left, "is_told": silent.is_told and is_same})

    async def _tell(self, silent: SilentSource) -> None:
        if silent.is_told:
            return
        image = next(iter(silent.images), "")
        channel = self.policies.for_image(Reference.parse(image)).channel if image else silent.channel
        try:
            await self.notices.notice_silence(silent, channel=channel)
        except PostingError as error:
            log.warning("a silent source is not told yet", source=silent.source, why=str(error))
            return
        if silent.repositories:
            await self.silences.put(silent.model_copy(update={"is_told": True, "channel": channel}))
        else:
            await self.silences.remove(silent.source)

    def _of_registry(self, registry: str) -> tuple[str, ...]:
        return tuple(source.id for source in self.sources if registry in source.hosts)
