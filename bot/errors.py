"""What can go wrong, told apart by whose fault it is and so by what the caller can do.

ProvenanceBotError
├── UsageError                what a person typed; say it back to them
│   └── InvalidReferenceError     not an image name
├── SettingsError             what the operator set; refuse to start
├── MalformedError            bytes that are not what they claim to be
│   └── OverLimitError            they may be, but hold more than a limit of ours allows
├── RegistryError             a registry did not give what was asked
│   ├── NotFoundError             it answered: there is no such thing
│   ├── DeniedError               it wants credentials, or others than ours
│   ├── RateLimitedError          it answered: later
│   ├── UnavailableError          it did not answer, or not sensibly
│   ├── UntrustworthyError        it answered with other bytes than were named
│   ├── TooLargeError             more than our limit
│   └── ForbiddenAddressError     we do not dial that
├── SignatureError            a signature that is no proof of anything
│   ├── RefusedError              verification said no
│   └── UndecidableError          we could not judge it; says nothing about the image
├── SourceError               a code host did not give a file, or did not take a change
│   ├── SourceNotFoundError       it answered: no such file, or none that we may see
│   ├── SourceDeniedError         it wants another token, or one that may do more
│   └── SourceUnavailableError    no answer, or not a sensible one; says nothing about the file
├── DeliveryError             a webhook's sender
│   ├── ForgedError               no proof of origin
│   └── MalformedDeliveryError    proof, but not the payload that was promised
├── StoreError                Redis is away, or holds what we cannot read
└── PostingError              Slack would not take a message
"""

from datetime import datetime


class ProvenanceBotError(Exception):
    """Root of the tree. `str(error)` is a sentence for people; it never holds a secret's value."""


class UsageError(ProvenanceBotError):
    """A person asked for something that cannot be asked."""


class InvalidReferenceError(UsageError):
    """The text is not an image name by the grammar of distribution/reference."""


class SettingsError(ProvenanceBotError):
    """The operator's settings or files do not hold together; the text names the setting."""


class MalformedError(ProvenanceBotError):
    """Bytes that do not parse as the document they are said to be."""


class OverLimitError(MalformedError):
    """A document that holds more of something than we read; `str` names the limit. Nothing is said about the rest."""


class RegistryError(ProvenanceBotError):
    """A registry did not give what was asked.

    `host` is the registry's name as in references, or the layout's path; `tried` counts the attempts made.
    """

    def __init__(self, message: str, *, host: str = "", tried: int = 1) -> None:
        super().__init__(message)
        self.host = host
        self.tried = tried


class NotFoundError(RegistryError):
    """The registry answered that there is no such thing (404 after a valid token)."""


class DeniedError(RegistryError):
    """401 or 403 after a fresh token: not public, or missing and hidden (distribution, token specification)."""


class RateLimitedError(RegistryError):
    """429. `retry_at` is when the registry says to come back (UTC), or None when it did not say."""

    def __init__(self, message: str, *, host: str = "", tried: int = 1, retry_at: datetime | None = None) -> None:
        super().__init__(message, host=host, tried=tried)
        self.retry_at = retry_at


class UnavailableError(RegistryError):
    """No answer, a time-out, 5xx, or an answer that means nothing to us. Says nothing about the image."""


class UntrustworthyError(RegistryError):
    """The bytes do not hash to the digest they were asked by, or their size differs."""


class TooLargeError(RegistryError):
    """More bytes than the named limit allows; `str` names limit and size."""


class ForbiddenAddressError(RegistryError):
    """A host or address that we do not dial; `str` names the setting that would allow it."""


class SignatureError(ProvenanceBotError):
    """A signature that did not verify. `str` is the reason that people read; it never quotes the signer unescaped."""


class RefusedError(SignatureError):
    """Verification was done, and the answer is no."""


class UndecidableError(SignatureError):
    """Verification could not be done: no root, no key, no trusted time, a kind that nobody here supports."""


class SourceError(ProvenanceBotError):
    """A code host did not give the file that was asked for, or did not take the change."""


class SourceNotFoundError(SourceError):
    """404: the file is not there at that revision, or the repository is not public and we have no token for it."""


class SourceDeniedError(SourceError):
    """401 or 403, or 404 for a change: the token may not do that, or is none any more."""


class SourceUnavailableError(SourceError):
    """No answer, a time-out, a refusal, a redirect elsewhere, more bytes than the limit, or a rate limit.

    `retry_at` is when a rate limit ends (UTC), else None.
    """

    def __init__(self, message: str, *, retry_at: datetime | None = None) -> None:
        super().__init__(message)
        self.retry_at = retry_at


class DeliveryError(ProvenanceBotError):
    """A webhook delivery that we do not take."""


class ForgedError(DeliveryError):
    """Signature or secret missing or wrong. Answered with 401; the body was not parsed."""


class MalformedDeliveryError(DeliveryError):
    """The sender proved itself, but the body is not the promised payload."""


class StoreError(ProvenanceBotError):
    """The store is away, or holds what we cannot read.

    `retry_after` is in seconds; None when trying again is futile.
    """

    def __init__(self, message: str, *, retry_after: float | None = 5.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class PostingError(ProvenanceBotError):
    """Slack would not take a message. `code` is Slack's word for it.

    `retry_after` is in seconds; None when trying again is futile.
    """

    def __init__(self, message: str, *, code: str = "", retry_after: float | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.retry_after = retry_after
