"""The listener for slash commands: the answer is what Slack gets back at once."""

import re
from typing import TYPE_CHECKING, Any, Final

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.slack.ephemeral import Ephemeral
from handlers.actions.listeners import tell
from handlers.commands import CommandContext, SlashCommand, answer
from handlers.slack_forms import open_form
from handlers.slack_text import guarded
from handlers.slack_uses import COMMAND

if TYPE_CHECKING:  # large, and not needed without Slack
    from slack_sdk.web.async_client import AsyncWebClient

ANY: Final = re.compile(r"[\s\S]*")


def register(app: AsyncApp, context: CommandContext, client: "AsyncWebClient", ephemeral: Ephemeral) -> None:
    """Add it to the application, and an answer to every other command."""

    async def provenance(ack: AsyncAck, body: dict[str, Any]) -> None:
        asked = SlashCommand(
            text=_word(body, "text"),
            channel=_word(body, "channel_id"),
            user=_word(body, "user_id"),
            team=_word(body, "team_id"),
            response_url=_word(body, "response_url"),
            trigger_id=_word(body, "trigger_id"),
        )
        said = await answer(asked, context)
        if said.form is None:
            await ack(response_type="in_channel" if said.is_public else "ephemeral", text=guarded(said.text))
            return
        await ack()
        if late := await open_form(client, asked.trigger_id, said.form):
            await tell(ephemeral, asked.response_url, late)

    async def other(ack: AsyncAck) -> None:
        await ack(response_type="ephemeral", text=f"The command is `{COMMAND}`.")

    app.command(COMMAND)(provenance)
    app.command(ANY)(other)


def _word(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""
