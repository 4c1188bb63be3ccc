"""From a rendered message to a wanted one."""

from collections.abc import Mapping

from bot.render.slack.message import MessageDraft
from bot.store.threads import Desired, Message, State


def desired(
    part: str,
    draft: MessageDraft,
    *,
    intent: str = "",
    fields: Mapping[str, str] | None = None,
    fresh: bool = False,
) -> Desired:
    """The draft under its name in the thread. `fresh` forgets an earlier message of that name."""
    return Desired(part, draft.text, draft.blocks, draft.event, draft.facts, draft.hash, fields or {}, intent, fresh)


def needs(message: Message, draft: MessageDraft) -> bool:
    """Whether the draft says another thing than the message, or Slack did not take the message."""
    return message.hash != draft.hash or message.state is State.FAILED
