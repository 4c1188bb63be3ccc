"""The trusted roots that signatures are verified against: a file that cannot be read keeps workers from starting."""

import asyncio
from collections.abc import AsyncIterator

from bot.doctor.check import DoctorCheck, DoctorLine, Patient, error, ok, warning
from bot.errors import SettingsError
from bot.render.counted import counted
from bot.signatures.roots.load import trusted_roots


async def look(patient: Patient) -> AsyncIterator[DoctorLine]:
    """Read them, and renew Sigstore's as a worker would."""
    try:
        found = await asyncio.to_thread(trusted_roots, patient.settings.root_options())
    except SettingsError as wrong:
        yield error(str(wrong), "correct PROVENANCE_TRUSTED_ROOTS or PROVENANCE_TUF; no worker starts before")
        return
    if found.problem:
        yield warning(found.problem, "see PROVENANCE_TRUSTED_ROOTS, PROVENANCE_PUBLIC_ROOT and PROVENANCE_TUF")
    if found.roots:
        yield ok(f"signatures are verified against {counted(len(found.roots), 'trusted root')}")


check = DoctorCheck("roots", 77, look)
