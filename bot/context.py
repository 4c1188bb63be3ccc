"""Everything that a rule or a cause may look at, as one value. There is no other way to pass something in."""

from dataclasses import dataclass, field
from enum import StrEnum

from bot.evidence import Evidence


class Phase(StrEnum):
    """The state of a push: its workflow may still add signatures, or the policy's `settle` is over."""

    SETTLING = "settling"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class ExpectedIdentity:
    """Who may sign: issuer compared exactly, subject an anchored pattern (re.fullmatch)."""

    issuer: str
    subject: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What a policy expects of one image. Empty means: the policy does not say, so its rule is skipped."""

    identities: tuple[ExpectedIdentity, ...] = ()
    key_names: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()  # patterns on the source repository
    builders: tuple[str, ...] = ()  # patterns on builder.id
    base_images: tuple[str, ...] = ()  # patterns on purls
    isolated_builders: tuple[str, ...] = ()  # patterns on signers that the caller of a build cannot alter
    is_release: bool = False  # the tag is one that must not move


@dataclass(frozen=True, slots=True)
class WorkflowFinding:
    """What a linter said about the file that built the image; `rule` is the lint rule's id, `line` begins at 1."""

    rule: str
    file: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Context:
    """One image, what is expected of it, and what is known beside it.

    `sisters` are the same tag in other registries and other images of the same build, `baseline` is an earlier
    release of the image, `moved_from` the digest that the tag stood for before, `workflow` what is wrong with the
    steps that built it. Without them less can be told apart, and less is claimed.
    """

    evidence: Evidence
    expected: Expected = field(default_factory=Expected)
    phase: Phase = Phase.SETTLED
    baseline: Evidence | None = None
    sisters: tuple[Evidence, ...] = ()
    moved_from: str = ""
    workflow: tuple[WorkflowFinding, ...] = ()

    @property
    def is_settled(self) -> bool:
        """Whether the absence of something means that it is missing."""
        return self.phase is Phase.SETTLED
