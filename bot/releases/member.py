"""One image of a release: whether it is there, whether its push is over, and what became of its check."""

from enum import StrEnum
from typing import Final

from msgspec import Struct

from bot.oci.reference import Reference
from bot.report import Verdict

STALE_MAX: Final = 120.0
"""Seconds that a release waits for a member that is looked at again; then it is told as it is known."""


class MemberState(StrEnum):
    """How far a member is."""

    AWAITED = "awaited"  # expected, and not pushed yet
    SETTLING = "settling"  # pushed; signatures may still arrive, or nobody has looked
    JUDGED = "judged"  # its verdict will not change by itself
    NOT_SEEN = "not-seen"  # expected, and not pushed in time


class ExpectedBy(StrEnum):
    """Why an image belongs to a release."""

    PUSH = "push"  # it was pushed, and nothing asked for it
    POLICY = "policy"  # an entry of the policy names its repository without a wildcard
    SISTERS = "sisters"  # the policy's `sisters`: the same tag in another registry
    BEFORE = "before"  # the release before had it


class Member(Struct, frozen=True):
    """An image of a release. Times are seconds since the epoch, of the store's clock; 0 = not yet.

    `due_at` is until when an expected member is awaited; `late_by` the same for one that was not expected when the
    release was opened. `is_final` says that a look at the same content can only lead
    to the same verdict. `first_digest` is what the tag stood for first, `earlier_digest` what it stood for before.
    `checked_at` is when its newest look began, `reported_at` when others could read the report.
    `stale_at` is when something changed that it was compared with: it is to be looked at again.
    """

    image: Reference
    family: str = ""
    expected_by: ExpectedBy = ExpectedBy.PUSH
    digest: str = ""
    first_digest: str = ""
    earlier_digest: str = ""
    pushed_at: float = 0.0
    settled_at: float = 0.0
    due_at: float = 0.0
    late_by: float = 0.0
    checked_at: float = 0.0
    reported_at: float = 0.0
    stale_at: float = 0.0
    verdict: Verdict | None = None
    is_final: bool = False
    failing: tuple[str, ...] = ()  # ids of the rules that the verdict rests on

    def state(self, now: float) -> MemberState:
        """How far the member is at that time."""
        if not self.is_there:
            return MemberState.AWAITED if now < self.due_at else MemberState.NOT_SEEN
        if self.verdict is None or (not self.is_final and now < self.settled_at) or now < self.fresh_by:
            return MemberState.SETTLING
        return MemberState.JUDGED

    @property
    def fresh_by(self) -> float:
        """Until when it is waited for a new look; 0 when none is needed."""
        return self.stale_at + STALE_MAX if self.stale_at else 0.0

    @property
    def is_there(self) -> bool:
        """Whether its tag was pushed, or found in the registry."""
        return bool(self.pushed_at or self.digest)

    @property
    def is_failing(self) -> bool:
        """Whether something is wrong with it that waiting does not change."""
        return self.verdict is Verdict.FAIL
