"""The parts of which forms (modals) and App Home are made: the form itself, an input with its label, plain text.

https://docs.slack.dev/reference/block-kit/blocks/input-block
"""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.render.slack.escape import clean, cut
from bot.render.slack.message import Block

VALUE: Final = "v"
"""The action_id of an input, if it has none of its own."""

TITLE_MAX, LABEL_MAX, HINT_MAX, TEXT_MAX = 24, 100, 200, 150


def modal(callback: str, title: str, submit: str, blocks: Sequence[Block], *, metadata: str = "") -> Block:
    """A form. `metadata` comes back with what was sent."""
    made: Block = {
        "type": "modal",
        "callback_id": callback,
        "title": plain_text(title, TITLE_MAX),
        "submit": plain_text(submit, TITLE_MAX),
        "close": plain_text("Cancel", TITLE_MAX),
        "blocks": list(blocks),
    }
    return made | ({"private_metadata": metadata} if metadata else {})


def input_block(
    block_id: str, label: str, element: Mapping[str, object], *, hint: str = "", is_optional: bool = False
) -> Block:
    """An input with its label."""
    made: Block = {"type": "input", "block_id": block_id, "label": plain_text(label, LABEL_MAX)}
    made |= {"element": {"action_id": VALUE, **element}}
    made |= {"hint": plain_text(hint, HINT_MAX)} if hint else {}
    return made | ({"optional": True} if is_optional else {})


def text_input(placeholder: str, most: int) -> Block:
    """A line that a person types."""
    return {"type": "plain_text_input", "placeholder": plain_text(placeholder, TEXT_MAX), "max_length": most}


def plain_text(text: str, most: int = TEXT_MAX) -> Block:
    """Text in which Slack parses nothing."""
    return {"type": "plain_text", "text": cut(clean(text), most)}
