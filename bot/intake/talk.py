"""Small things to tell people in Slack: an answer that is ready, App Home, previews of links. Each is a job."""

from typing import Annotated, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from bot.request_ids import RequestId

TEXT_MAX: Final = 20_000
"""Characters of an answer; Slack takes 4,000 to 40,000, and what does not fit is shortened."""

LINKS_MAX: Final = 10
"""Links of one message that get a preview."""

_Id: TypeAlias = Annotated[str, Field(max_length=100)]


class _Talk(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    team: _Id = ""
    user: _Id = ""
    asked_at: float = 0.0  # seconds since the epoch
    request_id: RequestId = ""  # as a CheckJob's
    workspace: _Id = ""  # as a CheckJob's


class ReadyAnswer(_Talk):
    """An answer that is ready, in escaped mrkdwn, and where it goes (bot/slack/answers.py)."""

    kind: Literal["reply"] = "reply"
    text: Annotated[str, Field(max_length=TEXT_MAX)]
    channel: _Id = ""
    thread_ts: _Id = ""
    response_url: Annotated[str, Field(max_length=2000, repr=False)] = ""


class FailedStep(_Talk):
    """A step of a workflow cannot be done; the workflow stops there and shows why."""

    kind: Literal["failed-step"] = "failed-step"
    execution: _Id
    why: Annotated[str, Field(max_length=1000)]


class ShowHome(_Talk):
    """Draw a person's App Home. `hash` is of the view that they see, `notice` is escaped mrkdwn."""

    kind: Literal["home"] = "home"
    page: Annotated[int, Field(ge=0, le=999)] = 0
    hash: Annotated[str, Field(max_length=300)] = ""
    notice: Annotated[str, Field(max_length=2000)] = ""


class Unfurl(_Talk):
    """Show what is behind links to our own pages in a message."""

    kind: Literal["unfurl"] = "unfurl"
    channel: _Id
    ts: _Id
    urls: Annotated[tuple[Annotated[str, Field(max_length=3000)], ...], Field(min_length=1, max_length=LINKS_MAX)]


class WatchedHere(_Talk):
    """A watch was added for a channel: the person is to hear when the bot cannot post there."""

    kind: Literal["watched"] = "watched"
    channel: _Id
    thread_ts: _Id = ""
    response_url: Annotated[str, Field(max_length=2000, repr=False)] = ""


TalkJob: TypeAlias = Annotated[ReadyAnswer | FailedStep | ShowHome | Unfurl | WatchedHere, Field(discriminator="kind")]

talk_jobs: Final[TypeAdapter[TalkJob]] = TypeAdapter(TalkJob)
"""Reads one from JSON."""
