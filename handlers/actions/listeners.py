"""Every button, menu and form of our messages, with the file that handles it; Bolt's side of it.

A press is stored and queued before Slack gets its answer, within three seconds and from local data. What it led to is
told to the person alone.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import structlog
from msgspec import Struct
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.errors import StoreError, UsageError
from bot.jobs.attending import Attending
from bot.render.slack.buttons import MORE, PROPOSE_FIX, REVOKE_WAIVER, REVOKED, SHARE, SHOW_FIX, WAIVE
from bot.render.slack.message import MessageDraft
from bot.request_ids import quoting
from bot.slack.classify import failures
from bot.slack.ephemeral import Ephemeral
from bot.slack.fixing import Fixing
from handlers.actions import open_patch, open_pull_request, recheck
from handlers.actions.file_in_thread import FileInThread
from handlers.actions.forms import Errors, NextForm, Sent
from handlers.actions.menu import Menu
from handlers.actions.pressed import Pressed, SentForm, read, read_form
from handlers.actions.propose_fix import ProposeFix
from handlers.actions.replies import UNAVAILABLE, Later, OpenForm, Reply
from handlers.actions.revoke_waiver import RevokeWaiver
from handlers.actions.secret_revoked import SecretRevoked
from handlers.actions.share import Share
from handlers.actions.show_fix import ShowFix
from handlers.actions.snooze import FORM as SNOOZE
from handlers.actions.snooze import SnoozeSent
from handlers.actions.waive import FORM as WAIVER
from handlers.actions.waive import OpenWaiver, WaiverSent
from handlers.actions.waive_choice import FORM as WAIVE_CHOICE
from handlers.actions.waive_choice import WaiveChoice
from handlers.slack_forms import open_form
from handlers.slack_request import STORE_TIME
from handlers.slack_text import guarded

if TYPE_CHECKING:  # large, and not needed without Slack
    from slack_sdk.web.async_client import AsyncWebClient

log = structlog.get_logger(__name__)

Press: TypeAlias = Callable[[Pressed], Awaitable[Reply]]
Send: TypeAlias = Callable[[SentForm], Awaitable[Sent]]


class Parts(Struct, frozen=True):
    """What the buttons work with."""

    attending: Attending
    client: "AsyncWebClient"
    ephemeral: Ephemeral
    fixing: Fixing
    base_url: str = ""


def _later(press: Callable[[Pressed], Awaitable[str | MessageDraft]]) -> Press:
    """A button whose work takes longer than Slack waits. It is safe to press it again."""

    async def pressed(button: Pressed) -> Reply:
        return Later(lambda: press(button))

    return pressed


def _files(parts: Parts) -> FileInThread:
    return FileInThread(parts.attending.store, parts.client)


ACTIONS: Final[Mapping[str, Callable[[Parts], Press]]] = {
    recheck.ACTION: lambda parts: recheck.Recheck(parts.attending.store, parts.attending.queue).press,
    open_patch.ACTION: lambda parts: open_patch.OpenPatch(parts.attending, _files(parts)).press,
    open_pull_request.ACTION: lambda parts: _later(
        open_pull_request.OpenPullRequest(parts.fixing, parts.attending).press
    ),
    MORE: lambda parts: Menu(parts.attending, _files(parts)).press,
    REVOKED: lambda parts: SecretRevoked(parts.attending).press,
    REVOKE_WAIVER: lambda parts: RevokeWaiver(parts.attending).press,
    SHARE: lambda parts: Share(parts.attending).press,
    SHOW_FIX: lambda parts: ShowFix(parts.attending, parts.base_url).press,
    PROPOSE_FIX: lambda parts: ProposeFix(parts.attending, parts.fixing).press,
    WAIVE: lambda parts: OpenWaiver(parts.attending).press,
}
"""Who handles a button or menu, by action_id."""

FORMS: Final[Mapping[str, Callable[[Parts], Send]]] = {
    SNOOZE: lambda parts: SnoozeSent(parts.attending).send,
    WAIVER: lambda parts: WaiverSent(parts.attending).send,
    WAIVE_CHOICE: lambda parts: WaiveChoice(parts.attending).send,
}
"""Who handles a form, by callback_id."""


def listen(app: AsyncApp, parts: Parts) -> None:
    """Register all of them."""
    for action_id, made in ACTIONS.items():
        app.action(action_id)(_pressed(made(parts), parts))
    for callback_id, sends in FORMS.items():
        app.view(callback_id)(_sent(sends(parts), parts))


def _pressed(press: Press, parts: Parts) -> Callable[[AsyncAck, dict[str, Any]], Awaitable[None]]:
    async def pressed(ack: AsyncAck, body: dict[str, Any]) -> None:
        button = _read(body)
        if button is None:
            await ack()
            return
        reply = await _in_time(press(button), button.user.id)
        await ack()
        match reply:
            case OpenForm(view):
                said: str | MessageDraft = await open_form(parts.client, button.trigger_id, view)
            case Later(work):
                said = await work()
            case _:
                said = reply
        if said:
            await tell(parts.ephemeral, button.response_url, said)

    return pressed


def _sent(send: Send, parts: Parts) -> Callable[[AsyncAck, dict[str, Any]], Awaitable[None]]:
    async def sent(ack: AsyncAck, body: dict[str, Any]) -> None:
        try:
            form = read_form(body)
            target = form.target
            async with asyncio.timeout(STORE_TIME):
                said = await send(form)
        except UsageError as error:
            log.warning("unreadable form", error=str(error))
            await ack()
            return
        except (StoreError, TimeoutError) as error:
            log.warning("form not stored", error=str(error) or type(error).__name__)
            said = Errors({_last_block(body): quoting(UNAVAILABLE)})  # what was typed stays there
        match said:
            case Errors(by_block):
                await ack(response_action="errors", errors=dict(by_block))
            case NextForm(view):
                await ack(response_action="update", view=view)
            case _:
                await ack()
                await _tell_in(parts.client, target.channel, form.user.id, said)

    return sent


async def _in_time(reply: Awaitable[Reply], user: str) -> Reply:
    try:
        async with asyncio.timeout(STORE_TIME):
            return await reply
    except (StoreError, TimeoutError) as error:
        log.warning("press not stored", user=user, error=str(error) or type(error).__name__)
        return quoting(UNAVAILABLE)


async def tell(ephemeral: Ephemeral, response_url: str, said: str | MessageDraft) -> None:
    """Answer the person who pressed. Without the store it is not counted, but still sent."""
    draft = MessageDraft(guarded(said), (), "") if isinstance(said, str) else said if said.fits() else said.plain()
    try:
        await ephemeral.say(response_url, draft.text, draft.blocks, once=f"said:{secrets.token_hex(4)}")
    except StoreError:
        await ephemeral.say_uncounted(response_url, draft.text, draft.blocks)


async def _tell_in(client: "AsyncWebClient", channel: str, user: str, said: str) -> None:
    """A form has no response_url. What was done shows in the thread, so this may get lost."""
    with suppress(*failures()):
        await client.chat_postEphemeral(channel=channel, user=user, text=guarded(said))


def _read(body: dict[str, Any]) -> Pressed | None:
    try:
        return read(body)
    except UsageError as error:
        log.warning("unreadable button payload", error=str(error))
        return None


def _last_block(body: Mapping[str, Any]) -> str:
    """The last input of the form that was sent: an error must stand beside one."""
    view = body.get("view")
    blocks = view.get("blocks") if isinstance(view, Mapping) else None
    parts = blocks if isinstance(blocks, list) else []
    inputs = [one.get("block_id") for one in parts if isinstance(one, Mapping) and one.get("type") == "input"]
    return str(inputs[-1]) if inputs else "reason"
