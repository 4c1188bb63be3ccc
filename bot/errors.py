"""All errors of this program, ordered by what the caller can do about them.

ProvenanceBotError
├── UsageError                a person's input is wrong; show them the message
│   └── InvalidReferenceError     not an image name
├── SettingsError             the operator's settings are wrong; refuse to start
├── MalformedError            bytes do not parse as the expected document
│   └── OverLimitError            a document exceeds one of our limits
├── RegistryError             a registry did not return the requested content
│   ├── NotFoundError             404
│   │   └── DanglingTagError          the tag is there, and what it stands for is not
│   ├── DeniedError               credentials missing or not sufficient
│   ├── RateLimitedError          429
│   ├── UnavailableError          no answer, or not a valid one
│   ├── UntrustworthyError        the bytes do not match the requested digest
│   ├── TooLargeError             more bytes than our limit
│   ├── ForbiddenAddressError     an address that we do not connect to
│   └── UnusableProxyError        a person asked for a proxy in words that name none; nobody was asked
├── SignatureError            a signature was not verified
│   ├── RefusedError              verification failed
│   └── UndecidableError          verification was not possible; says nothing about the image
├── SourceError               a code host did not return a file, or did not accept a change
│   ├── SourceNotFoundError       the file does not exist, or we may not see it
│   ├── SourceDeniedError         the token is not sufficient
│   └── SourceUnavailableError    no answer, or not a valid one; says nothing about the file
├── DeliveryError             a webhook delivery is refused
│   ├── ForgedError               not authentic
│   ├── UnverifiableDeliveryError cannot be verified now; the sender should try again
│   └── MalformedDeliveryError    authentic, but not the expected payload
├── LoginError                a visitor of the pages is not logged in
│   ├── LoginRefusedError         what the browser or the provider sent is not valid
│   └── ProviderUnavailableError  the login provider does not answer as it should; says nothing about the visitor
├── StoreError                Redis is unavailable, or holds unreadable data
└── PostingError              Slack did not accept a message
"""

from datetime import datetime


class ProvenanceBotError(Exception):
    """Root of the tree. `str(error)` is a sentence for people. It never contains a secret's value."""


class UsageError(ProvenanceBotError):
    """A person's input is wrong."""


class InvalidReferenceError(UsageError):
    """The text is not an image name (grammar of distribution/reference)."""


class SettingsError(ProvenanceBotError):
    """The operator's settings or files are not valid. The text names the setting."""


class MalformedError(ProvenanceBotError):
    """Bytes that do not parse as the expected document."""


class OverLimitError(MalformedError):
    """A document exceeds one of our limits; `str` names the limit. It was not read completely."""


class RepeatedKeyError(MalformedError):
    """A key that decides stands twice in one object: readers differ on what the document says."""


class RegistryError(ProvenanceBotError):
    """A registry did not return the requested content.

    `host` is the registry's name as in references, or the layout's path; `tried` counts the attempts made.
    """

    def __init__(self, message: str, *, host: str = "", tried: int = 1) -> None:
        super().__init__(message)
        self.host = host
        self.tried = tried


class NotFoundError(RegistryError):
    """The registry answered that the content does not exist (404 with a valid token).

    `wordless`: the answer was not an error as registries write it (distribution-spec, "Error Codes"). It may come from
    what stands before a registry, which answers 404 to everything while the registry is down.
    """

    wordless = False


class DanglingTagError(NotFoundError):
    """The registry has the tag, and answers 404 for the manifest at `digest` that it stands for."""

    def __init__(self, message: str, *, digest: str, host: str = "") -> None:
        super().__init__(message, host=host)
        self.digest = digest


class DeniedError(RegistryError):
    """401 or 403 with a fresh token: not public, or missing and hidden (distribution, token specification)."""


class AbsenceHiddenError(DeniedError):
    """401 or 403, which the registry also answers for what is surely absent, to a login that reads the image."""


class RateLimitedError(RegistryError):
    """429. `retry_at` is the time (UTC) after which the registry allows a retry, or None if it did not say."""

    def __init__(self, message: str, *, host: str = "", tried: int = 1, retry_at: datetime | None = None) -> None:
        super().__init__(message, host=host, tried=tried)
        self.retry_at = retry_at


class UnavailableError(RegistryError):
    """No answer, a time-out, 5xx, or an invalid answer. Says nothing about the image."""


class UntrustworthyError(RegistryError):
    """The bytes do not match the requested digest or size."""


class TooLargeError(RegistryError):
    """More bytes than a limit allows; `str` names limit and size."""


class ForbiddenAddressError(RegistryError):
    """A host or address that we do not connect to; `str` names the setting that allows it."""


class UnusableProxyError(RegistryError):
    """A variable asks for a proxy that we cannot use; `str` names it. Without the proxy nothing is dialled."""


class SignatureError(ProvenanceBotError):
    """A signature was not verified. `str` is the reason for people; it never quotes the signer unescaped.

    `code` is the reason for decisions, a SignatureReason (bot/signatures/reason.py).
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class RefusedError(SignatureError):
    """Verification failed: the signature is not valid."""


class UndecidableError(SignatureError):
    """Verification was not possible: no root, no key, no trusted time, or an unsupported kind."""


class SourceError(ProvenanceBotError):
    """A code host did not return the file, or did not accept the change."""


class SourceNotFoundError(SourceError):
    """404: the file does not exist at that revision, or the repository is not public and we have no token for it."""


class SourceDeniedError(SourceError):
    """401 or 403, or 404 for a change: the token is not sufficient, or has expired."""


class SourceUnavailableError(SourceError):
    """No answer, a time-out, a rate limit, a redirect to another host, or more bytes than the limit.

    `retry_at` is when a rate limit ends (UTC), else None.
    """

    def __init__(self, message: str, *, retry_at: datetime | None = None) -> None:
        super().__init__(message)
        self.retry_at = retry_at


class DeliveryError(ProvenanceBotError):
    """A webhook delivery that we refuse."""


class ForgedError(DeliveryError):
    """Signature or secret is missing or wrong. Answered with 401; the body was not parsed."""


class UnverifiableDeliveryError(DeliveryError):
    """Nobody can say now whether it is authentic: the keys of its sender cannot be fetched. 503."""


class MalformedDeliveryError(DeliveryError):
    """The delivery is authentic, but the body is not the expected payload."""


class LoginError(ProvenanceBotError):
    """A visitor could not be logged in."""


class LoginRefusedError(LoginError):
    """What the browser or the provider sent is not valid. `code` is a LoginFlaw (bot/login/flaw.py)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class ProviderUnavailableError(LoginError):
    """The login provider does not answer, or its own documents are not valid. Nobody is logged in."""


class StoreError(ProvenanceBotError):
    """The store is unavailable, or holds unreadable data.

    `retry_after` is in seconds; None if a retry cannot succeed.
    """

    def __init__(self, message: str, *, retry_after: float | None = 5.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class StoreFullError(StoreError):
    """The store answers and takes no writes: its memory is full, or its disk cannot be written to."""


class PostingError(ProvenanceBotError):
    """Slack did not accept a message. `code` is Slack's error code.

    `retry_after` is in seconds; None if a retry cannot succeed.
    """

    def __init__(self, message: str, *, code: str = "", retry_after: float | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.retry_after = retry_after
