"""The proxy on the way out: whether it is there. What it refuses is in the lines about what was asked through it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from yarl import URL

from bot.doctor.check import DoctorCheck, DoctorLine, Patient, error, ok, warning
from bot.oci.hosts import authority
from bot.settings import Settings

CONNECT_MAX: Final = 5.0
"""Seconds."""

SAMPLE: Final = URL("https://registry.example")
"""Any public host."""


async def look(patient: Patient) -> AsyncIterator[DoctorLine]:
    """Open a connection to it. Its login is never shown."""
    settings = patient.settings
    proxies = settings.proxies()
    if proxies is None:
        for line in _without(settings):
            yield line
        return
    proxy = proxies.proxies["https"]
    if proxy is None or proxy.url.host is None:
        return
    if not await _listens(proxy.url.host, proxy.url.port or 0):
        yield error(
            f"nothing answers at {authority(proxy.url)}",
            "correct PROVENANCE_PROXY, or let this machine connect to it; until then, checks are unknown",
        )
        return
    yield ok(f"{authority(proxy.url)} answers; registries, code host, login provider and Slack are asked through it")
    if proxies.find(SAMPLE) is None:
        yield warning("PROVENANCE_NO_PROXY lists all hosts, so nothing is asked through it", "list only those inside")


def _without(settings: Settings) -> list[DoctorLine]:
    lines = []
    if settings.no_proxy:
        lines.append(warning("PROVENANCE_NO_PROXY has no effect without PROVENANCE_PROXY", "set both, or none"))
    if settings.proxies(local=True) is not None:
        said = "HTTPS_PROXY or HTTP_PROXY is set, but a server does not use it"
        lines.append(warning(said, "if the bot needs a proxy, set PROVENANCE_PROXY and PROVENANCE_NO_PROXY"))
    return lines


async def _listens(host: str, port: int) -> bool:
    try:
        async with asyncio.timeout(CONNECT_MAX):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, UnicodeError):
        return False
    writer.close()
    return True


check = DoctorCheck("proxy", 35, look)
