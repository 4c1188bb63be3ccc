"""The error for a file that is fine, and not for us."""

from bot.errors import MalformedError


class UnknownKindError(MalformedError):
    """It parses, and is not one of the files that we read."""
