"""When a signature was made: the third slot of the pipeline. A log entry, its inclusion proof, and timestamps.

Whatever is there is checked: a timestamp that does not fit refutes the signature, also where the log's time would do.
"""

from datetime import datetime
from typing import Final, Protocol

from msgspec import Struct

from bot.errors import RefusedError, UndecidableError
from bot.signatures.checked import CheckedSignature
from bot.signatures.keys import Verifier
from bot.signatures.log.binding import verify_binding
from bot.signatures.log.inclusion import Proof, verify_inclusion
from bot.signatures.log.promise import LogEntry, verify_promise
from bot.signatures.reason import SignatureReason
from bot.signatures.roots.root import TrustedRoot


class Time(Protocol):
    """Slot three: when."""

    def bind(self, checked: CheckedSignature, verifier: Verifier) -> None:
        """Check that the log entry, if any, is about this signature. Raises RefusedError, UndecidableError."""

    def times(self, checked: CheckedSignature, root: TrustedRoot) -> tuple[datetime, ...]:
        """Every trusted time (UTC), at least one. Raises RefusedError, UndecidableError."""


class TimeEvidence(Struct, frozen=True):
    """What travels with the signature. `timestamps` are RFC 3161 answers in DER."""

    entry: LogEntry | None = None
    proof: Proof | None = None
    timestamps: tuple[bytes, ...] = ()

    def bind(self, checked: CheckedSignature, verifier: Verifier) -> None:
        """Check that the log entry, if any, is about this signature."""
        if self.entry is not None:
            verify_binding(self.entry.body, checked, verifier)

    def times(self, checked: CheckedSignature, root: TrustedRoot) -> tuple[datetime, ...]:
        """The log's time first, then those of the timestamps."""
        logged = self._logged(root)
        stamped, problem = self._stamped(checked, root)
        if self.timestamps and self.entry is None and root.tlogs:
            raise UndecidableError(
                SignatureReason.NOT_LOGGED,
                f"it has no entry in the transparency logs that the trusted root {root.name} names",
            )
        if not logged and not stamped:
            raise problem or self._no_time()
        if not logged:
            self._require_log_in_use(stamped, root)
        return (*logged, *stamped)

    def _require_log_in_use(self, stamped: tuple[datetime, ...], root: TrustedRoot) -> None:
        """A log that only proves says nothing of the time: the timestamps tell whether its key was in use."""
        if self.entry is None:
            return
        logs = root.logs_of_entry(self.entry.log_id)
        if not all(any(log.period.holds(at) for log in logs) for at in stamped):
            raise RefusedError(
                SignatureReason.LOG_TIME, "the timestamp lies outside of the time in which that log's key was in use"
            )

    def _stamped(
        self, checked: CheckedSignature, root: TrustedRoot
    ) -> tuple[tuple[datetime, ...], UndecidableError | None]:
        if not self.timestamps:
            return (), None
        from bot.signatures.timestamps import verify_timestamps  # noqa: PLC0415 - few signatures have one

        return verify_timestamps(self.timestamps, checked.stamped, root)

    def _logged(self, root: TrustedRoot) -> tuple[datetime, ...]:
        if self.entry is None:
            return ()
        if self.proof is not None:
            verify_inclusion(self.entry.body, self.proof, self.entry.log_id, root)
        if self.entry.promise or self.proof is None:
            return (verify_promise(self.entry, root),)
        return ()  # newer logs promise nothing and prove at once; timestamps give the time

    def _no_time(self) -> UndecidableError:
        if self.entry is None:
            what = "no trusted time: neither a log entry nor a timestamp"
        else:
            what = "no trusted time: the log entry has no signed entry timestamp, and a timestamp is missing"
        return UndecidableError(SignatureReason.NO_TRUSTED_TIME, what)


NO_TIME: Final = TimeEvidence()
