"""Somebody says: this rule may fail here, for this reason, until this day.

It acts in the judgement of the images that it covers, as a waiver of the policy file does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from bot.attention.place import NotePlace
from bot.errors import InvalidReferenceError
from bot.oci.reference import Reference
from bot.policy import Waiver
from bot.policy.visible import visible
from bot.rules import catalogue

DAYS_MAX: Final = 90
"""Days from today to the last day. Every waiver has an end."""

REASON_MIN: Final = 10
REASON_MAX: Final = 500
"""Characters of a reason; the least that can be seen of it (bot/policy/visible.py)."""

IMAGES_MAX: Final = 128
"""Images of one waiver."""


class WaiverScope(StrEnum):
    """What it covers of the images that were shown."""

    DIGEST = "digest"
    TAG = "tag"
    REPOSITORY = "repository"

    @property
    def words(self) -> str:
        """For people."""
        match self:
            case WaiverScope.DIGEST:
                return "this digest only"
            case WaiverScope.TAG:
                return "this tag"
            case WaiverScope.REPOSITORY:
                return "all tags of the repository"


class WaiverFlaw(StrEnum):
    """Why a waiver is refused."""

    RULE_UNKNOWN = "rule-unknown"
    RULE_NOT_WAIVABLE = "rule-not-waivable"
    REASON_TOO_SHORT = "reason-too-short"
    REASON_TOO_LONG = "reason-too-long"
    DAY_PAST = "day-past"
    DAY_TOO_FAR = "day-too-far"
    NO_IMAGE = "no-image"
    TOO_MANY_IMAGES = "too-many-images"


@dataclass(frozen=True, slots=True)
class StoredWaiver:
    """A rule that may fail for some images until the end of `last_day` (UTC, that day included).

    `images` are (registry/repository:tag, digest) as they were shown; `scope` says what of them is covered. `place` is
    where the person stood. `revoked_by` is who took it back, and when. `by_role`: a role on the pages let that person
    waive for every image; else the policy does, for each image.
    """

    id: str
    place: NotePlace
    rule: str
    scope: WaiverScope
    images: tuple[tuple[str, str], ...]
    reason: str
    last_day: date
    who: str
    at: float
    revoked_by: str = ""
    revoked_at: float = 0.0
    by_role: bool = False

    @property
    def ends_at(self) -> float:
        """The first moment in which it does not hold any more; DAYS_MAX holds whatever the record says."""
        if self.revoked_at:
            return self.revoked_at
        last = min(self.last_day, datetime.fromtimestamp(self.at, UTC).date() + timedelta(days=DAYS_MAX))
        return datetime.combine(last + timedelta(days=1), time(), UTC).timestamp()

    def holds(self, now: float) -> bool:
        """Whether it is neither over nor revoked."""
        return now < self.ends_at

    def covers(self, image: Reference, digest: str) -> bool:
        """Whether it is about that image at that digest. A tag beside a digest is a word that nobody has verified."""
        match self.scope:
            case WaiverScope.DIGEST:
                return any(one == digest and image.name == name for name, one in self._names())
            case WaiverScope.TAG:
                return any(
                    one == f"{image.name}:{image.tag}" and image.digest in {"", shown} for one, shown in self.images
                )
            case WaiverScope.REPOSITORY:
                return image.name in self.repositories

    def shows(self, image: Reference) -> bool:
        """Whether the person saw that image when they waived, and not only others of its repository or digest."""
        return any(one == str(image) for one, _ in self.images)

    @property
    def repositories(self) -> tuple[str, ...]:
        """Registry and path of its images, each once."""
        return tuple(dict.fromkeys(name for name, _ in self._names()))

    def as_policy(self) -> Waiver:
        """As the judgement takes it."""
        return Waiver(self.rule, self.reason, self.last_day, self.who)

    def _names(self) -> Iterator[tuple[str, str]]:
        for image, digest in self.images:
            try:
                yield Reference.parse(image).name, digest
            except InvalidReferenceError:
                continue


def flaws(waiver: StoredWaiver, today: date) -> tuple[WaiverFlaw, ...]:
    """Why it cannot be, if so. Whether the person may waive is the policy's business (`Policy.lets_waive`)."""
    return tuple(_flaws(waiver, today))


def waivable() -> frozenset[str]:
    """The rules that a waiver may name: not those that hold whatever a policy says."""
    return frozenset(rule.id for rule in catalogue() if not rule.always)


def _flaws(waiver: StoredWaiver, today: date) -> Iterator[WaiverFlaw]:
    if waiver.rule not in {rule.id for rule in catalogue()}:
        yield WaiverFlaw.RULE_UNKNOWN
    elif waiver.rule not in waivable():
        yield WaiverFlaw.RULE_NOT_WAIVABLE
    if len(visible(waiver.reason)) < REASON_MIN:
        yield WaiverFlaw.REASON_TOO_SHORT
    elif len(waiver.reason) > REASON_MAX:
        yield WaiverFlaw.REASON_TOO_LONG
    if waiver.last_day < today:
        yield WaiverFlaw.DAY_PAST
    elif waiver.last_day > today + timedelta(days=DAYS_MAX):
        yield WaiverFlaw.DAY_TOO_FAR
    if not waiver.repositories:
        yield WaiverFlaw.NO_IMAGE
    elif len(waiver.images) > IMAGES_MAX:
        yield WaiverFlaw.TOO_MANY_IMAGES
