"""What a person pointed at: the release, in the channel in which they saw it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class NotePlace:
    """A release in a channel of a workspace. `subject` is str(ReleaseName), as in the thread's address."""

    team: str
    channel: str
    subject: str
