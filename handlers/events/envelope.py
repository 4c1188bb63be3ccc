"""The envelope of an event, and the events that we listen to. Everything in them is bounded.

https://docs.slack.dev/reference/events
"""

from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

Id: TypeAlias = Annotated[str, Field(max_length=100)]


class EventPart(BaseModel):
    """A part of what Slack sends; keys that we do not use are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Mention(EventPart):
    """`app_mention`: somebody wrote the bot's name. `thread_ts` is of the thread that the message is in, or ""."""

    text: Annotated[str, Field(max_length=50_000)]
    channel: Id
    ts: Annotated[str, Field(pattern=r"^[0-9]{1,20}\.[0-9]{1,10}$")]
    user: Id = ""
    thread_ts: Id = ""
    bot_id: Id = ""
    subtype: Id = ""


class MentionEvent(EventPart):
    """The envelope of a mention."""

    event_id: Id
    team_id: Id = ""
    event: Mention
