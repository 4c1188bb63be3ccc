"""A log entry as Rekor's API gives it, taken over by cosign's older layout and by Docker; newer bundles write another.

https://github.com/sigstore/rekor/blob/main/openapi.yaml (LogEntry)
"""

from pydantic import Field

from bot.signatures.log.promise import LogEntry
from bot.signatures.protobuf import Base64, Hex, Number, Proto


class RekorEntry(Proto):
    """`logID` is hexadecimal."""

    body: Base64
    integrated_time: Number
    log_index: Number
    log_id: Hex = Field(alias="logID")

    def entry(self, promise: bytes) -> LogEntry:
        """The entry, with the signed entry timestamp that stands elsewhere."""
        return LogEntry(self.body, self.integrated_time, self.log_id, self.log_index, promise)
