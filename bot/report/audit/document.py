"""Which images of some repositories have what, version by version. A document, so its keys are final.

Schema "provenance-bot/audit/v1": keys may be added, never renamed.
"""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from bot.report.part import Part


class Held(StrEnum):
    """How much of something an image has, over all its platforms. `partly`: some platforms have it."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    UNKNOWN = "unknown"
    NOT_ASKED = "not-asked"  # of what is not an image


class WeakestMode(StrEnum):
    """The weakest provenance of an image's platforms."""

    MAX = "max"
    MIN = "min"
    FOREIGN = "foreign"
    OTHER = "other"  # of a version that we do not know
    PARTLY = "partly"  # some platforms have none
    NONE = "none"
    UNKNOWN = "unknown"
    NOT_ASKED = "not-asked"  # of what is not an image


class Judged(StrEnum):
    """What is said of an image. `before`: it fails only rules that its policy asks of later versions."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"
    BEFORE = "before"


class AuditRow(Part):
    """One image. `reason` says why it could not be looked at; then digest and cells say nothing."""

    repository: str  # registry/repository
    tag: str
    version: str = ""  # "" for a tag that moves by design
    family: str = ""  # "-native": versions are compared within a family
    digest: str = ""
    mode: WeakestMode = WeakestMode.UNKNOWN
    sbom: Held = Held.UNKNOWN
    signature: Held = Held.UNKNOWN
    verdict: Judged = Judged.UNKNOWN
    failing: tuple[str, ...] = ()  # ids of the required rules that fail
    before: tuple[str, ...] = ()  # those of them that are asked of later versions only
    reason: str = ""
    checked_at: datetime | None = None
    baseline: str = ""  # the tag of the version before, which this one is compared with; "" when there is none
    baseline_digest: str = ""
    is_incomplete: bool = False  # a place that may hold what it lacks did not answer

    @property
    def image(self) -> str:
        """As a person names it."""
        return f"{self.repository}:{self.tag}"

    @property
    def was_read(self) -> bool:
        """Whether the image could be looked at."""
        return not self.reason


class VersionTurn(Part):
    """Where a family of versions gained or lost something. `unsure`: a version between the two could not be read."""

    repository: str
    family: str
    what: Literal["mode", "sbom", "signature"]
    kind: Literal["gained", "lost"]
    before: str
    after: str
    version: str  # the first one that has it, or lacks it
    previous: str  # the version before that could be read
    unsure: bool = False


class Unlisted(Part):
    """A repository that could not be audited at all."""

    repository: str
    reason: str


class Audit(Part):
    """The whole table: repositories in the order in which they were asked, their versions newest first."""

    schema_: Literal["provenance-bot/audit/v1"] = Field(default="provenance-bot/audit/v1", alias="schema")
    rows: tuple[AuditRow, ...] = ()
    turns: tuple[VersionTurn, ...] = ()
    unlisted: tuple[Unlisted, ...] = ()
    left_out: dict[str, int] = Field(default_factory=dict)  # by repository: tags that were not looked at
    notes: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether everything that was asked for could be read."""
        return not self.unlisted and all(row.was_read for row in self.rows)
