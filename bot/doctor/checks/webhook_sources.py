"""Each webhook source: when it was last heard, what became of its deliveries, and whether it is silent."""

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Final

from bot.doctor.check import DoctorCheck, DoctorLine, Patient, error, ok, unknown, warning
from bot.store.deliveries import Deliveries
from bot.store.silence import Silences

FIXES: Final = {
    "quay": "Quay switches a webhook off after three failed deliveries: enable it again in the repository's settings",
    "github": "GitHub never sends again by itself: redeliver in the settings of the webhook, within three days",
}
"""What to do about a silent source, by its kind."""

OTHER_FIX: Final = "look at the webhook in the registry"


async def look(patient: Patient) -> AsyncIterator[DoctorLine]:
    """From what the web process has noted."""
    sources = patient.settings.webhooks
    if patient.refused:
        yield error(patient.refused, "correct it; `provenance serve` does not start before")
    if not sources and patient.settings.poll:
        yield ok("no webhook source is configured; watched repositories are polled")
    elif not sources:
        yield error(
            "no webhook source is configured and polling is off", "`provenance webhooks --new`, or PROVENANCE_POLL"
        )
    if sources and patient.settings.outside_url:
        yield ok(f"registries have to send to {patient.settings.outside_url}/webhooks/")
    if patient.store is None:
        if sources:
            yield unknown("could not be looked at without the store")
        return
    silent = {one.source: one for one in await Silences(patient.store).all()}
    for source in sources:
        last = await Deliveries(patient.store).last(source.id)
        if source.id in silent:
            images = ", ".join(silent[source.id].images[:3])
            yield error(
                f"{source.id} is silent: polling found pushes that it did not announce ({images})",
                f"{FIXES.get(source.kind, OTHER_FIX)}; `provenance webhooks {source.id}` says what belongs there",
            )
        elif not last:
            yield warning(
                f"no delivery from {source.id} was accepted yet",
                f"`provenance webhooks {source.id}` says how to add it;"
                " where the log says `delivery refused`, the registry sends another secret",
            )
        else:
            yield ok(f"{source.id}: last delivery {_when(last)}")


def _when(at: float) -> str:
    hours = (time.time() - at) / 3600
    if hours < 1:
        return "less than an hour ago"
    return f"{hours:.0f} hours ago" if hours < 48 else f"on {datetime.fromtimestamp(at, UTC):%Y-%m-%d}"  # noqa: PLR2004 - two days


check = DoctorCheck("webhooks", 60, look)
