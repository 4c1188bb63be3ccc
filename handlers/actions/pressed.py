"""The payload of a pressed button.

https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import UsageError

Word = Annotated[str, Field(max_length=300)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Named(_Part):
    id: Word


class _Container(_Part):
    channel_id: Word
    message_ts: Word


class _Payload(_Part):
    subject: str = Field(default="", max_length=1000)
    images: str = Field(default="", max_length=1000)


class _Metadata(_Part):
    event_payload: _Payload = _Payload()


class _Message(_Part):
    metadata: _Metadata = _Metadata()


class _Action(_Part):
    value: str = Field(default="", max_length=2000)


class Pressed(_Part):
    """A pressed button of one of our messages. `subject` comes from the message's metadata, which anybody can write."""

    team: _Named
    user: _Named
    container: _Container
    message: _Message = _Message()
    actions: tuple[_Action, ...] = Field(default=(), max_length=10)
    response_url: str = Field(default="", max_length=2000)

    @property
    def value(self) -> str:
        """The button's value, or ""."""
        return self.actions[0].value if self.actions else ""

    @property
    def subject(self) -> str:
        """The release, or in the first version the image, that the message is about, or ""."""
        return self.message.metadata.event_payload.subject

    @property
    def images(self) -> tuple[str, ...]:
        """The first images of that release."""
        listed = self.message.metadata.event_payload.images
        return tuple(listed.split(",")) if listed else ()


def read(body: object) -> Pressed:
    """Raises UsageError for a button that is not part of a message in a channel."""
    try:
        return Pressed.model_validate(body)
    except ValidationError as error:
        raise UsageError(f"a button without {error.errors(include_url=False)[0]['loc']}") from None
