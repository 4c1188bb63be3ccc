"""The release that shows that a merged fix works: the first one pushed later in which all that was fixed passes.

A rolling tag is pushed again under its own name, so it may be the one.
"""

from typing import Final

from bot.attention import ProposedFix
from bot.errors import MalformedError
from bot.releases import Release, ReleaseName
from bot.store import Store
from bot.store.releases import Releases
from bot.store.reports import Reports

VERSIONS_MAX: Final = 5
"""Versions of the group that are looked at, those in which something happened last."""


async def proof_of(fix: ProposedFix, store: Store) -> str:
    """The title of that release; "" while there is none. Raises StoreError."""
    try:
        name = ReleaseName.parse(fix.place.subject)
    except MalformedError:  # what belongs to no release has no later one
        return ""
    releases = Releases(store)
    for version in reversed(await releases.lately(name.group, VERSIONS_MAX)):  # the earliest of them is the first
        release = await releases.load(ReleaseName(name.group, version)) if version != name.version else None
        if release is not None and await _proves(fix, release, store):
            return release.name.title
    again = await releases.load(name) if name.is_rolling else None
    return name.title if again is not None and await _proves(fix, again, store) else ""


async def _proves(fix: ProposedFix, release: Release, store: Store) -> bool:
    """Whether it has the image that the fixed workflow builds, and that image shows it."""
    members = [one for one in release.members if one.image.name == fix.image and one.family == fix.family]
    pushed = {str(one.image): one.pushed_at for one in members if one.is_there}
    reports = await Reports(store).latest_of(list(pushed))
    return any(fix.is_proved_by(report, pushed[report.image]) for report in reports)
