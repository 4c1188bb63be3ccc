"""A stored thread for the pages: the same messages as in Slack, posted or not yet."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec import Struct

from bot.errors import MalformedError
from bot.releases import ReleaseName
from bot.render.blocks import Run, Shown, shown
from bot.render.slack.release import CHECKED
from bot.rules import catalogue
from bot.slack.local_transport import TEAM
from bot.store.releases import Releases
from bot.store.threads import Message, MessageState, Thread
from bot.values import replace
from handlers.pages._links import release_url, report_url


class ShownMessage(Struct, frozen=True):
    """One message. `place` is its state in Slack, or ""; `rule` is the rule that it is about, or ""."""

    blocks: tuple[Shown, ...]
    moment: datetime
    place: str
    rule: str = ""


class ShownThread(Struct, frozen=True):
    """A parent and its replies. `id` is unique on the page; `release` and `report` are addresses of pages, or "".

    `image` is the only image of the release, or "".
    """

    id: str
    title: str
    image: str
    release: str
    report: str
    parent: ShownMessage
    replies: tuple[ShownMessage, ...]


def shown_thread(thread: Thread, number: int, checked_at: float = 0.0) -> ShownThread:
    """The thread for the template, which escapes all values.

    `checked_at` is the newest check of the release, 0 if nobody knows. A message is not edited when a check has found
    the same again, so it names an older one.
    """
    image, digest = _only_image(thread), thread.parent.digest
    name = _release_of(thread)
    return ShownThread(
        id=f"thread-{number}",
        title=name.title if name else thread.address.subject,
        image=image,
        release=release_url(str(name)) if name else "",
        report=report_url(image, digest) if image and digest else "",
        parent=_with_check(_said(thread, thread.parent), checked_at),
        replies=tuple(_said(thread, reply) for reply in thread.replies if reply.state is not MessageState.GONE),
    )


async def checks_of(threads: Sequence[Thread], releases: Releases) -> tuple[float, ...]:
    """When the release of each was checked last, 0 if nobody knows. Raises StoreError."""
    names = [_release_of(thread) for thread in threads]
    found = await asyncio.gather(*(releases.load(name) for name in names if name is not None))
    known = {one.name: max((member.checked_at for member in one.members), default=0.0) for one in found if one}
    return tuple(known.get(name, 0.0) if name else 0.0 for name in names)


def _with_check(message: ShownMessage, at: float) -> ShownMessage:
    """The message with that time where it names an older check."""
    return replace(
        message,
        blocks=tuple(replace(one, lines=tuple(_newer(line, at) for line in one.lines)) for one in message.blocks),
    )


def _newer(line: tuple[Run, ...], at: float) -> tuple[Run, ...]:
    match line:
        case (Run(kind="text", text=word), Run(kind="time", moment=datetime() as moment)) if word.strip() == CHECKED:
            return (line[0], replace(line[1], moment=max(moment, datetime.fromtimestamp(at, UTC))))
        case _:
            return line


def _release_of(thread: Thread) -> ReleaseName | None:
    try:
        return ReleaseName.parse(thread.address.subject)
    except MalformedError:  # a thread of the first version, whose subject is an image
        return None


def _only_image(thread: Thread) -> str:
    if _release_of(thread) is None:
        return "" if " " in thread.address.subject else thread.address.subject  # of a webhook source
    images = str(thread.parent.facts.get("images", "")).split(",")
    return images[0] if len(images) == 1 else ""


def is_rule(text: str) -> bool:
    """Whether the text is a rule's id, so that it has a page."""
    return any(rule.id == text for rule in catalogue())


def _said(thread: Thread, message: Message) -> ShownMessage:
    rule = str(message.facts.get("rule", ""))
    moment = datetime.fromtimestamp(message.wanted_at or message.first_sent_at, UTC)
    place = "" if thread.address.team == TEAM else _place(message)  # without Slack, a stored message counts as posted
    return ShownMessage(shown(message.blocks), moment, place, rule if is_rule(rule) else "")


def _place(message: Message) -> str:
    match message.state:
        case MessageState.FAILED:
            return f"not in Slack: {message.code or 'refused'}"
        case MessageState.GONE:
            return "deleted in Slack"
        case _:
            return "not yet in Slack" if message.is_pending else ""


def failure(thread: Thread, image: str) -> ShownMessage | None:
    """The message that says why the image could not be checked, if that is the current state."""
    for message in (thread.parent, *reversed(thread.replies)):
        if message.facts.get("state") in {"trying", "given-up"} and message.facts.get("subject") == image:
            return _said(thread, message)
    return None
