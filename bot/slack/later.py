"""A call to Slack whose answer may come later: the job that made it is tried again."""

from typing import Final

from bot.errors import PostingError
from bot.slack.transport import Answer, RetryLater, Unconfirmed

UNCONFIRMED_AGAIN: Final = 15.0
"""Seconds until a call is made again whose answer was lost; it must be one that may be made twice."""


def raise_if_later(answer: Answer) -> None:
    """Raises PostingError for an answer that another try may change."""
    match answer:
        case RetryLater(seconds, why):
            raise PostingError(why, code="later", retry_after=seconds)
        case Unconfirmed(why):
            raise PostingError(why, code="perhaps", retry_after=UNCONFIRMED_AGAIN)
        case _:
            pass
