"""Installations and keys for tests."""

from typing import Final

from bot.store.workspaces import BotTokens, InstallationFacts, TokenKeys
from bot.store.workspaces.sealing import new_key

TEAM: Final = "T0ACME"
OTHER: Final = "T0OTHER"


def keys(*names: str) -> str:
    """Fresh keys with these names."""
    return ",".join(map(new_key, names))


def made_keys(*names: str) -> TokenKeys:
    return TokenKeys.parse(keys(*names or ("k1",)))


def facts(team: str = TEAM, **more: object) -> InstallationFacts:
    said: dict[str, object] = {"team": team, "workspace": f"{team}.{'0' * 16}", "name": team.lower(), "at": 1000.0}
    return InstallationFacts.model_validate(said | more)


def tokens(word: str = "one") -> BotTokens:
    return BotTokens(token=f"xoxe.xoxb-1-{word}", refresh=f"xoxe-1-{word}")
