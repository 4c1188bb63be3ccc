"""What Slack answers to oauth.v2.access, checked before slack_sdk and Bolt compute with it.

https://docs.slack.dev/reference/methods/oauth.v2.access
"""

from typing import Annotated, Any, Final

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr, ValidationError

SECONDS_MAX: Final = 10 * 365 * 86_400
"""That a token may last; Slack's last twelve hours."""

_Text = Annotated[StrictStr, Field(max_length=2000)] | None
_Scopes = Annotated[StrictStr, Field(max_length=10_000)] | None
_Seconds = Annotated[StrictInt, Field(ge=0, le=SECONDS_MAX)] | None


class UnreadableAnswerError(aiohttp.ClientPayloadError):
    """Slack answered, and not as it says that it does. One of `failures()`, so nobody goes on with a part of it."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Named(_Part):
    """A workspace, an organization or a person, who may have a token too."""

    id: _Text = None
    name: _Text = None
    access_token: _Text = Field(default=None, repr=False)
    refresh_token: _Text = Field(default=None, repr=False)
    expires_in: _Seconds = None
    scope: _Scopes = None


class _Access(_Part):
    app_id: _Text = None
    access_token: _Text = Field(default=None, repr=False)
    refresh_token: _Text = Field(default=None, repr=False)
    expires_in: _Seconds = None
    bot_user_id: _Text = None
    scope: _Scopes = None
    token_type: _Text = None
    is_enterprise_install: StrictBool | None = None
    team: _Named | None = None
    enterprise: _Named | None = None
    authed_user: _Named | None = None
    incoming_webhook: dict[str, Any] | None = None


def require_readable(answer: object) -> None:
    """Raises UnreadableAnswerError, which names fields and no values: those are tokens."""
    try:
        _Access.model_validate(answer)
    except ValidationError as error:
        fields = {".".join(map(str, entry["loc"])) for entry in error.errors(include_input=False, include_url=False)}
        raise UnreadableAnswerError(f"Slack's answer is not readable: {', '.join(sorted(fields))[:200]}") from None
