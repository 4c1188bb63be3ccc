"""What authenticates Slack, from the settings: known before anything that speaks to Slack is imported."""

from msgspec import Struct

from bot.errors import SettingsError
from bot.settings import Settings
from bot.values import Hiding


class SlackKeys(Hiding, Struct, frozen=True):
    """What authenticates Slack: the secret that signs HTTP requests, the token that opens a socket, or both."""

    HIDDEN = frozenset({"signing_secret", "app_token"})

    signing_secret: str = ""
    app_token: str = ""


def slack_keys(settings: Settings) -> SlackKeys | None:
    """The keys of these settings; None if nothing of Slack is set. Raises SettingsError for half of them."""
    secret = settings.slack_signing_secret.get_secret_value().strip() if settings.slack_signing_secret else ""
    app_token = settings.slack_app_token.get_secret_value() if settings.slack_app_token else ""
    if settings.slack_bot_token is not None:
        if not secret and not app_token:
            raise SettingsError(
                "SLACK_APP_TOKEN: is not set (Socket Mode), nor is SLACK_SIGNING_SECRET (HTTP); "
                "without one of them, the bot cannot receive commands"
            )
        return SlackKeys(secret, app_token)
    if secret or app_token:
        which = "SLACK_APP_TOKEN" if app_token else "SLACK_SIGNING_SECRET"
        raise SettingsError(f"SLACK_BOT_TOKEN: is not set, but {which} is; both are in the app's settings")
    return None
