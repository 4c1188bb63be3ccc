"""A `/provenance` command, and what the subcommands need."""

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field

from bot.digest.schedule import Schedule
from bot.intake.job import JobQueue
from bot.intake.watch_list import WatchList
from bot.jobs.attending import Attending
from bot.oci.catalogue.apis import TagApi
from bot.render.slack.message import Block
from bot.store import Store
from bot.values import Hiding

TEXT_MAX: Final = 1000
"""Characters of the text; Slack allows much more."""

_QUOTES = str.maketrans({"\u201c": '"', "\u201d": '"', "\u2018": "'", "\u2019": "'"})
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


class SlashCommand(Hiding, Struct, frozen=True):
    """One command: `text` without its first word, the user, the channel, and where the answer goes.

    That is the response_url of a slash command, or the thread in which the bot was mentioned. `asked_at` in seconds.
    """

    HIDDEN = frozenset({"response_url"})

    text: str
    channel: str
    user: str
    team: str
    response_url: str = ""
    thread_ts: str = ""
    trigger_id: str = ""  # lets a form open; a mention has none
    asked_at: float = 0.0

    def words(self) -> list[str]:
        """The words of the text, without quotes around them."""
        return [word for word in map(unquoted, self.text.split()) if word]


class Said(Struct, frozen=True):
    """An answer in escaped mrkdwn. `is_public` when everybody in the channel sees it. A `form` opens in its place."""

    text: str
    is_public: bool = False
    form: Block | None = None


class CommandContext(Struct, frozen=True):
    """What a subcommand may use. `base_url` is "" without a public address of the pages.

    `watches` are all watches; `tag_apis` says how the tags of a registry are listed, `digest` when a channel
    gets its digest if it has not chosen.
    """

    queue: JobQueue
    base_url: str = ""
    store: Store | None = None
    watches: WatchList = field(default_factory=WatchList)
    tag_apis: Mapping[str, TagApi] = field(default_factory=dict)
    digest: Schedule = field(default_factory=Schedule)
    attending: Attending | None = None


def unquoted(word: str) -> str:
    """The word without quotes around it, straight or curly."""
    return word.translate(_QUOTES).strip("\"'`")


def typed(text: str) -> str:
    """The text as the person typed it: Slack escapes `& < >` for some apps."""
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return re.sub(r"\s+", " ", text).strip()


def person(user: str) -> str:
    """The user as Slack shows them, or "Somebody" for what is not a user's id."""
    return f"<@{user}>" if re.fullmatch(r"[UW][A-Z0-9]{2,20}", user) else "Somebody"
