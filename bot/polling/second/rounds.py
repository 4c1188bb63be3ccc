"""When images are looked at a second time, and what comes of it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final, Protocol

import structlog
from msgspec import Struct, field

from bot.errors import InvalidReferenceError, PostingError, RateLimitedError, RegistryError
from bot.intake.job import CheckJob, JobQueue
from bot.oci.reference import Reference
from bot.policy import Policies
from bot.polling.budgets import Budgets
from bot.polling.second.looking import AskedAgain, LookedAgain, look_again, unreachable
from bot.polling.second.outcomes import UNREACHABLE_TOLD_AFTER, Reason, SecondFinding, SecondOutcome
from bot.polling.second.places import places
from bot.polling.second.planning import SecondPlan
from bot.releases import place
from bot.report import Report, Verdict
from bot.store.lease import Lease
from bot.store.releases import Releases
from bot.store.reports import Past, Reports
from bot.store.second_looks import SecondLook, SecondLooks

WEEK: Final = 7 * 24 * 3600.0
"""Seconds after which a report is made anew, whether something moved or not."""

PLANNED_FOR: Final = 600.0
"""Seconds for which it is known which images these are."""

AT_ONCE: Final = 50
"""Images of one round; 120 a day are one in twelve minutes."""

ROUND_MAX: Final = 60.0
"""Seconds of one round; what is left over comes first in the next one. The looks at all repositories wait meanwhile."""

LATER: Final = 3600.0
"""Seconds until an image is asked for again whose registry is left alone at the moment."""

AHEAD: Final = 2
"""Times the longest wait; nothing is put off for longer. The store's clock may have been years ahead for a moment."""

log = structlog.get_logger(__name__)


class FailureNotices(Protocol):
    """Tells people that an image cannot be looked at. It is idempotent."""

    async def publish_unreachable(
        self, subject: str, image: str, what_was_tried: str, *, channel: str, retry_at: datetime | None = None
    ) -> None:
        """In the thread of the release with that subject. Raises PostingError and StoreError."""


