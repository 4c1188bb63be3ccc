"""A stored thread for the pages: the same messages as in Slack, posted or not yet."""

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.errors import MalformedError
from bot.releases import ReleaseName
from bot.render.blocks import Shown, shown
from bot.rules import catalogue
from bot.slack.local_transport import TEAM
from bot.store.threads import Message, MessageState, Thread
from handlers.pages._links import release_url, report_url


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """One message. `place` is its state in Slack, or ""; `rule` is the rule that it is about, or ""."""

    blocks: tuple[Shown, ...]
    moment: datetime
    place: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class ShownThread:
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


def shown_thread(thread: Thread, number: int) -> ShownThread:
    """The thread for the template, which escapes all values."""
    image, digest = _only_image(thread), thread.parent.digest
    name = _release_of(thread)
    return ShownThread(
        id=f"thread-{number}",
        title=name.title if name else thread.address.subject,
        image=image,
        release=release_url(str(name)) if name else "",
        report=report_url(image, digest) if image and digest else "",
        parent=_said(thread, thread.parent),
        replies=tuple(_said(thread, reply) for reply in thread.replies if reply.state is not MessageState.GONE),
    )


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
