"""What is known of one version of a group: its members, how far it is, and its verdict."""

from enum import StrEnum
from typing import Final

from msgspec import Struct

from bot.releases.member import Member, MemberState
from bot.releases.names import ReleaseName
from bot.report import Verdict

WORST: Final = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.WARN, Verdict.PASS)
"""The verdict of a release is the first of these that a member has."""


class ReleaseState(StrEnum):
    """How far a release is."""

    ARRIVING = "arriving"  # members are pushed, settle, or are awaited
    JUDGED = "judged"  # all of them have their verdict
    CHANGED = "changed"  # its verdict is another one than it was first
    WATCHED = "watched"  # nothing more is expected; it is looked at again now and then


class Release(Struct, frozen=True):
    """A version, or a rolling tag, of a group. Times are seconds since the epoch, of the store's clock.

    `first_verdict` is the verdict when it was first judged. `aliases` are other names of a version: rolling tags and
    short versions (1.2 of 1.2.3) with the same digest. `alias_of` is the release that is told in place of this one:
    the version, or for the tag of one build (sha-1234567) the rolling tag that was pushed with it. `is_cut` when it had
    more than MEMBERS_MAX members: then nobody knows all of it, and it does not pass. Until `grows_until`, images that
    nothing has announced may still join it.
    """

    name: ReleaseName
    members: tuple[Member, ...] = ()
    opened_at: float = 0.0
    completes_at: float = 0.0
    first_verdict: Verdict | None = None
    aliases: tuple[str, ...] = ()
    alias_of: str = ""
    is_cut: bool = False
    grows_until: float = 0.0

    def state(self, now: float) -> ReleaseState:
        """How far the release is at that time."""
        if self.is_arriving(now):
            return ReleaseState.ARRIVING
        if self.first_verdict is not None and self.verdict is not self.first_verdict:
            return ReleaseState.CHANGED
        return ReleaseState.WATCHED if now >= self.completes_at else ReleaseState.JUDGED

    def is_arriving(self, now: float) -> bool:
        """Whether a member is awaited or settles; after `completes_at` only one that was pushed again."""
        return now < self.grows_until or any(
            member.state(now) is MemberState.AWAITED
            or (member.state(now) is MemberState.SETTLING and now < max(self.completes_at, _ends_at(member)))
            for member in self.members
        )

    def is_told(self, now: float) -> bool:
        """Whether there is something to tell: a failure that waiting does not change, or everything is judged."""
        return bool(self.problems) or (bool(self.judged) and not self.is_arriving(now))

    @property
    def told_as(self) -> ReleaseName | None:
        """The release that is told in place of this one."""
        return ReleaseName.of_group(self.name.group, self.alias_of) if self.alias_of else None

    @property
    def verdict(self) -> Verdict | None:
        """The worst verdict of its members; None while none has one."""
        verdicts = {member.verdict for member in self.members} | ({Verdict.UNKNOWN} if self.is_cut else set())
        return next((verdict for verdict in WORST if verdict in verdicts), None)

    @property
    def judged(self) -> tuple[Member, ...]:
        """Those with a verdict, whether it may change or not."""
        return tuple(member for member in self.members if member.verdict is not None)

    @property
    def problems(self) -> tuple[Member, ...]:
        """Those that fail."""
        return tuple(member for member in self.members if member.is_failing)

    @property
    def lead(self) -> Member | None:
        """The member with which is told what concerns the whole release: the first that arrived."""
        there = [member for member in self.members if member.is_there]
        return min(there, key=lambda member: (member.pushed_at or float("inf"), str(member.image)), default=None)

    @property
    def stale(self) -> tuple[Member, ...]:
        """Those that are to be looked at again: what they were compared with has changed."""
        return tuple(member for member in self.members if member.stale_at)

    def awaited(self, now: float) -> tuple[Member, ...]:
        """Expected members that may still arrive."""
        return self.having(MemberState.AWAITED, now)

    def not_seen(self, now: float) -> tuple[Member, ...]:
        """Expected members that did not arrive in time."""
        return self.having(MemberState.NOT_SEEN, now)

    def having(self, state: MemberState, now: float) -> tuple[Member, ...]:
        """The members that are in that state at that time."""
        return tuple(member for member in self.members if member.state(now) is state)

    def member(self, image: str) -> Member | None:
        """The member of that name (registry/repository:tag)."""
        return next((member for member in self.members if str(member.image) == image), None)

    def due_at(self, now: float) -> float | None:
        """When the release is to be looked at again by itself: the next end of a `settle` or of `complete`."""
        settling = self.having(MemberState.SETTLING, now)
        ends = [_ends_at(member) for member in settling]
        ends += [self.grows_until, *(member.due_at for member in self.awaited(now))]
        ends += [self.completes_at] if any(member.verdict is None for member in settling) else []
        return min((end for end in ends if end > now), default=None)


def _ends_at(member: Member) -> float:
    """When it is not waited for any longer."""
    return max(member.settled_at, member.fresh_by)
