"""The form in which a person ticks the images of a message that are to be checked."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.errors import MalformedError
from bot.render.slack.escape import plain
from bot.render.slack.inputs import input_block, modal, plain_text
from bot.render.slack.words import short_image

CHOICE_FORM: Final = "check_images"
BLOCK: Final = "images"
ACTION: Final = "chosen"

IMAGES_MAX: Final = 10
"""Check boxes of one group, as Slack allows."""

RECORD_MAX: Final = 2900
"""Characters of the form's record, in which the names stand; Slack allows 3,000."""

LABEL_MAX: Final = 75


def image_choice(images: Sequence[str], channel: str) -> dict[str, object]:
    """The form. The boxes have numbers, because a name may be longer than a value of a box."""
    kept = list(images[:IMAGES_MAX])
    while len(record := json.dumps({"channel": channel, "images": kept}, separators=(",", ":"))) > RECORD_MAX:
        kept.pop()
    options = [_option(number, image) for number, image in enumerate(kept)]
    boxes = {"type": "checkboxes", "action_id": ACTION, "options": options}
    return modal(
        CHOICE_FORM,
        "Check images",
        "Check",
        [input_block(BLOCK, "Only you see the answers", boxes)],
        metadata=record,
    )


def images_of(record: str) -> tuple[str, tuple[str, ...]]:
    """The channel and the images of a form. Raises MalformedError."""
    try:
        match json.loads(record):
            case {"channel": str(channel), "images": list(images)} if all(isinstance(one, str) for one in images):
                return channel[:100], tuple(images[:IMAGES_MAX])
    except (ValueError, RecursionError):
        pass
    raise MalformedError("not the record of our form")


def picked(values: Mapping[str, Mapping[str, Any]], images: Sequence[str]) -> tuple[str, ...]:
    """The images whose boxes were ticked."""
    state = values.get(BLOCK, {}).get(ACTION)
    options = state.get("selected_options") if isinstance(state, Mapping) else None
    numbers = {str(one.get("value")) for one in options or () if isinstance(one, Mapping)}
    return tuple(image for number, image in enumerate(images) if str(number) in numbers)


def _option(number: int, image: str) -> dict[str, object]:
    return {
        "text": plain_text(plain(short_image(image), LABEL_MAX)),
        "description": plain_text(plain(image, LABEL_MAX)),
        "value": str(number),
    }
