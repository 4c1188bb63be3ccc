"""What must be set so that several workspaces can install the app. What cannot work is said at start."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from bot.errors import MalformedError, SettingsError
from bot.settings import Settings
from bot.store.workspaces import TokenKeys
from bot.store.workspaces.records import TEAM

INSTALL_PATH: Final = "/slack/install"
REDIRECT_PATH: Final = "/slack/oauth_redirect"

POLICY_FILE: Final = "policy.yaml"
CREDENTIALS_FILE: Final = "config.json"


@dataclass(frozen=True, slots=True)
class OAuthOptions:
    """The app as Slack knows it, and the keys that seal the tokens. `folder` has a folder for each workspace."""

    client_id: str
    client_secret: str = field(repr=False)
    keys: TokenKeys
    outside_url: str  # where Slack reaches us
    authorize_url: str
    folder: Path | None = None

    @property
    def redirect_url(self) -> str:
        """Where Slack sends a person's browser after "Allow"."""
        return f"{self.outside_url}{REDIRECT_PATH}"

    @property
    def install_url(self) -> str:
        """Where a person begins."""
        return f"{self.outside_url}{INSTALL_PATH}"

    def policy_of(self, team: str) -> Path | None:
        """The policy file of that workspace; None = the built-in policy."""
        return self._file(team, POLICY_FILE)

    def credentials_of(self, team: str) -> Path | None:
        """The docker config.json for that workspace's checks; None = no credentials at all."""
        return self._file(team, CREDENTIALS_FILE)

    def teams(self) -> tuple[str, ...]:
        """The workspaces that have a folder. Raises SettingsError for a name that is not a workspace's id."""
        if self.folder is None:
            return ()
        if not self.folder.is_dir():
            raise SettingsError(f"PROVENANCE_SLACK_WORKSPACES: {self.folder} is not a folder")
        names = sorted(path.name for path in self.folder.iterdir() if path.is_dir() and path.name[:1] != ".")
        for name in names:
            if not TEAM.fullmatch(name):
                raise SettingsError(
                    f"PROVENANCE_SLACK_WORKSPACES: {name[:60]!r} is not the id of a workspace, such as T0123ABCD"
                )
        return tuple(names)

    def _file(self, team: str, name: str) -> Path | None:
        if self.folder is None or not TEAM.fullmatch(team):
            return None
        path = self.folder / team / name
        return path if path.is_file() else None


def oauth_options(settings: Settings) -> OAuthOptions | None:
    """None without PROVENANCE_SLACK_CLIENT_ID. Raises SettingsError that names each variable that is not as it must."""
    if not settings.slack_client_id:
        lonely = {
            "PROVENANCE_SLACK_CLIENT_SECRET": settings.slack_client_secret,
            "PROVENANCE_SLACK_TOKEN_KEYS": settings.slack_token_keys,
            "PROVENANCE_SLACK_WORKSPACES": settings.slack_workspaces,
        }
        for name in (name for name, value in lonely.items() if value is not None):
            raise SettingsError(f"{name}: is set, but PROVENANCE_SLACK_CLIENT_ID is not")
        return None
    if wrong := list(_wrong(settings)):
        raise SettingsError("; ".join(wrong))
    options = OAuthOptions(
        settings.slack_client_id,
        _secret(settings.slack_client_secret),
        _keys(settings.slack_token_keys),
        settings.outside_url,
        settings.slack_authorize_url,
        settings.slack_workspaces,
    )
    options.teams()
    return options


def _wrong(settings: Settings) -> Iterator[str]:
    """What cannot work."""
    if settings.slack_bot_token is not None:
        yield "SLACK_BOT_TOKEN: each workspace has its own token with PROVENANCE_SLACK_CLIENT_ID; set one of the two"
    if settings.slack_channel:
        yield "SLACK_CHANNEL: each workspace names its channels in its own policy (PROVENANCE_SLACK_WORKSPACES)"
    if not _secret(settings.slack_client_secret):
        yield "PROVENANCE_SLACK_CLIENT_SECRET: is not set; it stands beside the client id in the app's settings"
    if not _secret(settings.slack_token_keys):
        yield "PROVENANCE_SLACK_TOKEN_KEYS: is not set; `provenance slack key` makes a key"
    if not settings.outside_url.startswith("https://"):
        name = "PROVENANCE_WEBHOOKS_URL" if settings.webhooks_url else "PROVENANCE_BASE_URL"
        yield f"{name}: must be the bot's public https address; Slack sends people there after installing"
    if not _secret(settings.slack_signing_secret) and settings.slack_app_token is None:
        yield "SLACK_SIGNING_SECRET: is not set, nor is SLACK_APP_TOKEN; without one of them nothing can be received"


def _secret(value: SecretStr | None) -> str:
    return value.get_secret_value().strip() if value else ""


def _keys(value: SecretStr | None) -> TokenKeys:
    try:
        return TokenKeys.parse(_secret(value))
    except MalformedError as error:
        raise SettingsError(f"PROVENANCE_SLACK_TOKEN_KEYS: {error}") from None
