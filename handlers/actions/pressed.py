"""The payload of a pressed button or menu, and of a form that was sent. Everything in it is untrusted but the user.

https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
"""

import json
import re
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import UsageError

Word = Annotated[str, Field(max_length=300)]

_TIME: Final = re.compile(r"[0-9]{1,10}(?:[.][0-9]{1,6})?", re.ASCII)

TYPED_MAX: Final = 12_000
"""Characters of a text that somebody typed; Slack lets 3,000 through."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Team(_Part):
    id: Word


class _User(_Part):
    id: Word
    name: Word = ""  # a handle such as alice


class _Container(_Part):
    channel_id: Word
    message_ts: Word
    thread_ts: Word = ""


class _Payload(_Part):
    subject: str = Field(default="", max_length=1000)
    images: str = Field(default="", max_length=1000)
    rule: str = Field(default="", max_length=200)
    rules: str = Field(default="", max_length=1000)
    digest: str = Field(default="", max_length=200)
    failed: str = Field(default="", max_length=1000)


class _Metadata(_Part):
    event_payload: _Payload = _Payload()


class _Message(_Part):
    thread_ts: Word = ""
    metadata: _Metadata = _Metadata()


class _Option(_Part):
    value: str = Field(default="", max_length=300)


class _Action(_Part):
    action_id: str = Field(default="", max_length=255)
    value: str = Field(default="", max_length=2000)
    selected_option: _Option | None = None
    action_ts: Word = ""


class Pressed(_Part):
    """A pressed button of one of our messages. `subject` comes from the message's metadata, which anybody can write."""

    team: _Team
    user: _User
    container: _Container
    message: _Message = _Message()
    actions: tuple[_Action, ...] = Field(default=(), max_length=10)
    response_url: str = Field(default="", max_length=2000, repr=False)
    trigger_id: str = Field(default="", max_length=300)

    @property
    def value(self) -> str:
        """The button's value, or ""."""
        return self.actions[0].value if self.actions else ""

    @property
    def chosen(self) -> str:
        """The value of the chosen option of a menu, or ""."""
        option = self.actions[0].selected_option if self.actions else None
        return option.value if option else ""

    @property
    def at(self) -> float:
        """When it was pressed, by Slack's clock; 0 if Slack does not say."""
        text = self.actions[0].action_ts if self.actions else ""
        return float(text) if _TIME.fullmatch(text) else 0.0

    @property
    def seen(self) -> tuple[str, tuple[str, ...]]:
        """The digest and the rules that failed, worst first, as the message says; "" and none if it does not."""
        told = self.message.metadata.event_payload
        return told.digest, tuple(told.failed.split(",")) if told.failed else ()

    @property
    def thread_ts(self) -> str:
        """Of the thread that the message is in, or that it begins."""
        return self.container.thread_ts or self.message.thread_ts or self.container.message_ts

    @property
    def subject(self) -> str:
        """The release, or in the first version the image, that the message is about, or ""."""
        return self.message.metadata.event_payload.subject

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that the message is about; from its metadata, too."""
        told = self.message.metadata.event_payload
        return tuple((told.rules or told.rule).split(",")) if told.rules or told.rule else ()

    @property
    def images(self) -> tuple[str, ...]:
        """The first images of that release."""
        listed = self.message.metadata.event_payload.images
        return tuple(listed.split(",")) if listed else ()


class _Input(_Part):
    value: str | None = Field(default=None, max_length=TYPED_MAX)
    selected_option: _Option | None = None
    selected_date: str | None = Field(default=None, max_length=20)


class _State(_Part):
    values: dict[Word, dict[Word, _Input]] = Field(default_factory=dict, max_length=20)


class _View(_Part):
    id: Word = ""
    private_metadata: str = Field(default="", max_length=3000)
    state: _State = _State()
    app_installed_team_id: Word = ""  # where the channel is, for somebody of another workspace (Slack Connect)


class FormTarget(_Part):
    """What a form is about, as it travels with it: the message under which it was opened."""

    channel: Word
    ts: Word
    subject: str = Field(default="", max_length=700)
    images: str = Field(default="", max_length=1000)
    shown: Word = ""  # which reports the form was made of

    def text(self) -> str:
        """For `private_metadata`."""
        return json.dumps(self.model_dump())


class SentForm(_Part):
    """A form that somebody sent."""

    team: _Team
    user: _User
    view: _View

    @property
    def place(self) -> str:
        """The workspace of the message; `team` is that of the person."""
        return self.view.app_installed_team_id or self.team.id

    @property
    def target(self) -> FormTarget:
        """Raises UsageError."""
        try:
            return FormTarget.model_validate_json(self.view.private_metadata)
        except ValidationError:
            raise UsageError("a form that does not say what it is about") from None

    def chosen(self, block: str) -> str:
        """The value of the chosen option, the date or the text in that block; "" if there is none."""
        for one in self.view.state.values.get(block, {}).values():
            option = one.selected_option.value if one.selected_option else ""
            return option or one.selected_date or one.value or ""
        return ""


def encodable(value: object) -> object:
    """Without lone surrogates, which JSON can name and no text holds."""
    match value:
        case str():
            return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        case dict():
            return {encodable(key): encodable(one) for key, one in value.items()}
        case list():
            return [encodable(one) for one in value]
        case _:
            return value


def read(body: object) -> Pressed:
    """Raises UsageError for a button that is not part of a message in a channel."""
    try:
        return Pressed.model_validate(encodable(body))
    except ValidationError as error:
        raise UsageError(f"a button without {error.errors(include_url=False)[0]['loc']}") from None


def read_form(body: object) -> SentForm:
    """Raises UsageError."""
    try:
        return SentForm.model_validate(encodable(body))
    except ValidationError as error:
        raise UsageError(f"a form without {error.errors(include_url=False)[0]['loc']}") from None
