"""What all parts of the report share: what it can say in one word, and that nothing of it changes."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Verdict(StrEnum):
    """On the whole image; the worst of the required rules, else of the advised ones."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"


class State(StrEnum):
    """Evidence is there, is not there, or could not be read."""

    PRESENT = "present"
    ABSENT = "absent"
    UNREADABLE = "unreadable"


class Part(BaseModel):
    """A part of the report; nothing changes after it is made.

    Validators are built at first use: the terminal command sends its first request before it needs any.
    """

    model_config = ConfigDict(
        frozen=True, extra="ignore", populate_by_name=True, serialize_by_alias=True, defer_build=True
    )
