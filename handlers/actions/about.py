"""What a pressed button is about: the release of the message under which it stands, and its newest reports.

The message's own record in the store decides. Only if that is lost, the message's metadata says it; what a button's
value names is never used for that.
"""

import hashlib
from collections.abc import Sequence

from msgspec import Struct

from bot.attention import NotePlace
from bot.jobs.attending import Attending
from bot.report import Report
from bot.slack.replies import rules_of
from bot.store.threads import Thread, Threads
from bot.values import replace
from handlers.actions.pressed import FormTarget, Pressed


class AboutRelease(Struct, frozen=True):
    """The release, in that channel. `thread` is None if the store has forgotten it.

    `rules` are those that the message is about; none for a parent.
    """

    place: NotePlace
    reports: tuple[Report, ...]
    thread: Thread | None
    thread_ts: str
    images: str = ""
    rules: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """For people."""
        return self.place.subject.removesuffix(" (rolling)")


async def about(pressed: Pressed, attending: Attending) -> AboutRelease | None:
    """None if nobody knows any more. Raises StoreError."""
    where = pressed.container
    ts = where.message_ts
    found = await _about(
        pressed.team.id, where.channel_id, ts, pressed.thread_ts, pressed.subject, pressed.images, attending
    )
    if found is None:
        return None
    if found.thread is None:
        return replace(found, rules=pressed.rules)
    message = next((reply for reply in found.thread.replies if reply.ts == ts), None)
    return replace(found, rules=rules_of(message) if message else ())


async def about_form(team: str, target: FormTarget, attending: Attending) -> AboutRelease | None:
    """The same for a form that was opened under a message."""
    images = target.images.split(",") if target.images else ()
    return await _about(team, target.channel, target.ts, target.ts, target.subject, images, attending)


def target_of(pressed: Pressed, release: AboutRelease) -> FormTarget:
    """What travels with a form."""
    return FormTarget(
        channel=pressed.container.channel_id,
        ts=pressed.container.message_ts,
        subject=release.place.subject[:700],
        images=release.images[:1000],
    )


def fingerprint(reports: Sequence[Report]) -> str:
    """The same for the same images with the same digests."""
    named = sorted(f"{report.image} {report.digest}" for report in reports)
    return hashlib.sha256("\n".join(named).encode(errors="replace")).hexdigest()[:16]


async def _about(  # noqa: PLR0913, PLR0917 - where the message stands, and what it says
    team: str, channel: str, ts: str, thread_ts: str, subject: str, images: Sequence[str], attending: Attending
) -> AboutRelease | None:
    thread = await Threads(attending.store).at(team, channel, ts)
    if thread is not None:
        subject = thread.address.subject
        listed = str(thread.parent.facts.get("images", ""))
        images, thread_ts = listed.split(",") if listed else (), thread.parent.ts
    if not subject:
        return None
    reports = await attending.reports(subject, images)
    if not reports:
        return None
    return AboutRelease(NotePlace(team, channel, subject), reports, thread, thread_ts, ",".join(images))
