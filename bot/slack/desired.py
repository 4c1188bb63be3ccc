"""Turns a rendered message into a desired message of a thread."""

from collections.abc import Mapping

from bot.render.slack.message import MessageDraft
from bot.store.threads import Desired, Message


def desired(
    part: str,
    draft: MessageDraft,
    *,
    intent: str = "",
    fields: Mapping[str, str] | None = None,
    fresh: bool = False,
) -> Desired:
    """The draft as the part with that name. `fresh` ignores an earlier message with the name."""
    return Desired(part, draft.text, draft.blocks, draft.event, draft.facts, draft.hash, fields or {}, intent, fresh)


def needs(message: Message, draft: MessageDraft) -> bool:
    """Whether the draft differs from the message, or Slack refused the message."""
    return message.hash != draft.hash or message.was_refused
