"""The Slack workspaces that installed the app (OAuth): their tokens, and a part of the store for each.

A part is named TEAM.NUMBER, and a workspace that installs the app anew after it was removed gets another one. Whatever
is remembered for a workspace stands in its part (`Store.of`), so that nothing of one is ever read for another.
"""

from bot.store.workspaces.installations import Installations, StoredInstallation
from bot.store.workspaces.leaving import Leaving
from bot.store.workspaces.records import BotTokens, InstallationFacts
from bot.store.workspaces.sealing import SealError, SealReason, TokenKeys
from bot.store.workspaces.states import OAuthStates

__all__ = [
    "BotTokens",
    "InstallationFacts",
    "Installations",
    "Leaving",
    "OAuthStates",
    "SealError",
    "SealReason",
    "StoredInstallation",
    "TokenKeys",
]
