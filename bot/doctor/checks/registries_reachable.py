"""Every registry that the settings or the policy name answers."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from bot.doctor.check import DoctorCheck, DoctorLine, Patient, error, ok, unknown
from bot.errors import DeniedError, ForbiddenAddressError, NotFoundError, RateLimitedError, RegistryError
from bot.jobs.named_registries import named_registries
from bot.oci.reference import Reference

REPOSITORY: Final = "provenance-bot/doctor"
"""A repository that does not exist: any answer about it shows that the registry is there, and costs no pull."""

HOSTS_MAX: Final = 20


async def look(patient: Patient) -> AsyncIterator[DoctorLine]:
    """One HEAD each, at the same time."""
    hosts = sorted(named_registries(patient.settings, patient.policies))[:HOSTS_MAX]
    if not hosts:
        yield ok("no registry is named: PROVENANCE_WATCH and the webhook sources are empty")
    for line in await asyncio.gather(*(_ask(patient, host) for host in hosts)):
        yield line


async def _ask(patient: Patient, host: str) -> DoctorLine:
    try:
        await patient.registries.resolve(Reference(host, REPOSITORY, "none"))
    except (NotFoundError, DeniedError):
        return ok(f"{host} answers")
    except RateLimitedError:
        return unknown(f"{host} answers, but limits the rate (429)")
    except ForbiddenAddressError as failed:
        return error(str(failed), "set the variable that it names, if you trust that registry")
    except RegistryError as failed:
        return error(f"{host} does not answer: {failed}", "check the network, its proxy, the name, PROVENANCE_MIRRORS")
    return ok(f"{host} answers")


check = DoctorCheck("registries", 70, look)
