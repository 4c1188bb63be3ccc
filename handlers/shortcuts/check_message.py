"""The message shortcut "Check images": checks what is named in a message; of several images, those that are ticked.

The answers are for the person alone.
"""

import asyncio
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final

import structlog
from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.errors import InvalidReferenceError, MalformedError, StoreError
from bot.intake.job import CheckJob, JobQueue
from bot.intake.talk import ReadyAnswer
from bot.oci.mentioned import TEXT_MAX, images_in
from bot.oci.reference import Reference
from bot.render.slack.escape import code
from bot.render.slack.image_choice import CHOICE_FORM, image_choice, images_of, picked
from bot.request_ids import quoting
from bot.slack.ephemeral import Ephemeral
from handlers.slack_forms import open_form
from handlers.slack_request import STORE_TIME
from handlers.slack_uses import CHECK_MESSAGE

if TYPE_CHECKING:  # large, and not needed without Slack
    from slack_sdk.web.async_client import AsyncWebClient

NONE: Final = "No image is named in that message. Type `/provenance check` and its name."
UNAVAILABLE: Final = "The check could not be queued. Please try again in a minute."
CHOOSE: Final = "Tick at least one image."
DEPTH_MAX: Final = 30
"""Nested lists and objects of a message's blocks; Slack's have some 8."""

log = structlog.get_logger(__name__)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Named(_Part):
    id: Annotated[str, Field(max_length=100)]


class _Message(_Part):
    text: str = ""
    blocks: list[dict[str, Any]] = Field(default_factory=list, max_length=200)
    attachments: list[dict[str, Any]] = Field(default_factory=list, max_length=200)


class ChosenMessage(_Part):
    """The payload of a message shortcut."""

    user: _Named
    channel: _Named
    trigger_id: Annotated[str, Field(max_length=300)]
    message: _Message
    response_url: Annotated[str, Field(max_length=2000, repr=False)] = ""
    team: _Named | None = None


class _State(_Part):
    values: dict[str, dict[str, Any]] = Field(default_factory=dict, max_length=100)


class _View(_Part):
    private_metadata: Annotated[str, Field(max_length=3000)] = ""
    state: _State = _State()


class SentChoice(_Part):
    """The payload of the form."""

    user: _Named
    view: _View


class CheckMessage(Struct, frozen=True):
    """Queues checks before Slack gets its answer."""

    queue: JobQueue
    client: "AsyncWebClient"
    ephemeral: Ephemeral

    async def chosen(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """The shortcut was chosen."""
        try:
            asked = ChosenMessage.model_validate(body)
        except ValidationError as error:
            log.warning("unreadable shortcut", fields=[entry["loc"] for entry in error.errors()][:5])
            await ack()
            return
        images = images_in(text_of(asked.message))
        if len(images) > 1:
            await ack()
            await self._let_choose(asked, images)
            return
        said = await self._check(images, asked) if images else NONE
        await self._tell(asked, said)
        await ack()

    async def sent(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """The form was sent: the images come from the form's own record, and not from the labels."""
        try:
            form = SentChoice.model_validate(body)
            channel, listed = images_of(form.view.private_metadata)
        except (ValidationError, MalformedError) as error:
            log.warning("unreadable form", error=type(error).__name__)
            await ack()
            return
        chosen = [image for image in picked(form.view.state.values, listed) if _is_image(image)]
        if not chosen:
            await ack(response_action="errors", errors={"images": CHOOSE})
            return
        try:
            async with asyncio.timeout(STORE_TIME):
                for image in chosen:
                    job = _job(image, channel, form.user.id)
                    await self.queue.enqueue(job, key=f"{image}|{channel}|{form.user.id}|form")
        except (StoreError, TimeoutError) as error:
            log.warning("checks not queued", error=str(error) or type(error).__name__)
            await ack(response_action="errors", errors={"images": quoting(UNAVAILABLE)})
            return
        await ack()

    async def _check(self, images: tuple[str, ...], asked: ChosenMessage) -> str:
        (image,) = images
        job = _job(image, asked.channel.id, asked.user.id, asked.response_url)
        try:
            async with asyncio.timeout(STORE_TIME):
                await self.queue.enqueue(job, key=f"{image}|{asked.channel.id}|{asked.user.id}|shortcut")
        except (StoreError, TimeoutError) as error:
            log.warning("check not queued", error=str(error) or type(error).__name__)
            return quoting(UNAVAILABLE)
        return f"Checking {code(image, 500)}…"

    async def _let_choose(self, asked: ChosenMessage, images: tuple[str, ...]) -> None:
        if said := await open_form(self.client, asked.trigger_id, image_choice(images, asked.channel.id)):
            await self._tell(asked, said)

    async def _tell(self, asked: ChosenMessage, said: str) -> None:
        """For the person alone. Without the store it is said at once, and perhaps twice."""
        reply = ReadyAnswer(
            text=said,
            user=asked.user.id,
            channel=asked.channel.id,
            response_url=asked.response_url,
            asked_at=time.time(),
        )
        try:
            async with asyncio.timeout(STORE_TIME):
                await self.queue.talk(reply, key=f"shortcut:{asked.trigger_id}")
        except (StoreError, TimeoutError) as error:
            log.warning("answer not queued", error=str(error) or type(error).__name__)
            await self.ephemeral.say_uncounted(asked.response_url, said)


def register(app: AsyncApp, listener: CheckMessage) -> None:
    """Add the shortcut and its form to the application."""
    app.message_shortcut(CHECK_MESSAGE.callback_id)(listener.chosen)
    app.view(CHOICE_FORM)(listener.sent)


def text_of(message: _Message) -> str:
    """Everything that can be read in a message, with its links."""
    parts = [message.text, *_texts([*message.blocks, *message.attachments], DEPTH_MAX)]
    return "\n".join(parts)[:TEXT_MAX]


def _texts(value: object, depth: int) -> Iterator[str]:
    if depth == 0:
        return
    match value:
        case list():
            for part in value:
                yield from _texts(part, depth - 1)
        case Mapping():
            for key, part in value.items():
                if key in {"text", "url", "fallback", "title_link"} and isinstance(part, str):
                    yield part
                elif not isinstance(part, str):
                    yield from _texts(part, depth - 1)
        case _:
            return


def _job(image: str, channel: str, user: str, response_url: str = "") -> CheckJob:
    return CheckJob(
        image=image,
        origin="command",
        channel=channel,
        user=user,
        response_url=response_url,
        is_private=True,
        asked_at=time.time(),
    )


def _is_image(name: str) -> bool:
    try:
        return str(Reference.parse(name)) == name
    except InvalidReferenceError:
        return False
