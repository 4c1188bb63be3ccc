"""The image that a command is about: its release in this channel, and the newest report on it."""

from typing import Final

from msgspec import Struct

from bot.attention import NotePlace
from bot.errors import UsageError
from bot.jobs.attending import Attending
from bot.oci.asked import parse_asked
from bot.releases import place
from bot.report import Report
from handlers.commands.slash_command import SlashCommand

NO_REPORT: Final = "That image has no report yet. Type `/provenance check` and its name first."


class NotedImage(Struct, frozen=True):
    """`reports` are those of its release, `own` the one on the image itself."""

    name: str
    place: NotePlace
    own: Report
    reports: tuple[Report, ...]


async def noted_image(name: str, asked: SlashCommand, attending: Attending) -> NotedImage:
    """Raises UsageError for what is not an image or has no report, and StoreError."""
    image = parse_asked(name)
    placement = place(image, attending.policies.for_image(image))
    subject = str(placement.release) if placement else str(image)
    reports = await attending.reports(subject, [str(image)])
    own = next((report for report in reports if report.image == str(image)), None)
    if own is None:
        raise UsageError(NO_REPORT)
    return NotedImage(str(image), NotePlace(asked.team, asked.channel, subject), own, reports)
