"""What differs between two images. A document: printed, stored and read back, so its keys are final.

Schema "provenance-bot/difference/v1": keys may be added, never renamed.
"""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from bot.report.part import Part, Verdict


class DifferenceKind(StrEnum):
    """What became of something. Unknown: it could not be read on one side, so nobody can say that it is lost."""

    LOST = "lost"
    UNKNOWN = "unknown"
    CHANGED = "changed"
    GAINED = "gained"


class Aspect(StrEnum):
    """What a change is about."""

    DOCUMENT = "document"  # unknown alone: a part that was not seen, or a document that has two readings
    PLATFORM = "platform"
    PROVENANCE = "provenance"
    MODE = "provenance-mode"
    SBOM = "sbom"
    SIGNATURE = "signature"
    SIGNER = "signer"
    LAYOUT = "signature-layout"  # where the signature stands; not every tool reads every layout
    ATTESTATION = "attestation"  # another signed statement, named by its predicate type
    BUILDER = "builder"
    WORKFLOW = "workflow"
    SOURCE = "source"
    REVISION = "revision"
    BASE_IMAGES = "base-images"
    FORM = "form"  # an index, or one manifest
    SIZE = "size"


class ImageChange(Part):
    """One difference. `subject` is a platform, or "image" for the whole image."""

    kind: DifferenceKind
    aspect: Aspect
    subject: str = "image"
    before: str = ""
    after: str = ""
    reason: str = ""  # why it is unknown
    may_be_lost: bool = False  # it is unknown, it was or may have been there, and it may be gone
    url: str = ""  # where the code host shows the commits between two revisions


class PackageChange(Part):
    """One package in one platform's SBOMs. `order` says whether the version went up or down, if anybody can tell."""

    kind: Literal["added", "removed", "changed"]
    type: str = ""  # of the purl: deb, npm, maven, …; "" for a package without a purl
    name: str
    before: tuple[str, ...] = ()  # versions
    after: tuple[str, ...] = ()
    order: Literal["up", "down", "unknown"] | None = None


class PackagesDifference(Part):
    """The packages of one platform. `changes` may be cut; the counts are always of all."""

    platform: str
    state: Literal["compared", "unknown"] = "compared"
    reason: str = ""  # why they could not be compared
    before: int | None = None  # packages
    after: int | None = None
    added: int = 0
    removed: int = 0
    changed: int = 0
    changes: tuple[PackageChange, ...] = ()

    @property
    def left_out(self) -> int:
        """How many changes are not listed."""
        return self.added + self.removed + self.changed - len(self.changes)


class Side(Part):
    """One of the two images."""

    image: str
    digest: str
    verdict: Verdict


class Difference(Part):
    """What differs between two images."""

    schema_: Literal["provenance-bot/difference/v1"] = Field(default="provenance-bot/difference/v1", alias="schema")
    before: Side
    after: Side
    changes: tuple[ImageChange, ...] = ()
    packages: tuple[PackagesDifference, ...] = ()

    def of(self, kind: DifferenceKind) -> tuple[ImageChange, ...]:
        """The changes of that kind."""
        return tuple(change for change in self.changes if change.kind is kind)

    @property
    def is_certain(self) -> bool:
        """Whether nothing can be lost beyond what is told as lost."""
        return not any(change.may_be_lost for change in self.changes)

    @property
    def is_same_content(self) -> bool:
        """Whether both names stand for one digest; their signatures may still differ."""
        return self.before.digest == self.after.digest
