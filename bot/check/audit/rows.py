"""The rows of an audit's table: of an image that was not read yet, and the versions at which something turned."""

from collections.abc import Iterator, Mapping, Sequence

from bot.check.audit.scope import ScopedImage
from bot.oci.reference import Reference
from bot.report.audit import AuditRow, VersionTurn, turns
from bot.unreadable import Unreadable


def unread_row(one: ScopedImage, why: Unreadable, digest: str = "") -> AuditRow:
    """The row of an image that could not be read."""
    return named_row(one, digest, {}).model_copy(update={"reason": why.reason})


def named_row(one: ScopedImage, digest: str, digests: Mapping[Reference, str | Unreadable]) -> AuditRow:
    """The row of an image with its names and digests alone."""
    before = digests.get(one.baseline, "") if one.baseline else ""
    return AuditRow(
        repository=one.image.name,
        tag=one.image.tag,
        version=one.version,
        family=one.family,
        digest=digest,
        baseline=one.baseline.tag if one.baseline and isinstance(before, str) and before else "",
        baseline_digest=before if isinstance(before, str) else "",
    )


def all_turns(rows: Sequence[AuditRow]) -> Iterator[VersionTurn]:
    """Where something turned between two versions, for each family of versions."""
    families: dict[tuple[str, str], list[AuditRow]] = {}
    for row in reversed(rows):
        if row.version:
            families.setdefault((row.repository, row.family), []).append(row)
    for own in reversed(families.values()):
        yield from turns(own)
