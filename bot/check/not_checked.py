"""The report on an image that could not be looked at: no rule is judged, and it says what was tried."""

from datetime import UTC, datetime

from bot.errors import (
    DeniedError,
    ForbiddenAddressError,
    NotFoundError,
    RateLimitedError,
    RegistryError,
    UnusableProxyError,
)
from bot.oci.reference import Reference
from bot.policy import Policy
from bot.report import FindingSummary, Report, Result, Verdict
from bot.rules import Outcome, catalogue
from bot.unreadable import unreadable


def unchecked(
    image: Reference,
    error: RegistryError,
    policy: Policy,
    *,
    now: datetime,
) -> Report:
    """A report with the verdict UNKNOWN, every rule of the catalogue unknown, and why in `notes`."""
    asked = catalogue()
    required = policy.required(asked)
    finding = FindingSummary(
        subject="image", message=f"not looked at: {error}", outcome=Outcome.UNKNOWN, reason=unreadable(error).code
    )
    return Report(
        image=str(image),
        digest=image.digest,
        checked_at=now.astimezone(UTC).replace(microsecond=0),
        verdict=Verdict.UNKNOWN,
        policy=policy.name,
        unread=(str(error),),
        results=tuple(
            Result(
                rule=rule.id,
                outcome=Outcome.UNKNOWN,
                severity=policy.severity(rule),
                title=rule.title,
                required=rule.id in required,
                findings=(finding,),
            )
            for rule in asked
        ),
        notes=(_sentence(why(error)), tried(error)),
    )


def _sentence(text: str) -> str:
    """With a capital, unless it begins with the name of a host."""
    return text[:1].upper() + text[1:] if text.partition(" ")[0].isalpha() else text


def why(error: RegistryError) -> str:
    """Why the image could not be read, in a sentence that says what to check next."""
    match error:
        case NotFoundError():
            return f"image not found. {error}"
        case DeniedError():
            return f"image not found or not public. {error}"
        case _:
            return str(error)


def tried(error: RegistryError) -> str:
    """How often it was asked, and when to come back, where the registry said."""
    host = error.host or "the registry"
    if isinstance(error, ForbiddenAddressError):
        return f"Nobody was asked: {host} is a forbidden address."
    if isinstance(error, UnusableProxyError):
        return "Nobody was asked."
    times = "once" if error.tried == 1 else f"{error.tried} times"
    again = ""
    if isinstance(error, RateLimitedError) and error.retry_at is not None:
        again = f"; retry after {error.retry_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    return f"Asked {host} {times}{again}."