class SecondRounds(Struct):
    """`now` is the store's clock."""

    registry: AskedAgain
    releases: Releases
    reports: Reports
    looks: SecondLooks
    queue: JobQueue
    plan: SecondPlan
    policies: Policies
    budgets: Budgets
    notices: FailureNotices
    now: Callable[[], Awaitable[float]]
    _planned_at: float = field(default=0.0)

    async def round(self, lease: Lease) -> None:
        """Look at every image that is due. Raises StoreError."""
        now = await self.now()
        if abs(now - self._planned_at) >= PLANNED_FOR:
            planned, longest = await self.plan.make(now)
            await self.looks.plan(planned, latest=now + AHEAD * max(longest, LATER))
            self._planned_at = now
        clock = asyncio.get_running_loop().time
        ends = clock() + ROUND_MAX
        for text in await self.looks.due(now, AT_ONCE):
            try:
                image = Reference.parse(text)
            except InvalidReferenceError:  # not of ours; the next plan takes it out
                continue
            await self._image(image, lease)
            if clock() > ends:
                return

    async def _image(self, image: Reference, lease: Lease) -> None:
        policy, now, before = self.policies.for_image(image), await self.now(), await self.looks.load(str(image))
        placement = place(image, policy)
        release = await self.releases.load(placement.release) if placement else None
        member = release.member(str(image)) if release else None
        if release is None or member is None:
            await self.looks.save(str(image), before, due=now + LATER, lease=lease)
            return
        if self.budgets.pause(image.registry):
            await self._postpone(image, before, now, lease)
            return
        report = await self.reports.get(str(image), member.digest)
        try:
            found = await look_again(
                self.registry, LookedAgain(member, release, places(report) if report else (), before)
            )
        except RateLimitedError as error:
            self.budgets.refused(image.registry, error)
            await self._postpone(image, before, now, lease)
            return
        except RegistryError as error:
            found = unreachable(error)
        found = await self._compared(image, found)
        after = _after(before, found, now)
        if self._is_to_be_checked(image, before, found, report, now):
            await self._check(image, found)
        after = await self._told(image, after, now)
        await self.looks.save(str(image), after, due=now + max(policy.watch, LATER), lease=lease)

    async def _postpone(self, image: Reference, before: SecondLook, now: float, lease: Lease) -> None:
        """The registry refuses to be asked. For days, that is as if it did not answer."""
        after = before
        due = before.looked_at + self.policies.for_image(image).watch
        if before.outcome == SecondOutcome.UNREACHABLE or (before.looked_at and now - due >= UNREACHABLE_TOLD_AFTER):
            after = _after(before, SecondFinding(SecondOutcome.UNREACHABLE, Reason.NOT_ASKED), now)
            if before.outcome != SecondOutcome.UNREACHABLE:
                after = after.model_copy(update={"since": due})
            after = await self._told(image, after, now)
        await self.looks.save(str(image), after, due=now + LATER, lease=lease)

    async def _compared(self, image: Reference, found: SecondFinding) -> SecondFinding:
        """The weekly check reads what a HEAD does not: the same content that fails now and did not before."""
        if found.outcome is not SecondOutcome.SAME:
            return found
        history = await self.reports.history(str(image), 2)
        if not _is_worse(history):
            return found
        return SecondFinding(SecondOutcome.DECAYED, Reason.VERDICT_WORSE, found.digest, found.marks, found.moved)

    def _is_to_be_checked(
        self, image: Reference, before: SecondLook, found: SecondFinding, report: Report | None, now: float
    ) -> bool:
        if found.outcome is SecondOutcome.UNREACHABLE:
            return False
        is_news = (found.outcome.value, found.reason.value) != (before.outcome, before.reason)
        if found.reason is Reason.TAG_GONE:  # a check of nothing finds nothing, however often
            return is_news
        if _was_missed(before) or found.moved or (is_news and found.reason not in {Reason.NONE, Reason.VERDICT_WORSE}):
            return True
        if report is not None and report.has_ended_waiver(datetime.fromtimestamp(now, UTC).date()):
            return True
        is_old = report is None or now - report.checked_at.timestamp() >= WEEK
        return is_old and not self.budgets.pull_wait(image.registry)

    async def _check(self, image: Reference, found: SecondFinding) -> None:
        """A whole check, also of content that has not changed; the rules say what it means and where it is told."""
        is_push = found.reason is Reason.TAG_MOVED
        job = CheckJob(
            image=str(image),
            origin="poll" if is_push else "recheck",
            source="second-look",
            digest_hint=found.digest,
            asked_at=time.time(),
            is_anew=not is_push,
        )
        log.info("second look", image=str(image), outcome=found.outcome.value, reason=found.reason.value)
        await self.queue.enqueue(job, key=f"{image}|")

    async def _told(self, image: Reference, look: SecondLook, now: float) -> SecondLook:
        """That nobody can say how the image is, is told once, and not before three days."""
        if look.outcome != SecondOutcome.UNREACHABLE or look.is_told or now - look.since < UNREACHABLE_TOLD_AFTER:
            return look
        policy = self.policies.for_image(image)
        days = int((now - look.since) // 86400)
        did = (
            "limits how often it is asked, and was not asked" if look.reason == Reason.NOT_ASKED else "has not answered"
        )
        said = f"{image.registry} {did} for {days} days, so nobody knows whether the image is as it was."
        retry_at = datetime.fromtimestamp(now + policy.watch, UTC)
        try:
            placement = place(image, policy)
            subject = str(placement.release) if placement else str(image)
            await self.notices.publish_unreachable(subject, str(image), said, channel=policy.channel, retry_at=retry_at)
        except PostingError as error:
            log.warning("an unreachable image is not told yet", image=str(image), why=str(error))
            return look
        return look.model_copy(update={"is_told": True})


def _after(before: SecondLook, found: SecondFinding, now: float) -> SecondLook:
    is_unreachable = found.outcome is SecondOutcome.UNREACHABLE  # for whatever reason
    is_same = before.outcome == found.outcome and (is_unreachable or before.reason == found.reason)
    marks = before.marks if found.marks is None else {place: mark for place, mark in found.marks.items() if mark}
    return SecondLook(
        digest=found.digest or before.digest,
        marks=marks,
        outcome=found.outcome.value,
        reason=found.reason.value,
        since=before.since if is_same else now,
        looked_at=now,
        is_told=is_unreachable and _was_missed(before),
    )


def _was_missed(look: SecondLook) -> bool:
    """Whether people were told that it could not be checked, or that it is gone: the next answer ends that."""
    return look.is_told or look.reason == Reason.TAG_GONE


def _is_worse(history: tuple[Past, ...]) -> bool:
    """Whether the newest verdict on the same content is a failure, and the one before was not."""
    if len(history) <= 1 or history[0].digest != history[1].digest:
        return False
    return history[0].verdict is Verdict.FAIL and history[1].verdict in {Verdict.PASS, Verdict.WARN}
