"""What a rule is, and what it can say."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from msgspec import Struct, field

from bot.context import Context, Expected
from bot.evidence import PlatformEvidence, Unreadable
from bot.file_rule import FileRule, Remediation, Severity
from bot.unreadable import UnknownReason

__all__ = [
    "IMAGE",
    "CodeHostPart",
    "Finding",
    "Outcome",
    "Question",
    "Remediation",
    "Rule",
    "Severity",
    "SkippedReason",
]

IMAGE: Final = "image"
"""The subject of a finding that is about all platforms."""


class Outcome(StrEnum):
    """What became of a rule for one image."""

    PASS = "pass"  # noqa: S105 - an outcome, not a password
    FAIL = "fail"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"
    WAIVED = "waived"


class SkippedReason(StrEnum):
    """Why a rule was not asked. Decisions are made on this code, never on the sentence beside it."""

    NOT_IN_POLICY = "not-in-policy"
    NOT_EXPECTED = "not-expected"  # the policy does not say what the rule compares with
    NEEDS = "needs"  # a rule that it needs did not pass
    NOT_APPLICABLE = "not-applicable"  # it makes no sense for this image
    NO_BASELINE = "no-baseline"  # no earlier release of the image is known
    NO_SAME_TAG = "no-same-tag"  # nobody looked for the tag in another registry
    NOT_SEEN_BEFORE = "not-seen-before"  # nobody knows what the tag stood for before
    ROLLING_TAG = "rolling-tag"  # the tag moves by design
    NO_CODE_HOST = "no-code-host"  # the source is on no code host that is asked
    NO_RELEASE = "no-release"  # the image belongs to no release that is known
    NOT_AN_IMAGE = "not-an-image"  # a Helm chart, say; only rules with `of_artifacts` are asked of it


class Question(StrEnum):
    """What a reader wants to know in one line, and one rule answers. Readers find the rule by it, never by its id."""

    HAS_PROVENANCE = "has-provenance"
    HAS_FULL_PROVENANCE = "has-full-provenance"  # in max mode
    HAS_SBOM = "has-sbom"
    IS_SIGNED = "is-signed"
    IS_SIGNER_EXPECTED = "is-signer-expected"


class CodeHostPart(StrEnum):
    """What a rule reads of the code host of the image's source."""

    ATTESTATIONS = "attestations"  # whether it shows the repository that lists none
    CI_RUN = "ci-run"  # the run that the provenance names
    GIT_TAG = "git-tag"  # the commit that the version's Git tag names


class Finding(Struct, frozen=True):
    """One thing that a rule has to say. `outcome` is FAIL, UNKNOWN or SKIPPED; `subject` a platform or "image"."""

    outcome: Outcome
    subject: str
    message: str
    severity: Severity | None = None  # milder than the rule's own, where the catalogue says so
    reason: UnknownReason | None = None  # why it is UNKNOWN, for decisions; `message` says it to people
    skipped: SkippedReason | None = None  # the same for SKIPPED


class Rule(FileRule[Context, Finding]):
    """One rule. The file's name is its id: `bot.rules.provenance_mode_min` is `provenance-mode-min`."""

    title: str
    severity: Severity
    rationale: str
    remediation: Remediation
    needs: frozenset[str] = frozenset()
    always: bool = False
    """Required by every policy, whatever it says, and never waived: without it, the other answers mean nothing."""
    references: tuple[str, ...] = ()
    absence: bool = False
    """Whether it fails by absence alone, so that it waits while the push settles."""
    asked: Callable[[Expected], bool] = lambda _: True
    """Whether the policy says enough for this rule to be asked at all; if not, it is skipped and says so."""
    wants: str = ""
    """What the policy must name for it to be asked, e.g. "base images"; said when it is skipped."""
    compares: frozenset[str] = frozenset()
    """Keys of a policy's entry that this rule compares the image with; without the rule, nobody reads them."""
    goes_with: Mapping[str, str] = field(default_factory=dict)
    """Rules that whoever requires this one requires, too, unless they are advised by name; and what is true then."""
    covers: frozenset[str] = frozenset()
    """Rules that say the same of an image: when this one fails, those stay in the report and are not told again."""
    about_others: bool = False
    """Whether it is about other images of the release than the one that it is told with."""
    mutual: bool = False
    """Whether the same tag in another registry fails by it, too, and is about this one: one change fixes both."""
    asks_to_revoke: bool = False
    """Whether it finds what must be revoked where it came from before anything else: a person can say that they did."""
    of_change: bool = False
    """Whether it finds a change, from what was there before or is elsewhere; people hear of one also as advice."""
    answers: Question | None = None
    """The question of readers that this rule answers."""
    reads: CodeHostPart | None = None
    """What it reads of the code host, which is asked for it only where the policy uses such a rule."""
    of_artifacts: bool = False
    """Whether it is asked of what is not an image, too, e.g. of a Helm chart."""

    def fail(
        self,
        subject: PlatformEvidence | str,
        message: str,
        severity: Severity | None = None,
    ) -> Finding:
        """The rule does not hold for that platform, or for the "image"."""
        return Finding(Outcome.FAIL, _named(subject), message, severity)

    def unknown(self, subject: PlatformEvidence | str, reason: UnknownReason, message: str) -> Finding:
        """It could not be looked at; never a fail and never a pass."""
        return Finding(Outcome.UNKNOWN, _named(subject), message, reason=reason)

    def unread(self, subject: PlatformEvidence | str, part: Unreadable, message: str = "") -> Finding:
        """The same for a part of the evidence that could not be read; `message` says more than the part does."""
        return self.unknown(subject, part.code, message or part.reason)

    def not_asked(
        self,
        subject: PlatformEvidence | str,
        message: str,
        reason: SkippedReason = SkippedReason.NOT_APPLICABLE,
    ) -> Finding:
        """The question makes no sense there, e.g. BuildKit's mode of another builder's provenance."""
        return Finding(Outcome.SKIPPED, _named(subject), message, skipped=reason)


def _named(subject: PlatformEvidence | str) -> str:
    return subject if isinstance(subject, str) else subject.platform
