"""What may go wrong between us and Slack, and which refusals are our own fault."""

from enum import Enum

from msgspec import Struct

CONTENT = frozenset(
    {
        "block_mismatch",
        "fake_slack_unescaped",
        "invalid_arguments",
        "invalid_blocks",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "metadata_too_large",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
    },
)
"""Refusals of what was said: always a defect of the sender. `complaints` keeps them, even where a retry hid them."""


class Fault(Enum):
    """What may go wrong with one call."""

    NONE = "nothing, this time"
    RATE_LIMITED = "429 with Retry-After"
    SERVER_ERROR = "500"
    HTML = "200 with a page"
    BROKEN_JSON = "200 with half a document"
    HANG = "no answer"
    HANG_AFTER = "no answer, but Slack did it"
    DROP_BEFORE = "connection lost before Slack did it"
    DROP_AFTER = "connection lost after Slack did it"
    REFUSED = "ok: false"


DONE_ALL_THE_SAME = frozenset({Fault.DROP_AFTER, Fault.HANG_AFTER})


class Planned(Struct):
    fault: Fault
    times: int
    retry_after: str = "1"
    code: str = ""
