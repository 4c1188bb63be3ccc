"""Everything that a rule or a cause may look at, as one value. Nothing else is passed in."""

from enum import StrEnum

from msgspec import Struct, field

from bot.evidence import Evidence
from bot.oci.reference import Reference
from bot.unreadable import Unreadable


class Phase(StrEnum):
    """The state of a push: its workflow may still add signatures, or the policy's `settle` is over."""

    SETTLING = "settling"
    SETTLED = "settled"


class ExpectedIdentity(Struct, frozen=True):
    """Who may sign: issuer compared exactly, subject an anchored pattern (re.fullmatch)."""

    issuer: str
    subject: str


class Expected(Struct, frozen=True):
    """What a policy expects of one image. Empty means: the policy does not say, so its rule is skipped."""

    identities: tuple[ExpectedIdentity, ...] = ()
    key_names: tuple[str, ...] = ()
    has_certificates: bool = False  # authorities whose certificates may sign for Notation
    sources: tuple[str, ...] = ()  # patterns on the source repository
    builders: tuple[str, ...] = ()  # patterns on builder.id
    base_images: tuple[str, ...] = ()  # patterns on purls
    isolated_builders: tuple[str, ...] = ()  # patterns on signers that the caller of a build cannot alter
    is_release: bool = False  # the policy's `releases` names the tag
    is_rolling: bool = False  # the tag moves by design
    platforms: tuple[str, ...] = ()  # that the image must have, e.g. linux/arm64
    layouts: frozenset[str] = frozenset()  # signature layouts that the image's users can read; empty = all
    readers: tuple[str, ...] = ()  # names of the tools with which they read its evidence
    unread: frozenset[tuple[str, str]] = frozenset()  # reader and kind of evidence, for what nobody reads with it
    sisters: tuple[str, ...] = ()  # registries that hold the same tags
    git_tag: str = ""  # pattern of the Git tags of releases; its group `version` is the version


class WorkflowFinding(Struct, frozen=True):
    """What a linter said about the file that built the image; `rule` is the lint rule's id, `line` begins at 1."""

    rule: str
    file: str
    line: int
    message: str
    reason: str = ""  # of bot.file_rule.WorkflowReason


class SameTag(Struct, frozen=True):
    """The same repository path and tag in another registry, as it is now.

    `found` is None when that registry answers that it does not have the tag. `is_settled` is False while it was pushed
    a moment ago, or one of the two was signed a moment ago: what differs may still become the same.
    """

    image: Reference
    found: Evidence | Unreadable | None
    is_settled: bool = True


class ReleaseFacts(Struct, frozen=True):
    """What is known of the release that the image belongs to. Images are named registry/repository:tag.

    `not_seen` are expected images that did not arrive within the policy's `complete`, `awaited` those that still may,
    `unreadable` those of which nobody can tell. They are told with one image of the release, which has `is_lead`.
    """

    name: str  # acme/app 1.16.0
    is_rolling: bool = False  # the tag moves by design
    is_lead: bool = True
    awaited: tuple[str, ...] = ()
    not_seen: tuple[str, ...] = ()
    unreadable: tuple[tuple[str, Unreadable], ...] = ()
    group: str = ""  # acme/app
    version: str = ""  # 1.16.0; for a rolling tag, the tag
    members: tuple[tuple[str, str], ...] = ()  # each image that belongs to it, and its state, e.g. judged


class Context(Struct, frozen=True):
    """One image, what is expected of it, and what is known beside it. Without these things less is claimed.

    `baseline` is an earlier release of the image; unreadable when there is one that could not be looked at.
    `same_tag` is the tag in the other registries of its group, looked at lately enough to be compared.
    `sisters` are other images that may explain a failure: of the same tag or the same build, perhaps from memory.
    `moved_from` is the digest that the tag stood for first, the image's own when it never moved, and "" when nobody
    knows; unreadable when the memory did not answer.
    `is_complete` when the policy's `complete` is over: an image that is still not there is missing.
    `workflow` is what is wrong with the steps that built the image.
    """

    evidence: Evidence
    expected: Expected = field(default_factory=Expected)
    phase: Phase = Phase.SETTLED
    baseline: Evidence | Unreadable | None = None
    same_tag: tuple[SameTag, ...] = ()
    sisters: tuple[Evidence, ...] = ()
    moved_from: str | Unreadable = ""
    release: ReleaseFacts | None = None
    is_complete: bool = True
    workflow: tuple[WorkflowFinding, ...] = ()

    @property
    def is_settled(self) -> bool:
        """Whether the absence of something means that it is missing."""
        return self.phase is Phase.SETTLED

    @property
    def earlier(self) -> Evidence | None:
        """The baseline, where it could be looked at."""
        return self.baseline if isinstance(self.baseline, Evidence) else None
