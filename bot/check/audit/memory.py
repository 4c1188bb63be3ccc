"""What an audit remembers of its rows, so that it can be resumed."""

from typing import Protocol

from bot.oci.reference import Reference
from bot.report.audit import AuditRow


class RowMemory(Protocol):
    """Keeps the rows of an audit that is not over, so that it can be resumed."""

    def known(self, image: Reference, digest: str) -> AuditRow | None:
        """The row of that image at that digest, if it was looked at before."""

    def keep(self, row: AuditRow) -> None:
        """Keep a row that needs no second look."""


class NoMemory:
    """For an audit that is never resumed."""

    def known(self, image: Reference, digest: str) -> AuditRow | None:  # noqa: ARG002 - it knows nothing
        """None."""
        return None

    def keep(self, row: AuditRow) -> None:
        """Nothing."""
