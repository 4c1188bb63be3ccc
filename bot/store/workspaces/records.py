"""What is remembered of an installation: facts, which who reads the store may see, and tokens, which are sealed."""

import json
import re
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

TEAM: Final = re.compile(r"T[A-Z0-9]{1,30}")

_Id = Annotated[str, Field(max_length=100)]


class InstallationFacts(BaseModel):
    """One workspace. `workspace` names its part of the store; times in seconds, `expires_at` 0 = the token stays."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    team: Annotated[str, Field(pattern=r"^T[A-Z0-9]{1,30}$")]
    workspace: Annotated[str, Field(pattern=r"^T[A-Z0-9]{1,30}\.[0-9a-f]{16}$")]
    name: Annotated[str, Field(max_length=200)] = ""
    app: _Id = ""
    bot: _Id = ""
    bot_user: _Id = ""
    scopes: Annotated[tuple[_Id, ...], Field(max_length=100)] = ()
    by: _Id = ""
    at: float = 0.0
    expires_at: float = 0.0

    def text(self) -> str:
        """The same for the same facts; the sealed tokens are bound to it."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))


class BotTokens(BaseModel):
    """Secrets. They are shown nowhere, not even by repr."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    token: Annotated[str, Field(repr=False, min_length=1, max_length=2000)]
    refresh: Annotated[str, Field(repr=False, max_length=2000)] = ""


class SealedInstallation(BaseModel):
    """As it stands in the store."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    facts: InstallationFacts
    sealed: Annotated[str, Field(repr=False, max_length=20_000)]
