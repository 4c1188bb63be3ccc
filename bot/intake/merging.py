"""What a check is for when a further event of its image comes while it waits.

Whoever signs an image does so a moment after the push, so the most usual second event is a signature's. The check is
still the push's then: a release learns from it which images to expect.
"""

from typing import Final

from bot.intake.job import CheckJob

_OF_PUSH: Final = ("origin", "source", "digest_hint", "asked_at")


def merged(waiting: CheckJob, new: CheckJob) -> CheckJob:
    """The newer event's job, with what the waiting one is for. A person's question is merged with nothing."""
    if waiting.is_asked or new.is_asked:
        return new
    kept = {name: getattr(waiting, name) for name in _OF_PUSH} if waiting.is_push and not new.is_push else {}
    return new.model_copy(
        update={
            **kept,
            "channel": new.channel or waiting.channel,
            "has_evidence": waiting.has_evidence or new.has_evidence,
            "is_anew": waiting.is_anew or new.is_anew,
            "is_quiet": waiting.is_quiet and new.is_quiet,
        }
    )
