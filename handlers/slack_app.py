"""The slack-bolt application, constructed so that no request waits for Slack and no event is lost.

Bolt acknowledges an event before its listener runs. Here the listener runs first: if it fails or the process dies,
Slack sends the event again.
"""

import logging
import secrets
from typing import TYPE_CHECKING

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.listener.async_listener import AsyncListener
from slack_bolt.listener.asyncio_runner import AsyncioListenerRunner
from slack_bolt.response import BoltResponse

from handlers.slack_payload import is_event

if TYPE_CHECKING:  # large, and not needed without Slack
    from slack_sdk.web.async_client import AsyncWebClient


def quiet_app(token: str, secret: str, client: "AsyncWebClient") -> AsyncApp:
    """A Bolt application with every setting passed; otherwise Bolt reads the environment.

    Bolt's own authorization calls Slack at the first request, so every command would fail during an outage. Bolt also
    logs the body of a request with a bad signature, but such a request was refused before.
    """
    logger = logging.getLogger("slack_bolt")
    logger.setLevel(logging.ERROR)  # it warns about an unused token in the environment

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

    app = AsyncApp(
        name="provenance",
        signing_secret=secret or secrets.token_hex(32),  # without one, no request is signed well
        authorize=authorize,
        client=client,
        logger=logger,
    )
    app._async_listener_runner = EventsFirst(app.listener_runner)  # noqa: SLF001 - Bolt has no setting for it
    return app


class EventsFirst(AsyncioListenerRunner):
    """Runs the listener of an event to its end before the event is acknowledged; all others as Bolt does."""

    def __init__(self, bolts: AsyncioListenerRunner) -> None:
        self._bolts = bolts
        super().__init__(
            logger=bolts.logger,
            process_before_response=True,
            listener_error_handler=bolts.listener_error_handler,
            listener_start_handler=bolts.listener_start_handler,
            listener_completion_handler=bolts.listener_completion_handler,
            lazy_listener_runner=bolts.lazy_listener_runner,
        )

    async def run(
        self,
        request: AsyncBoltRequest,
        response: BoltResponse,
        listener_name: str,
        listener: AsyncListener,
        starting_time: float | None = None,
    ) -> BoltResponse | None:
        """The answer to Slack."""
        self._bolts.listener_error_handler = self.listener_error_handler  # app.error() sets it here
        run = super().run if is_event(request.body) else self._bolts.run
        return await run(request, response, listener_name, listener, starting_time)
