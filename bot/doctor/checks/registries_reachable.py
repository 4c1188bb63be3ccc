"""Every registry that the settings or the policy name answers, and what was seen of it: limits, the referrers API."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Final

from bot.doctor.check import DoctorCheck, DoctorLine, Patient, error, ok, unknown, warning
from bot.errors import DeniedError, ForbiddenAddressError, NotFoundError, RateLimitedError, RegistryError, StoreError
from bot.jobs.named_registries import named_places, named_registries
from bot.oci.reference import DEFAULT_REGISTRY, Reference
from bot.store.registry_hosts import RegistryHosts

REPOSITORY: Final = "provenance-bot/doctor"
"""A repository that does not exist: any answer about it shows that the registry is there, and costs no pull."""

LIMITS: Final = Reference(DEFAULT_REGISTRY, "ratelimitpreview/test", "latest")
"""Whom Docker Hub tells how many pulls are left (docs.docker.com, "Pull usage and limits"). A HEAD is not one."""

HOSTS_MAX: Final = 20

ANSWER_MAX: Final = 10.0
"""Seconds for one registry: one that hangs must not take away what is known of the others (examine.py's CHECK_MAX)."""

ADVICE: Final = "check the network, its proxy, the name, PROVENANCE_MIRRORS"


async def look(patient: Patient) -> AsyncIterator[DoctorLine]:
    """One HEAD each, at the same time."""
    hosts = sorted(named_registries(patient.settings, patient.policies))[:HOSTS_MAX]
    if not hosts:
        yield ok("no registry is named: PROVENANCE_WATCH and the webhook sources are empty")
    for line in await asyncio.gather(*(_ask(patient, host) for host in hosts)):
        yield line


async def _ask(patient: Patient, host: str) -> DoctorLine:
    try:
        async with asyncio.timeout(ANSWER_MAX):
            await patient.registries.resolve(LIMITS if host == LIMITS.registry else Reference(host, REPOSITORY, "none"))
    except TimeoutError:
        return error(f"{host} does not answer within {ANSWER_MAX:.0f} s", ADVICE)
    except (NotFoundError, DeniedError):
        pass
    except RateLimitedError:
        return unknown(f"{host} answers, but limits the rate (429)")
    except ForbiddenAddressError as failed:
        return error(str(failed), "set the variable that it names, if you trust that registry")
    except RegistryError as failed:
        return error(f"{host} does not answer: {failed}", ADVICE)
    says = "; ".join((f"{host} answers", *await _known_of_referrers(patient, host)))
    pulls = patient.registries.limits.pulls(host, time.monotonic())
    if pulls is None:
        return ok(says)
    says += f"; {pulls.remaining} of {pulls.limit} pulls are left"
    return warning(says, "a login raises the limit: PROVENANCE_REGISTRY_AUTH") if pulls.is_low else ok(says)


async def _known_of_referrers(patient: Patient, host: str) -> list[str]:
    """What the workers have seen of its referrers API, by which most signatures are found."""
    if patient.store is None:
        return []
    hosts, said = RegistryHosts(patient.store), []
    for place in sorted(named_places(patient.settings, patient.policies)):
        if place.partition("/")[0] != host:
            continue
        try:
            known = await hosts.referrers_api(place)
        except StoreError:
            return []  # another check says so
        if known is not None:
            said.append(f"{place} {'has the' if known.has else 'lacks the'} referrers API")
    return said


check = DoctorCheck("registries", 70, look)
