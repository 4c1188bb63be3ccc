"""A release as people are told of it: its images, the newest report on each, and what is still to come. No I/O."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property

from msgspec import Struct

from bot.attention import NOTHING, Attention, Failing
from bot.render.release.names import short_names
from bot.report import Report, Verdict
from bot.values import replace


class Passes(StrEnum):
    """What is posted about a release that passes."""

    EACH = "each"
    DIGEST = "digest"
    NONE = "none"


class Mentions(StrEnum):
    """Where owners are mentioned when a release first fails."""

    PARENT = "parent"
    THREAD = "thread"
    NONE = "none"  # as a channel may choose


class ImageView(Struct, frozen=True):
    """One image of a release in one registry.

    `is_open` while the verdict is not final: it has not arrived, or evidence may still arrive. An image without a
    report that is not open was not seen in time, or was pushed and could not be checked. Times are seconds since the
    epoch, 0 if unknown; from `settles_at` on, absent evidence counts as missing; `looked_at` is when the newest
    successful check began.
    """

    image: str  # registry/repository:tag
    family: str = ""
    report: Report | None = None
    is_open: bool = False
    pushed_at: float = 0.0
    settles_at: float = 0.0
    looked_at: float = 0.0

    @property
    def registry(self) -> str:
        """The registry's host."""
        return self.image.partition("/")[0]

    @property
    def repository(self) -> str:
        """The path without registry and tag."""
        return self.image.partition("/")[2].rpartition(":")[0]

    @property
    def tag(self) -> str:
        """The tag."""
        return self.image.rpartition(":")[2]

    @property
    def is_not_seen(self) -> bool:
        """Whether it was expected, and did not arrive in time."""
        return self.report is None and not self.is_open and not self.pushed_at

    @property
    def is_unchecked(self) -> bool:
        """Whether it was pushed, and no check of it has worked."""
        return self.report is None and not self.is_open and bool(self.pushed_at)

    @property
    def is_failing(self) -> bool:
        """Whether a required rule fails."""
        return self.report is not None and self.report.verdict is Verdict.FAIL


class ReleaseView(Struct, frozen=True, dict=True):  # names are computed once
    """Everything that the messages about a release depend on.

    `subject` names the thread, `title` is for people; `twin` is the version that a rolling tag stands for, or "".
    `unasked` are charts of which the policy asks nothing, beside images of which it does: nobody is told of them.
    `is_cut` when the release has more images than are remembered, `may_grow` while images that nothing has announced
    may still join it. Without `has_fix_replies` the fixes are one press away and not in the thread; with `broadcasts`,
    the channel sees that a release fails which passed before. `newest` is the newest version of its group, `attention`
    what people said about it in the channel that the message is for, as far as it is in force.
    """

    subject: str
    title: str
    images: tuple[ImageView, ...]
    unasked: tuple[ImageView, ...] = ()
    is_rolling: bool = False
    aliases: tuple[str, ...] = ()
    twin: str = ""
    is_cut: bool = False
    may_grow: bool = False
    owners: tuple[str, ...] = ()
    passes: Passes = Passes.EACH
    mentions: Mentions = Mentions.PARENT
    has_fix_replies: bool = True
    broadcasts: bool = False
    newest: str = ""
    attention: Attention = NOTHING

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The short name of each image; the same image has one name in all registries."""
        return short_names((one.image, one.repository, one.family) for one in self.images)

    @cached_property
    def reports(self) -> tuple[Report, ...]:
        """The reports that there are."""
        return tuple(one.report for one in self.images if one.report is not None)

    @property
    def is_waiting(self) -> bool:
        """Whether the new verdict is open. One failure is enough for a verdict; a pass needs all images."""
        return not self._is_failing and (self.may_grow or any(one.is_open for one in self.images))

    @property
    def verdict(self) -> Verdict:
        """The worst of the images; UNKNOWN while the release waits, and when nobody has seen all of it."""
        if self._is_failing:
            return Verdict.FAIL
        if self.is_waiting or self.is_cut or len(self.reports) < max(len(self.images), 1):
            return Verdict.UNKNOWN
        there = {report.verdict for report in self.reports}
        return next(one for one in (Verdict.UNKNOWN, Verdict.WARN, Verdict.PASS) if one in there)

    @property
    def asks_nothing(self) -> bool:
        """Whether nothing of it is an image, and its policy does not ask for signatures either."""
        return bool(self.reports) and all(one.report and one.report.asks_nothing for one in self.images)

    @property
    def digest(self) -> str:
        """The digest, if all images have the same one; else ""."""
        digests = {report.digest for report in self.reports}
        return digests.pop() if len(digests) == 1 else ""

    @property
    def checked_at(self) -> float:
        """When the newest check was, in seconds since the epoch."""
        return max((report.checked_at.timestamp() for report in self.reports), default=0.0)

    def with_attention(self, said: Attention, now: float) -> "ReleaseView":
        """The release, with what people said of it; without what has fallen or ended by then."""
        return replace(self, attention=said.in_force(Failing.of(self.reports), now, self.newest))

    def named(self, name: str) -> tuple[ImageView, ...]:
        """The images with that short name, one in each registry."""
        return tuple(one for one in self.images if self.names[one.image] == name)

    @property
    def _is_failing(self) -> bool:
        return any(one.is_failing for one in self.images)
