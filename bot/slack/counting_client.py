"""slack_sdk's client, with each call counted and traced. Imported when there is a Slack to be called."""

from typing import Any, Final

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.metrics.program import SLACK_CALLS
from bot.slack.classify import error_of, failures
from bot.tracing import SpanKind, span

CODE_MAX: Final = 60
"""Characters of Slack's error code that are counted under it."""


class CountingClient(AsyncWebClient):
    """Counts the calls of each method and what Slack answered.

    Its own `proxy` is off: the session has one, and aiohttp refuses a call if HTTPS_PROXY is not a valid address.
    """

    def __init__(self, **more: Any) -> None:  # noqa: ANN401 - the base class's own
        super().__init__(**more)
        self.proxy = None

    async def api_call(self, api_method: str, **more: Any) -> AsyncSlackResponse:  # noqa: ANN401 - the base class's own
        """See AsyncWebClient."""
        with span(f"slack {api_method}", SpanKind.CLIENT) as open_span:
            try:
                answer = await super().api_call(api_method, **more)
            except failures() as error:
                code = _code(error)
                SLACK_CALLS.add(api_method, code)
                open_span.set("error.type", code)
                raise
            SLACK_CALLS.add(api_method, "ok")
            return answer


def _code(error: Exception) -> str:
    status, code = error_of(error)
    return code[:CODE_MAX] or (f"http-{status}" if status else type(error).__name__)
