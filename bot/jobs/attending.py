"""What a person says about a problem becomes a record, and the thread is brought up to date. For every door.

Each method stores and queues before it returns, is done once however often it is asked for, and may raise StoreError.
Who may say it is checked here, by the policy, for each image: what a payload names is never trusted.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

from bot.attention import (
    Acknowledgement,
    Attention,
    Failing,
    Mute,
    NotePlace,
    ProposedFix,
    RevokedSecret,
    Snooze,
    SnoozeFor,
    StoredWaiver,
    WaiverFlaw,
    flaws,
)
from bot.errors import InvalidReferenceError, MalformedError
from bot.intake.job import CheckJob, WorkQueue
from bot.jobs.release_reports import failing_by, reports_of
from bot.oci.reference import Reference
from bot.policy import Policies
from bot.releases import ReleaseName
from bot.releases import place as place_of
from bot.report import Report
from bot.rules import catalogue
from bot.slack.fixing import OpenedFix
from bot.store import Store
from bot.store.attention import Note, Notes, Waivers
from bot.store.releases import Releases

_SAME: Final = 60.0
"""Seconds between two presses that mean the same snooze."""


class Attended(StrEnum):
    """What became of it."""

    DONE = "done"
    ALREADY = "already"  # somebody said it before
    NOTHING = "nothing"  # nothing fails that it could be said of; or nothing was said that could be taken back
    FORBIDDEN = "forbidden"  # the policy does not let this person
    FLAWED = "flawed"


class SaidAnswer(Struct, frozen=True):
    """What became of it; `by` is who said it first, if somebody else did."""

    done: Attended
    by: str = ""
    until: float = 0.0
    flaws: tuple[WaiverFlaw, ...] = ()
    waiver: StoredWaiver | None = None


class Attending(Struct, frozen=True):
    """Keeps what people say."""

    store: Store
    queue: WorkQueue
    policies: Policies

    async def reports(self, subject: str, listed: Sequence[str] = ()) -> tuple[Report, ...]:
        """The newest reports on the images of a release; on those `listed` if the store has forgotten it."""
        return await reports_of(self.store, subject, listed)

    async def about(self, place: NotePlace, reports: Sequence[Report]) -> Attention:
        """What was said and is in force."""
        said = await Notes(self.store).about(place)
        return said.in_force(Failing.of(reports), await self.store.now(), await self._newest(place.subject))

    async def acknowledge(self, place: NotePlace, who: str, reports: Sequence[Report]) -> SaidAnswer:
        """The person deals with what fails."""
        failing = Failing.of(reports)
        if not failing.found:
            return SaidAnswer(Attended.NOTHING)
        now = await self.store.now()
        there = (await Notes(self.store).about(place)).acknowledgement
        if there and there.holds(failing):
            return await self._already(there, place, reports)
        return await self._keep(Acknowledgement(place, who, now, failing), there, reports)

    async def snooze(self, place: NotePlace, who: str, for_: SnoozeFor, reports: Sequence[Report]) -> SaidAnswer:
        """Nobody is notified for a while. Another time replaces the one before."""
        now, newest = await self.store.now(), await self._newest(place.subject)
        there = (await Notes(self.store).about(place)).snooze
        rules, lasts = Failing.of(reports).rules, newest if for_ is SnoozeFor.NEXT_RELEASE else ""
        until = now + for_.seconds
        if there and there.holds(now, newest=newest, failing=rules) and abs(there.until - until) < _SAME:
            return await self._already(there, place, reports)
        return await self._keep(Snooze(place, who, now, until, lasts, rules), there, reports)

    async def mute(self, place: NotePlace, who: str, reports: Sequence[Report]) -> SaidAnswer:
        """This tag is of no interest in this channel."""
        now = await self.store.now()
        there = (await Notes(self.store).about(place)).mute
        if there and there.holds(now):
            return await self._already(there, place, reports)
        return await self._keep(Mute(place, who, now), there, reports)

    async def revoked(self, place: NotePlace, who: str, reports: Sequence[Report]) -> SaidAnswer:
        """The person revoked the secret that these images show."""
        failing = Failing.of(reports).only({rule.id for rule in catalogue() if rule.asks_to_revoke})
        if not failing.found:
            return SaidAnswer(Attended.NOTHING)
        there = (await Notes(self.store).about(place)).revoked
        if there and there.holds(failing):
            return await self._already(there, place, reports)
        return await self._keep(RevokedSecret(place, who, await self.store.now(), failing), there, reports)

    async def proposed(self, image: Reference, channel: str, team: str, who: str, opened: OpenedFix) -> None:
        """The thread of the image's release shows the pull request that fixes its workflow, and what becomes of it."""
        pull = opened.pull
        placement = place_of(image, self.policies.for_image(image))
        place = NotePlace(team, channel, str(placement.release) if placement else str(image))
        there = (await Notes(self.store).about(place)).proposed
        now = await self.store.now()
        family = placement.family if placement else ""
        note = ProposedFix(
            place, who, now, pull.repository, pull.number, pull.url, image=image.name, family=family, rules=opened.rules
        ).became(pull.state, now)
        if there is None or (there.repository, there.number) != (note.repository, note.number):
            await self._keep(note, there, await self.reports(place.subject, (str(image),)))

    async def take_back(self, note: Note | None, place: NotePlace, reports: Sequence[Report]) -> SaidAnswer:
        """An acknowledgement, snooze or mute does not hold any more."""
        is_taken = note is not None and await Notes(self.store).take(note)
        await self._refresh(place, reports)
        return SaidAnswer(Attended.DONE if is_taken else Attended.NOTHING)

    def may_waive(self, who: str, images: Sequence[str]) -> bool:
        """Whether the policy lets that person waive a rule for each of these."""
        return bool(images) and all(self._lets(who, image) for image in images)

    async def waive(self, waiver: StoredWaiver, reports: Sequence[Report]) -> SaidAnswer:
        """The rule may fail for these images; they are judged again at once.

        `reports` are those of the release that the person saw: the rule must fail in them, and the waiver's images must
        be those for which it does.
        """
        now = await self.store.now()
        if not (waiver.by_role or self.may_waive(waiver.who, [image for image, _ in waiver.images])):
            return SaidAnswer(Attended.FORBIDDEN)
        if found := flaws(waiver, datetime.fromtimestamp(now, UTC).date()):
            return SaidAnswer(Attended.FLAWED, flaws=found)
        if not set(waiver.images) <= set(failing_by(waiver.rule, reports)):
            return SaidAnswer(Attended.NOTHING)
        if other := await self._same(waiver, now):
            await self._judge_again(other, waiver.who)  # the first press may have ended in between
            return SaidAnswer(Attended.ALREADY, other.who, other.ends_at, waiver=other)
        is_new = await Waivers(self.store).add(waiver)
        await self._judge_again(waiver, waiver.who)
        return SaidAnswer(Attended.DONE if is_new else Attended.ALREADY, waiver.who, waiver.ends_at, waiver=waiver)

    async def revoke_waiver(self, id_: str, who: str, *, team: str, by_role: bool = False) -> SaidAnswer:
        """The rule counts again, at once. One that was given on the pages is of no team; `by_role` as in the waiver."""
        waivers = Waivers(self.store)
        waiver = await waivers.get(id_)
        if waiver is None or waiver.place.team not in {"", team}:
            return SaidAnswer(Attended.NOTHING)
        if who != waiver.who and not by_role and not self.may_waive(who, [image for image, _ in waiver.images]):
            return SaidAnswer(Attended.FORBIDDEN)
        revoked = await waivers.revoke(id_, who)
        if revoked is None:
            return SaidAnswer(Attended.NOTHING, waiver=waiver)
        await self._judge_again(revoked, who)
        return SaidAnswer(Attended.DONE, who, waiver=revoked)

    async def _keep(self, note: Note, there: Note | None, reports: Sequence[Report]) -> SaidAnswer:
        is_first = await Notes(self.store).put(note, seen=there)
        await self._refresh(note.place, reports)
        until = note.until if isinstance(note, Snooze | Mute) else 0.0
        return SaidAnswer(Attended.DONE if is_first else Attended.ALREADY, note.who if is_first else "", until)

    async def _already(self, note: Note, place: NotePlace, reports: Sequence[Report]) -> SaidAnswer:
        """Still updates the thread: the first press may have ended before it did."""
        await self._refresh(place, reports)
        return SaidAnswer(Attended.ALREADY, note.who, note.until if isinstance(note, Snooze | Mute) else 0.0)

    async def _refresh(self, place: NotePlace, reports: Sequence[Report]) -> None:
        if reports:
            job = CheckJob(image=reports[0].image, origin="recheck", channel=place.channel)
            await self.queue.post_report(job, place.subject)

    async def _judge_again(self, waiver: StoredWaiver, who: str) -> None:
        images = dict.fromkeys((*(image for image, _ in waiver.images), *await Waivers(self.store).uses(waiver.id)))
        for image in images:
            job = CheckJob(image=image, origin="recheck", channel=waiver.place.channel, user=who, is_anew=True)
            state = "revoked" if waiver.revoked_at else "given"
            await self.queue.enqueue(job, key=f"waiver:{waiver.id}:{state}:{image}|")

    async def _same(self, waiver: StoredWaiver, now: float) -> StoredWaiver | None:
        """Another one that covers all of it for as long, e.g. of somebody who pressed at the same moment."""
        found: list[StoredWaiver] = []
        for image, digest in waiver.images:
            covering = await Waivers(self.store).covering(Reference.parse(image), digest, now)
            same = [one for one in covering if one.rule == waiver.rule and one.scope is waiver.scope]
            longer = [one for one in same if one.last_day >= waiver.last_day]
            if not longer:
                return None
            found += longer[:1]
        return found[0] if found else None

    async def _newest(self, subject: str) -> str:
        try:
            versions = await Releases(self.store).versions(ReleaseName.parse(subject).group)
        except MalformedError:
            return ""
        return versions[0] if versions else ""

    def _lets(self, who: str, image: str) -> bool:
        try:
            return self.policies.for_image(Reference.parse(image)).lets_waive(who)
        except InvalidReferenceError:
            return False
