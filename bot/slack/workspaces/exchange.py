"""Asks Slack for tokens: a refresh token becomes a new pair, once.

https://docs.slack.dev/authentication/using-token-rotation
"""

from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
from msgspec import Struct
from pydantic import ValidationError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.classify import answer_of, failures
from bot.slack.counting_client import CountingClient
from bot.slack.transport import Refused, RetryLater, Unconfirmed
from bot.slack.workspaces.access_answer import require_readable
from bot.store.workspaces import BotTokens

ACCESS: Final = "oauth.v2.access"


class AppClient(CountingClient):
    """A client without a token: the app proves itself with its id and secret.

    slack_sdk does so through a class that aiohttp has deprecated.
    """

    def __init__(self, api_url: str, session: aiohttp.ClientSession) -> None:
        super().__init__(base_url=api_url, session=session, retry_handlers=[])

    async def api_call(self, api_method: str, **more: Any) -> AsyncSlackResponse:  # noqa: ANN401 - the base class's own
        """See AsyncWebClient. Raises UnreadableAnswerError for tokens that are not as Slack describes them."""
        if isinstance(auth := more.pop("auth", None), dict):
            proof = aiohttp.encode_basic_auth(auth["client_id"], auth["client_secret"])
            more["headers"] = {**(more.get("headers") or {}), "Authorization": proof}
        answer = await super().api_call(api_method, **more)
        if api_method == ACCESS:
            require_readable(answer.data)
        return answer


class FreshTokens(Struct, frozen=True):
    """A new pair, and how many seconds it lasts."""

    tokens: BotTokens
    seconds: float


@dataclass(frozen=True, slots=True)
class TokenExchange:
    """Renews tokens."""

    client: AppClient
    client_id: str
    client_secret: str = field(repr=False)

    async def refresh(self, refresh_token: str) -> FreshTokens | RetryLater | Unconfirmed | Refused:
        """The old refresh token is worth nothing afterwards, so whoever calls this keeps the answer."""
        try:
            answer = await self.client.oauth_v2_access(
                client_id=self.client_id,
                client_secret=self.client_secret,
                grant_type="refresh_token",
                refresh_token=refresh_token,
            )
        except failures() as error:
            failed = answer_of(error)
            return failed if isinstance(failed, RetryLater | Refused | Unconfirmed) else Unconfirmed("no answer")
        seconds = answer.get("expires_in")
        try:
            tokens = BotTokens(token=answer.get("access_token"), refresh=answer.get("refresh_token"))
        except ValidationError:
            return Unconfirmed("an answer without tokens")
        return FreshTokens(tokens, float(seconds) if isinstance(seconds, int | float) else 0.0)
