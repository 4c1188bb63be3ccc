"""What is watched, what of it cannot be polled, and how long a push waits until it is checked."""

from collections.abc import AsyncIterator
from typing import Final

from bot.doctor.check import DoctorCheck, DoctorLine, Patient, ok, unknown, warning
from bot.intake.watch_list import fixed_watches, watch_list
from bot.polling.targets import refusals
from bot.store.polls import Polls

NAMED_MAX: Final = 10
"""Globs or repositories of one kind that are named."""


async def look(patient: Patient) -> AsyncIterator[DoctorLine]:
    """From the settings, the policy and the store."""
    settings = patient.settings
    watches = fixed_watches(settings.watch, patient.policies.watched())
    if patient.store is None:
        yield unknown("what people watch could not be read without the store")
    else:
        watches = await watch_list(settings.watch, patient.policies, patient.store).all()
        if not watches:
            yield warning(
                "nothing is watched, so no push is checked",
                "`provenance watch REPOSITORY`, `/provenance watch` in Slack, or PROVENANCE_WATCH",
            )
    refused = [refusal for watch in watches for refusal in refusals(watch, settings.tag_apis)] if settings.poll else []
    for refusal in refused[:NAMED_MAX]:
        yield warning(
            f"{refusal}; only webhooks can announce its pushes",
            "name each repository, or a namespace such as quay.io/acme/* where the registry lists it",
        )
    if len(refused) > NAMED_MAX:
        yield warning(f"and {len(refused) - NAMED_MAX} more that cannot be polled", "`provenance watches` lists them")
    if settings.poll and patient.store is not None:
        for line in await _troubles(Polls(patient.store)):
            yield line
    if watches:
        yield ok(f"{len(watches)} {'watch' if len(watches) == 1 else 'watches'}")
    yield ok(
        f"a push is checked {settings.settle:g} s after its last event (PROVENANCE_SETTLE), and at most"
        f" {settings.settle_max:g} s after the first one"
    )


async def _troubles(polls: Polls) -> list[DoctorLine]:
    """The repositories that could not be looked at the last time."""
    troubled = [name for name in sorted(await polls.due()) if (await polls.load(name)).trouble][:NAMED_MAX]
    return [
        warning(
            f"{name} was not polled: {(await polls.load(name)).trouble}", "`provenance watches` says when it is next"
        )
        for name in troubled
    ]


check = DoctorCheck("watches", 55, look)
