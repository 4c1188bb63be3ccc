"""What Bolt's installation flow stores through: our stores, as slack_sdk wants them."""

from logging import Logger, getLogger
from typing import Final

from pydantic import ValidationError
from slack_bolt.error import BoltError
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from bot.errors import ProvenanceBotError, StoreError
from bot.slack.problems import RENEWAL_PROBLEMS
from bot.store import Store
from bot.store.slack_problems import SlackProblems
from bot.store.workspaces import BotTokens, InstallationFacts, Installations, OAuthStates, SealError
from bot.store.workspaces.records import TEAM

_LOGGER: Final = getLogger("slack_bolt")
_NOT_NAMED: Final = "Slack did not name the workspace and its token."


class RefusedInstallationError(BoltError, ProvenanceBotError):
    """An installation that is not kept; the text is for the person who installs."""


class StoredInstallations(AsyncInstallationStore):
    """Keeps bots only: no person's token is asked for, and one that comes anyway is not kept."""

    def __init__(self, store: Store, installations: Installations) -> None:
        self._store = store
        self._installations = installations

    @property
    def logger(self) -> Logger:
        """Bolt's."""
        return _LOGGER

    async def async_save(self, installation: Installation) -> None:
        """Raises RefusedInstallationError for what Slack should not have sent, and BoltError without the store."""
        if installation.is_enterprise_install or not installation.team_id:
            raise RefusedInstallationError("The app is installed for a workspace, and not for a whole organization.")
        if not TEAM.fullmatch(installation.team_id) or not installation.bot_token:
            raise RefusedInstallationError(_NOT_NAMED)
        try:
            await self._keep(installation.team_id, installation)
        except ValidationError:  # its text has the values, tokens among them
            raise RefusedInstallationError(_NOT_NAMED) from None
        except (StoreError, SealError) as error:
            raise BoltError(str(error)) from error
        except ProvenanceBotError as error:
            raise RefusedInstallationError(str(error)) from error

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """The bot of that workspace, with its token. May raise StoreError and SealError."""
        stored = await self._installations.of(team_id or "")
        if stored is None or is_enterprise_install:
            return None
        facts, tokens = stored.facts, self._installations.tokens(stored)
        return Bot(
            app_id=facts.app,
            enterprise_id=enterprise_id,
            team_id=facts.team,
            bot_token=tokens.token,
            bot_id=facts.bot,
            bot_user_id=facts.bot_user,
            bot_scopes=list(facts.scopes),
            bot_refresh_token=tokens.refresh or None,
            bot_token_expires_at=int(facts.expires_at) or None,
            installed_at=facts.at,
        )

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:  # noqa: ARG002
        """The workspace's token and all that is remembered for it."""
        await self._installations.remove(team_id or "")

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """One person's installation is nothing that we keep."""
        if user_id is None:
            await self.async_delete_bot(enterprise_id=enterprise_id, team_id=team_id)

    async def _keep(self, team: str, installation: Installation) -> None:
        now = await self._store.now()
        lasts = installation.bot_token_expires_at
        facts = InstallationFacts(
            team=team,
            workspace=f"{team}.{'0' * 16}",  # Installations names the part of the store
            name=(installation.team_name or "")[:200],
            app=installation.app_id or "",
            bot=installation.bot_id or "",
            bot_user=installation.bot_user_id or "",
            scopes=tuple(installation.bot_scopes or ()),
            by=installation.user_id or "",
            at=now,
            expires_at=float(lasts) if lasts else 0.0,
        )
        tokens = BotTokens(token=installation.bot_token, refresh=installation.bot_refresh_token or "")
        kept = await self._installations.install(facts, tokens)
        await SlackProblems(self._store.of(kept.workspace)).replace(RENEWAL_PROBLEMS, ())


class StoredStates(AsyncOAuthStateStore):
    """States in the store."""

    def __init__(self, states: OAuthStates) -> None:
        self._states = states

    @property
    def logger(self) -> Logger:
        """Bolt's."""
        return _LOGGER

    async def async_issue(self, *args: object, **kwargs: object) -> str:  # noqa: ARG002 - slack_sdk passes none
        """May raise StoreError."""
        return await self._states.issue()

    async def async_consume(self, state: str) -> bool:
        """May raise StoreError."""
        return await self._states.consume(state)
