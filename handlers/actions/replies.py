"""What a pressed button leads to: a text for the person, a form, or work that takes longer than Slack waits."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from msgspec import Struct

from bot.render.slack.message import Block, MessageDraft

TOO_OLD: Final = "This message is too old. Run `/provenance check` with the image name."
UNAVAILABLE: Final = "That is not possible right now. Please try again in a minute."


class OpenForm(Struct, frozen=True):
    """Opened at once: Slack lets us for three seconds."""

    view: Block


class Later(Struct, frozen=True):
    """Done after Slack has its answer. It is safe to do it again."""

    work: Callable[[], Awaitable[str | MessageDraft]]


Reply: TypeAlias = str | MessageDraft | OpenForm | Later
