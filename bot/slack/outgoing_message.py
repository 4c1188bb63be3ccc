"""Builds the message that is sent: the revision is part of every block id and of the metadata."""

from bot.render.slack.changes import BROADCAST
from bot.render.slack.escape import link
from bot.render.slack.message import MessageDraft, context
from bot.slack.transport import OutgoingMessage
from bot.store.threads import Message

VERSION = 1
"""The version of the metadata's payload."""


def outgoing_message(message: Message, channel: str, thread_ts: str) -> OutgoingMessage:
    """The desired revision. It has new block ids, because Slack keeps the state of a block by its id."""
    blocks = [
        *message.blocks,
        *([context("earlier", link(message.earlier, "Continues an earlier message"))] if message.earlier else []),
    ]
    stamped = [{**block, "block_id": f"{block['block_id']}.{message.want}"} for block in blocks]
    payload = {"v": VERSION, "intent": message.intent, "rev": message.want, **message.facts}
    return OutgoingMessage(
        channel,
        message.text,
        stamped,
        {"event_type": message.event, "event_payload": payload},
        thread_ts=thread_ts if message.is_reply else "",
        ts=message.ts,
        broadcast=message.is_reply and message.facts.get(BROADCAST) == 1,
    )


def in_plain_form(message: Message) -> Message:
    """The message in plain form, for when Slack refused the full form."""
    draft = MessageDraft(message.text, tuple(message.blocks), message.event, message.facts).plain()
    return message.model_copy(update={"text": draft.text, "blocks": list(draft.blocks)})
