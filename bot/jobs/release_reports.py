"""The newest reports on the images of a release, and what fails in them."""

from collections.abc import Sequence

from bot.errors import InvalidReferenceError, MalformedError
from bot.oci.reference import Reference
from bot.releases import ReleaseName
from bot.releases.expected import MEMBERS_MAX
from bot.report import Report
from bot.rules import Outcome
from bot.store import Store
from bot.store.releases import Releases
from bot.store.reports import Reports


async def reports_of(store: Store, subject: str, listed: Sequence[str] = ()) -> tuple[Report, ...]:
    """The newest reports on the images of a release; on those `listed` if the store has forgotten it.

    Raises StoreError.
    """
    try:
        release = await Releases(store).load(ReleaseName.parse(subject))
    except MalformedError:  # what belongs to no release is its own subject
        release, listed = None, [subject]
    images = [str(member.image) for member in release.members if member.is_there] if release else []
    return await Reports(store).latest_of(_valid(images or listed)[:MEMBERS_MAX])


def failing_by(rule: str, reports: Sequence[Report]) -> tuple[tuple[str, str], ...]:
    """The images that fail by that rule, each with its digest."""
    return tuple(
        (report.image, report.digest)
        for report in reports
        for result in report.results
        if result.rule == rule and result.outcome is Outcome.FAIL
    )


def _valid(images: Sequence[str]) -> list[str]:
    kept = []
    for image in images:
        try:
            kept.append(str(Reference.parse(image)))
        except InvalidReferenceError:
            continue
    return kept
