"""The listeners of App Home: opened, a page turned, an image typed, a watch added. A worker draws it."""

import asyncio
import time
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, Final, TypeVar

import structlog
from msgspec import Struct
from pydantic import ValidationError
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.errors import StoreError, UsageError
from bot.intake.job import CheckJob
from bot.intake.talk import ShowHome
from bot.oci.asked import parse_asked
from bot.render.slack import home
from bot.render.slack.escape import advice, code, plain
from bot.request_ids import quoting
from handlers.commands import CommandContext, SlashCommand, watch
from handlers.commands.slash_command import Said
from handlers.events.envelope import EventPart
from handlers.events.stored_first import on_event
from handlers.home.payloads import HomeOpenedEvent, HomePressed, WatchSent, page_of
from handlers.slack_forms import open_form
from handlers.slack_request import STORE_TIME

if TYPE_CHECKING:  # large, and not needed without Slack
    from slack_sdk.web.async_client import AsyncWebClient

UNAVAILABLE: Final = "The check could not be queued. Please try again in a minute."

P = TypeVar("P", bound=EventPart)

log = structlog.get_logger(__name__)


class HomeListener(Struct, frozen=True):
    """Stores what is to be done before Slack gets its answer."""

    context: CommandContext
    client: "AsyncWebClient"

    async def opened(self, body: dict[str, Any]) -> None:
        """The person opened the page. Raises StoreError: then Slack says it again."""
        read = _read(HomeOpenedEvent, body)
        if read is not None and read.event.tab == "home":
            job = ShowHome(team=read.team_id, user=read.event.user, page=read.event.view.page)
            async with asyncio.timeout(STORE_TIME):
                await self._show(job)

    async def turned(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Another page."""
        pressed = _read(HomePressed, body)
        if pressed is not None:
            await _kept(self._show(_job(pressed, page=page_of(pressed.value))))
        await ack()

    async def check(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """An image was typed. The answer is a message to the person; the page says that it comes."""
        pressed = _read(HomePressed, body)
        if pressed is not None:
            notice = await self._check(pressed)
            await _kept(self._show(_job(pressed, page=pressed.view.page, notice=notice)))
        await ack()

    async def form(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """The form that adds a watch is wanted."""
        await ack()
        pressed = _read(HomePressed, body)
        if pressed is None:
            return
        await open_form(self.client, pressed.trigger_id, home.watch_form())

    async def watch(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """The form was sent: the same watch as `/provenance watch` makes."""
        sent = _read(WatchSent, body)
        if sent is None:
            await ack()
            return
        values = sent.view.state.values
        repository, channel = home.typed(values, home.REPOSITORY), home.typed(values, home.CHANNEL)
        tags = [part for tag in home.typed(values, home.TAGS).replace(",", " ").split() for part in ("--tags", tag)]
        if not channel:
            await ack(response_action="errors", errors={home.CHANNEL: "Choose a channel."})
            return
        team = sent.team.id if sent.team else ""
        words = " ".join([repository.replace(" ", ""), *tags])
        said = await watch.run(SlashCommand(words, channel, sent.user.id, team), self.context)
        if not isinstance(said, Said):
            await ack(response_action="errors", errors={home.REPOSITORY: plain(said.replace("`", ""), 300)})
            return
        notice = f"{said.text} That is <#{channel}>." if channel.isalnum() and channel.isascii() else said.text
        await _kept(self._show(ShowHome(team=team, user=sent.user.id, notice=notice.replace("posted here", "posted"))))
        await ack()

    async def _check(self, pressed: HomePressed) -> str:
        user = pressed.user.id
        try:
            image = str(parse_asked(pressed.value))
        except UsageError as error:
            return advice(str(error), 500)
        job = CheckJob(image=image, origin="command", user=user, is_private=True, asked_at=time.time())
        try:
            async with asyncio.timeout(STORE_TIME):
                await self.context.queue.enqueue(job, key=f"{image}||{user}|home")
        except (StoreError, TimeoutError) as error:
            log.warning("check not queued", image=image, error=str(error) or type(error).__name__)
            return quoting(UNAVAILABLE)
        return f"Checking {code(image, 500)}… The answer comes as a message."

    async def _show(self, job: ShowHome) -> None:
        await self.context.queue.talk(job, key=f"home:{job.team}:{job.user}:{job.page}:{time.time():.3f}")


def register(app: AsyncApp, listener: HomeListener) -> None:
    """Add them to the application."""
    on_event(app, "app_home_opened", listener.opened)
    app.action(home.PREVIOUS)(listener.turned)
    app.action(home.NEXT)(listener.turned)
    app.action(home.CHECK)(listener.check)
    app.action(home.WATCH)(listener.form)
    app.view(home.WATCH_FORM)(listener.watch)


def _job(pressed: HomePressed, *, page: int, notice: str = "") -> ShowHome:
    team = pressed.team.id if pressed.team else ""
    return ShowHome(team=team, user=pressed.user.id, page=page, hash=pressed.view.hash, notice=notice)


async def _kept(work: Awaitable[None]) -> None:
    """Without the store the page stays as it is."""
    try:
        async with asyncio.timeout(STORE_TIME):
            await work
    except (StoreError, TimeoutError) as error:
        log.warning("App Home not drawn", error=str(error) or type(error).__name__)


def _read(model: type[P], body: dict[str, Any]) -> P | None:
    try:
        return model.model_validate(body)
    except ValidationError as error:
        log.warning("unreadable payload of App Home", fields=[entry["loc"] for entry in error.errors()][:5])
        return None
