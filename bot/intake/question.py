"""A question that takes longer than Slack waits, and that one person gets the answer to."""

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from bot.request_ids import RequestId

NAMES_MAX = 4
"""Images or repositories of one question."""

VERSIONS_MAX = 20
"""Versions of each family that one question is about; the terminal has no such limit."""

_Text: TypeAlias = Annotated[str, Field(max_length=1000)]


class QuestionJob(BaseModel):
    """`names` are images to compare or to fix, or repositories to audit, which were parsed once; or a channel.

    To judge an image by another policy than its own, they are the image and the policy's name.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: Literal["compare", "audit", "fix", "digest", "judge", "compare-page"]  # the last one is answered on a page
    names: Annotated[tuple[_Text, ...], Field(min_length=1, max_length=NAMES_MAX)]
    tags: Annotated[tuple[_Text, ...], Field(max_length=NAMES_MAX)] = ()  # globs; an audit's
    last: Annotated[int, Field(ge=1, le=VERSIONS_MAX)] = 5
    user: str = ""  # Slack user who asked
    response_url: str = Field(default="", repr=False)  # where the answer goes
    team: str = ""
    channel: str = ""
    thread_ts: str = ""  # of the thread in that channel in which the bot was mentioned; then the answer goes there
    asked_at: float = 0.0  # seconds since the epoch
    request_id: RequestId = ""  # as a CheckJob's
    workspace: str = ""  # as a CheckJob's
