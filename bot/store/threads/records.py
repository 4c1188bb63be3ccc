"""What is remembered of a thread and its messages, and what may be wanted of them."""

import json
import secrets
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Final

from msgspec import Struct
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import from_json

from bot.errors import StoreError
from bot.store.packing import packed, unpacked
from bot.store.threads.pieces import joined, split

ALARM: Final = "alarm."
"""The beginning of the parts that are posts of their own in the channel, and not replies."""


UNCONFIRMED: Final = "unconfirmed_"
"""The beginning of the code of a failed message of which nobody knows whether it is there."""


class MessageState(StrEnum):
    """What is known of a message at Slack."""

    NEW = "new"
    SENDING = "sending"  # a request was sent; its result is not recorded yet
    UNKNOWN = "unknown"  # it may be there
    POSTED = "posted"
    FAILED = "failed"  # Slack said no; `code` is its word
    GONE = "gone"  # it was deleted


class Address(Struct, frozen=True):
    """Which thread: `subject` is the release, as str(ReleaseName). In the first version it was an image."""

    team: str
    channel: str
    subject: str

    @property
    def slot(self) -> str:
        """The part of all keys that decides where they live."""
        return f"{{{self.team}:{self.channel}}}"


class Desired(Struct, frozen=True):
    """A message as it should be. `part` is "" for the parent, else the reply's name in its thread.

    `fields` may carry digest, verdict and since; `fresh` forgets an earlier message of that name, and with a parent its
    replies, too.
    """

    part: str
    text: str
    blocks: Sequence[Mapping[str, object]]
    event: str
    facts: Mapping[str, str | int]
    hash: str
    fields: Mapping[str, str]
    intent: str = ""
    fresh: bool = False


CONTENT_BYTES: Final = 2 * 1024 * 1024
"""Of one message's content as JSON; Slack takes 50 blocks of 3,000 characters."""

CONTENT: Final = "content"
"""The field that holds text, blocks and facts together."""

_IN_CONTENT: Final = ("text", "blocks", "facts")
"""Fields of their own in records of schemas 1 to 3."""


def _parsed(text: object) -> object:
    """As it is kept: packed, or as JSON."""
    if not isinstance(text, str):
        return text
    try:
        return from_json(unpacked(text, most=CONTENT_BYTES))
    except StoreError as error:
        raise ValueError(str(error)) from None


class Message(BaseModel):
    """One message as remembered. `rev` is what Slack has, `want` what it should have; times in seconds."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    part: str
    intent: str
    state: MessageState
    attempt: int = 0
    first_sent_at: float = 0.0
    sent_at: float = 0.0
    wanted_at: float = 0.0
    ts: str = ""
    rev: int = 0
    want: int = 0
    seq: str = ""
    hash: str = ""
    digest: str = ""
    verdict: str = ""
    since: float = 0.0  # of the verdict
    failed_before: bool = False
    is_failing: bool = False  # it failed since it last passed
    code: str = ""
    earlier: str = ""  # address of the message that this one had to follow
    text: str
    blocks: Annotated[list[dict[str, object]], BeforeValidator(_parsed)]
    event: str
    facts: Annotated[dict[str, str | int], BeforeValidator(_parsed)]

    @property
    def is_reply(self) -> bool:
        """Whether it belongs into the thread; else it is the parent or an alarm."""
        return bool(self.part) and not self.part.startswith(ALARM)

    @property
    def was_refused(self) -> bool:
        """Whether Slack said no, so that it certainly is not there."""
        return self.state is MessageState.FAILED and not self.code.startswith(UNCONFIRMED)

    @property
    def is_pending(self) -> bool:
        """Whether it still has to be sent to Slack."""
        return self.want > self.rev and self.state not in {MessageState.FAILED, MessageState.GONE}


class Thread(Struct, frozen=True):
    """A parent and its replies, in the order in which they were first wanted."""

    address: Address
    parent: Message
    replies: tuple[Message, ...] = ()

    @property
    def is_pending(self) -> bool:
        """Whether anything of it still has to be sent."""
        if self.parent.state in {MessageState.FAILED, MessageState.GONE}:
            return False
        return any(message.is_pending for message in (self.parent, *self.replies))


def new_intent() -> str:
    """A unique name for a message; it never changes while the message lives."""
    return secrets.token_hex(10)


def read(record: Mapping[str, str]) -> Message:
    """From the store's hash. Raises StoreError when it is not one of ours."""
    fields: dict[str, object] = dict(joined(record))
    try:
        content = _parsed(fields.pop(CONTENT, {}))
        if not isinstance(content, dict):
            raise StoreError("a thread cannot be read: its content is not an object", retry_after=None)
        fields |= {name: content[name] for name in _IN_CONTENT if name in content}
        return Message.model_validate(fields)
    except ValidationError as error:  # of another version, or not ours
        raise StoreError(f"a thread cannot be read: {error.error_count()} fields", retry_after=None) from None
    except ValueError:
        raise StoreError("a thread cannot be read: its content is not JSON", retry_after=None) from None


def payload(message: Desired) -> dict[str, object]:
    """For the script that stores what is wanted."""
    content = {"text": message.text, "blocks": message.blocks, "facts": message.facts}
    fields = {CONTENT: packed(json.dumps(content)), "event": message.event, "hash": message.hash, **message.fields}
    return {
        "part": message.part,
        "intent": message.intent or new_intent(),
        "fresh": message.fresh,
        "fields": [part for pair in split(fields).items() for part in pair],
        "replaced": dict.fromkeys((*fields, *_IN_CONTENT), True),
    }
