"""What could not be looked at, and what is named and gone; told apart from what is absent."""

from dataclasses import dataclass
from datetime import datetime

from bot.errors import RateLimitedError, RegistryError, UnavailableError


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something that may be there, but could not be looked at. `reason` is a sentence for people.

    `passing` when another try may succeed: the registry did not answer, or asked to come back (at `retry_at`, UTC).
    """

    reason: str
    passing: bool = False
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MissingBlob:
    """Something that the index or a manifest names and the registry answers 404 for."""

    digest: str
    named_by: str
    what: str  # "attestation manifest" | "attestation" | "platform manifest" | "signature"
    subject: str = ""  # the platform it concerns, e.g. linux/amd64; "" = the image


def unreadable(error: RegistryError) -> Unreadable:
    """What failed, as evidence."""
    passing = isinstance(error, UnavailableError | RateLimitedError)
    return Unreadable(str(error), passing, error.retry_at if isinstance(error, RateLimitedError) else None)
