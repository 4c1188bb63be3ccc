"""App Home: what one person sees of the releases in the channels that they are in. At most 100 blocks.

https://docs.slack.dev/surfaces/app-home
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from bot.digest.content import Ending, age
from bot.render.slack.escape import code, date, prose
from bot.render.slack.inputs import input_block, modal, text_input
from bot.render.slack.message import Block, actions, button, context, header, section
from bot.render.slack.words import VERDICTS
from bot.report import Verdict

CHECK: Final = "home.check"
WATCH: Final = "home.watch"
PREVIOUS: Final = "home.previous"
NEXT: Final = "home.next"
WATCH_FORM: Final = "home_watch"

IMAGE: Final = "image"
REPOSITORY: Final = "repository"
TAGS: Final = "tags"
CHANNEL: Final = "channel"

PER_PAGE: Final = 25
"""Releases of one page."""

GROUP: Final = 9
"""Lines of one section; a section has at most 2,900 characters."""

NO_WATCH: Final = (
    "Nobody has added a watch there. `/provenance list` also shows what the policy and the settings watch."
)

LISTED_MAX: Final = 18
"""Lines of watches, and of what ends soon."""


class HomeRelease(Struct, frozen=True):
    """A release that a channel was told of, or that passed there. `since` is when its verdict began, 0 if unknown."""

    title: str
    verdict: Verdict
    channel: str
    since: float = 0.0
    said: str = ""


class HomeWatch(Struct, frozen=True):
    """A watch of a channel."""

    glob: str
    tags: tuple[str, ...]
    channel: str


class HomeContent(Struct, frozen=True):
    """What is shown. `releases` are those of the page, counted from 0; `notice` answers what the person just did."""

    releases: tuple[HomeRelease, ...] = ()
    page: int = 0
    total: int = 0
    watches: tuple[HomeWatch, ...] = ()
    ending: tuple[Ending, ...] = ()
    notice: str = ""  # escaped


def home(content: HomeContent, now: float) -> dict[str, object]:
    """The view."""
    return {"type": "home", "private_metadata": str(content.page), "blocks": list(_blocks(content, now))}


def watch_form() -> dict[str, object]:
    """The form that adds a watch. Slack offers the person the channels that they can see."""
    channels = {"include": ["public", "private"], "exclude_bot_users": True}
    return modal(
        WATCH_FORM,
        "Add a watch",
        "Watch",
        [
            input_block(REPOSITORY, "Repository, or a glob", text_input("quay.io/acme/app or quay.io/acme/*", 300)),
            input_block(TAGS, "Tags", text_input("1.* (all if empty)", 300), is_optional=True),
            input_block(CHANNEL, "Channel for its posts", {"type": "conversations_select", "filter": channels}),
        ],
    )


def typed(values: Mapping[str, object], block: str) -> str:
    """What stands in that input of a form's state: a text or the id of a channel; "" if nothing does."""
    match values.get(block):
        case {"v": {"value": str(text)} | {"selected_conversation": str(text)}}:
            return text[:1000]
        case _:
            return ""


def _blocks(content: HomeContent, now: float) -> Iterator[Block]:
    if content.notice:
        yield section("notice", content.notice)
    element = text_input("quay.io/acme/app:1.2.3, a pull command, or the address of its page", 1000)
    yield input_block(IMAGE, "Check an image", element | {"action_id": CHECK}) | {"dispatch_action": True}
    yield context("hint", "Press Enter. Only you get the answer, as a message of this app.")
    yield actions("do", button(WATCH, "Add a watch", spoken="Add a watch, opens a form"))
    yield header("releases", "Releases in your channels")
    yield from _lines("release", [_release(one, now) for one in content.releases], "Nothing was posted there yet.")
    yield from _pages(content)
    yield header("watches", "Watches of your channels")
    yield from _lines("watch", _some([_watch(one) for one in content.watches]), NO_WATCH)
    yield header("ending", "Waivers and snoozes that end soon")
    yield from _lines("end", _some([_end(one) for one in content.ending]), "Nothing ends within seven days.")


def _pages(content: HomeContent) -> Iterator[Block]:
    last = max(0, (content.total - 1) // PER_PAGE)
    buttons = [
        *([button(PREVIOUS, "Previous", value=str(content.page - 1))] if content.page > 0 else []),
        *([button(NEXT, "Next", value=str(content.page + 1))] if content.page < last else []),
    ]
    if buttons:
        yield context("page", f"Page {content.page + 1} of {last + 1}, {content.total} releases")
        yield actions("pages", *buttons)


def _lines(name: str, lines: Sequence[str], nothing: str) -> Iterator[Block]:
    if not lines:
        yield section(f"{name}-0", nothing)
    for start in range(0, len(lines), GROUP):
        yield section(f"{name}-{start}", "\n".join(lines[start : start + GROUP]))


def _some(lines: list[str]) -> list[str]:
    more = len(lines) - LISTED_MAX
    return [*lines[:LISTED_MAX], *([f"and {more} more"] if more > 0 else [])]


def _release(one: HomeRelease, now: float) -> str:
    mark, word = VERDICTS[one.verdict]
    lasts = f", {age(now - one.since)}" if one.since and one.verdict is Verdict.FAIL else ""
    said = f" ({prose(one.said, 40)})" if one.said else ""
    return f"{mark} {word}: *{prose(one.title, 120)}* in {_channel(one.channel)}{lasts}{said}"


def _watch(one: HomeWatch) -> str:
    tags = f", tags {', '.join(code(tag, 30) for tag in one.tags[:3])}" if one.tags else ""
    return f"• {code(one.glob, 100)}{tags} in {_channel(one.channel)}"


def _end(one: Ending) -> str:
    return f"• {prose(one.what, 80)} for {prose(one.about, 100)} ends {date(datetime.fromtimestamp(one.at, UTC))}"


def _channel(id_: str) -> str:
    return f"<#{id_}>" if id_[:1] in {"C", "G"} and id_.isalnum() and id_.isascii() else prose(id_, 40)
