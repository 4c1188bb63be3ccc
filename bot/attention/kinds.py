"""The kinds of what people say about a problem, in the words of the store and of an export."""

from enum import StrEnum


class Kind(StrEnum):
    """The kind of a record."""

    ACKNOWLEDGEMENT = "acknowledgement"
    SNOOZE = "snooze"
    MUTE = "mute"
    REVOKED_SECRET = "revoked-secret"  # noqa: S105 - a word
    PROPOSED_FIX = "proposed-fix"
    WAIVER = "waiver"
