"""A workspace removed the app, or its token was revoked: the token goes at once, and all that is remembered follows.

https://docs.slack.dev/reference/events/app_uninstalled
https://docs.slack.dev/reference/events/tokens_revoked
"""

from typing import Annotated, Any

import structlog
from msgspec import Struct
from pydantic import Field, ValidationError
from slack_bolt.async_app import AsyncApp

from bot.store.workspaces import InstallationFacts, Installations
from handlers.events.envelope import EventPart
from handlers.events.stored_first import on_event

log = structlog.get_logger(__name__)


class RevokedTokens(EventPart):
    """Whose tokens: ids of bots, and of people (we keep none of theirs)."""

    bot: Annotated[tuple[str, ...], Field(max_length=1000)] = ()


class RemovalEvent(EventPart):
    """Either event."""

    type: str = ""
    tokens: RevokedTokens = RevokedTokens()


class Removal(EventPart):
    """The envelope. Its team is that of the application that hears it."""

    event: RemovalEvent
    event_time: int = 0


class Uninstallation(Struct, frozen=True):
    """Removes the installation that this part of the store belongs to, and no other."""

    installations: Installations
    workspace: str

    async def removed(self, body: dict[str, Any]) -> None:
        """Raises StoreError: Slack delivers the event again."""
        await self._remove(body)

    async def revoked(self, body: dict[str, Any]) -> None:
        """The same, if it was the bot's token."""
        await self._remove(body, only_bots=True)

    async def _remove(self, body: dict[str, Any], *, only_bots: bool = False) -> None:
        try:
            told = Removal.model_validate(body)
        except ValidationError as error:
            log.warning("unreadable removal", fields=[entry["loc"] for entry in error.errors()][:5])
            return
        if only_bots and not told.event.tokens.bot:
            return

        def is_another(facts: InstallationFacts) -> bool:
            """An event that comes late is about the installation before. Slack's time has no fractions."""
            return facts.workspace != self.workspace or 0 < told.event_time < int(facts.at)

        removed = await self.installations.remove(self.workspace.partition(".")[0], unless=is_another)
        if removed is not None:
            log.info("a workspace removed the app", workspace=self.workspace, why=told.event.type[:40])


def register(app: AsyncApp, uninstallation: Uninstallation) -> None:
    """Add both listeners to the application."""
    on_event(app, "app_uninstalled", uninstallation.removed)
    on_event(app, "tokens_revoked", uninstallation.revoked)
