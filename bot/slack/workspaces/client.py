"""A client for one workspace, which asks for the token at each call."""

from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.counting_client import CountingClient
from bot.slack.workspaces.tokens import NoTokenError, WorkspaceTokens


class WorkspaceClient(CountingClient):
    """Without a token, each call is refused as Slack would do it, and nothing is sent."""

    def __init__(self, tokens: WorkspaceTokens, workspace: str, api_url: str, session: aiohttp.ClientSession) -> None:
        super().__init__(base_url=api_url, session=session, retry_handlers=[])
        self._tokens = tokens
        self._workspace = workspace

    async def api_call(self, api_method: str, **more: Any) -> AsyncSlackResponse:  # noqa: ANN401 - the base class's own
        """See AsyncWebClient. Raises TokenUnavailableError, too, which is one of `failures()`."""
        try:
            self.token = await self._tokens.of(self._workspace)
        except NoTokenError as error:
            what = "no token of this workspace can be used"
            raise SlackApiError(what, {"ok": False, "error": error.code}) from None  # type: ignore[no-untyped-call]
        return await super().api_call(api_method, **more)
