"""What could not be looked at, and what is named and gone; told apart from what is absent."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from bot.errors import (
    AbsenceHiddenError,
    MalformedError,
    NotFoundError,
    OverLimitError,
    RateLimitedError,
    RegistryError,
    SourceError,
    SourceUnavailableError,
    TooLargeError,
    UnavailableError,
)


class UnknownReason(StrEnum):
    """Why something is not known. Decisions are made on this code, never on the sentence beside it."""

    UNREADABLE = "unreadable"  # no answer, a refusal, or other bytes than were named
    GONE = "gone"  # a document names it, and the registry answers 404
    MALFORMED = "malformed"  # not the document that it is said to be
    OVER_LIMIT = "over-limit"  # more than we read
    UNSUPPORTED = "unsupported"  # of a kind or version that we do not read
    NOT_ASKED = "not-asked"  # not looked at, on purpose
    NOT_SEARCHED = "not-searched"  # nobody looked for signatures
    UNSEARCHED = "unsearched"  # a place where signatures may be could not be searched
    UNVERIFIABLE = "unverifiable"  # a signature is there, and nobody here can judge it
    NO_KEY = "no-key"  # the same, and a key made it that the policy does not name
    AWAITING_SIGNATURE = "awaiting-signature"  # the push settles; signatures may still arrive
    AWAITING_MEMBER = "awaiting-member"  # an image of the same release may still arrive
    AMBIGUOUS = "ambiguous"  # it, or what it is compared with, can be read in two ways
    ABSENCE_HIDDEN = "absence-hidden"  # the registry refuses what is absent as it refuses what is not public
    CODE_HOST = "code-host"  # the code host did not answer, or does not show the repository
    NOTHING_RUNS = "nothing-runs"  # no platform to judge
    UNDOCUMENTED = "undocumented"  # what another tool makes of it, its makers do not say


class Unreadable(Struct, frozen=True):
    """Something that may be there, but could not be looked at: `reason` is a sentence, `code` is for decisions.

    `digest` names it, where it has one. `passing` when another try may succeed: the registry did not answer, or asked
    to come back (at `retry_at`, UTC).
    """

    reason: str
    code: UnknownReason = UnknownReason.UNREADABLE
    digest: str = ""
    passing: bool = False
    retry_at: datetime | None = None

    @property
    def is_gone(self) -> bool:
        """Whether the registry answered that it does not have it."""
        return self.code is UnknownReason.GONE


class MissingKind(StrEnum):
    """What a document names that the registry does not have, as sentences call it."""

    INDEX = "index"
    MANIFEST = "manifest"
    PLATFORM_MANIFEST = "platform manifest"
    ATTESTATION_MANIFEST = "attestation manifest"
    ATTESTATION = "attestation"
    SIGNATURE = "signature"


class MissingBlob(Struct, frozen=True):
    """Something that the index or a manifest names and the registry answers 404 for."""

    digest: str
    named_by: str
    what: MissingKind
    subject: str = ""  # the platform it concerns, e.g. linux/amd64; "" = the image


def unreadable(error: RegistryError | MalformedError, digest: str = "") -> Unreadable:
    """What failed, as evidence."""
    return Unreadable(
        str(error),
        _code(error),
        digest,
        passing=isinstance(error, UnavailableError | RateLimitedError),
        retry_at=error.retry_at if isinstance(error, RateLimitedError) else None,
    )


def not_answered(what: str, error: SourceError, code: UnknownReason) -> Unreadable:
    """What a code host did not tell; `what` begins the sentence."""
    away = error if isinstance(error, SourceUnavailableError) else None
    return Unreadable(f"{what}: {error}", code, passing=away is not None, retry_at=away.retry_at if away else None)


def gone(what: str, digest: str) -> Unreadable:
    """It is named, and the registry does not have it; `what` begins the sentence."""
    return Unreadable(f"{what} is gone: the registry answers 404", UnknownReason.GONE, digest)


def over_limit(reason: str, digest: str = "") -> Unreadable:
    """It is larger, deeper or more than a limit of ours; the sentence names the limit."""
    return Unreadable(reason, UnknownReason.OVER_LIMIT, digest)


def _code(error: RegistryError | MalformedError) -> UnknownReason:
    match error:
        case NotFoundError():
            return UnknownReason.GONE
        case AbsenceHiddenError():
            return UnknownReason.ABSENCE_HIDDEN
        case TooLargeError() | OverLimitError():
            return UnknownReason.OVER_LIMIT
        case MalformedError():
            return UnknownReason.MALFORMED
        case _:
            return UnknownReason.UNREADABLE
