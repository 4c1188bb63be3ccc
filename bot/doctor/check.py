"""What a check is, what it looks at, and what it says."""

from collections.abc import AsyncIterator, Callable
from enum import StrEnum

from msgspec import Struct
from slack_sdk.web.async_client import AsyncWebClient

from bot.jobs.queue import DocketQueue
from bot.oci.registries import OpenRegistries
from bot.policy import Policies
from bot.settings import Settings
from bot.store import Store


class LineOutcome(StrEnum):
    """How it is. Only an error means that something does not work."""

    OK = "ok"
    WARNING = "warning"  # it works, but not as well as it could
    ERROR = "error"
    UNKNOWN = "unknown"  # it could not be looked at


class DoctorLine(Struct, frozen=True):
    """One thing that was looked at. `advice` says what to do, "" if nothing."""

    outcome: LineOutcome
    says: str
    advice: str = ""


class Patient(Struct, frozen=True):
    """What there is to look at. `store` and `queue` are None when the store is unavailable; then `why` says why.

    `is_full`: it answers, and takes no writes. `refused`: why the web process does not start with its webhook sources.
    """

    settings: Settings
    policies: Policies
    store: Store | None
    queue: DocketQueue | None
    slack: AsyncWebClient | None
    registries: OpenRegistries
    why: str = ""
    is_full: bool = False
    refused: str = ""


Look = Callable[[Patient], AsyncIterator[DoctorLine]]


class DoctorCheck(Struct, frozen=True):
    """One check. `subject` is the word in front of its lines; `at` its place in the output."""

    subject: str
    at: int
    look: Look


def ok(says: str) -> DoctorLine:
    """All is well."""
    return DoctorLine(LineOutcome.OK, says)


def warning(says: str, advice: str = "") -> DoctorLine:
    """It works, but not as well as it could."""
    return DoctorLine(LineOutcome.WARNING, says, advice)


def error(says: str, advice: str) -> DoctorLine:
    """It does not work."""
    return DoctorLine(LineOutcome.ERROR, says, advice)


def unknown(says: str, advice: str = "") -> DoctorLine:
    """It could not be looked at."""
    return DoctorLine(LineOutcome.UNKNOWN, says, advice)
