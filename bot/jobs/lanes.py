"""Four lanes, each a queue with slots of its own, so that nothing waits for what is slower or less urgent.

Checking and posting are apart: a check's slot is not held while Slack is asked to go slowly. What a person asked for
is apart from what was pushed: it starts at once, whatever backlog there is.
"""

from enum import StrEnum
from typing import Final

from bot.intake.job import CheckJob
from bot.settings import Settings

CHECK: Final = "check_image"
"""The task's name on the wire; a worker registers its own function for it."""

QUESTION: Final = "answer_question"
REPORT: Final = "post_report"
FAILURE: Final = "post_failure"
TALK: Final = "talk"


class Lane(StrEnum):
    """The value is a part of the keys in the store."""

    PUSHES = "jobs"  # checks of what was pushed, and later looks at it
    ASKED = "asked"  # checks and questions that a person waits for
    POSTS = "posts"  # reports and failures on their way to Slack
    ANSWERS = "answers"  # the same, where a person waits for it


TASKS: Final = {
    Lane.PUSHES: (CHECK,),
    Lane.ASKED: (CHECK, QUESTION),
    Lane.POSTS: (REPORT, FAILURE),
    Lane.ANSWERS: (REPORT, FAILURE, TALK),
}


def checking_lane(job: CheckJob) -> Lane:
    """Where its check waits."""
    return Lane.ASKED if job.is_asked else Lane.PUSHES


def posting_lane(job: CheckJob) -> Lane:
    """Where what became of it waits to be posted."""
    return Lane.ANSWERS if job.is_asked else Lane.POSTS


def slots(lane: Lane, settings: Settings) -> int:
    """How many jobs of that lane one worker does at the same time."""
    match lane:
        case Lane.PUSHES:
            return settings.concurrency
        case Lane.ASKED | Lane.ANSWERS:
            return settings.asked_concurrency
        case Lane.POSTS:
            return settings.posts_concurrency
