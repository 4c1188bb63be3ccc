"""How many requests a host gets at once; all checks of a process share these."""

import asyncio
from typing import Final
from weakref import WeakValueDictionary

from bot.oci.hosts import authority
from bot.oci.wire.messages import RegistryRequest

HOST_CONCURRENCY: Final = 4
"""As crane; regclient takes 3."""

HOSTS_CONCURRENCY: Final = {"quay.io:443": 8}
"""Quay takes 50 manifests a second, and closes many connections after one answer."""


class Gates:
    """A semaphore per host, and one per host and kind for what is asked one at a time."""

    def __init__(self) -> None:
        # Weak, because anyone may name any number of hosts.
        self._open: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    def of(self, ask: RegistryRequest) -> asyncio.Semaphore:
        """The semaphore to hold during the exchange."""
        place = authority(ask.url)
        key, width = place, HOSTS_CONCURRENCY.get(place, HOST_CONCURRENCY)
        if ask.gate:
            key, width = f"{ask.gate} {ask.registry if ask.gate == 'token' else place}", 1
        gate = self._open.get(key)
        if gate is None:
            gate = self._open[key] = asyncio.Semaphore(width)
        return gate
