"""Registries opened for a test: no real waiting, no real names, no credentials but the test's own."""

import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult
from msgspec import Struct, field

from bot.oci.options import RegistryOptions
from bot.oci.reference import Reference
from bot.oci.registries import OpenRegistries, open_registries
from bot.oci.shared_hosts import SharedHosts
from bot.oci.wire.pace import Pace
from tests.fake_registry import FakeRegistry
from tests.waiting import PATIENCE

NOW = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)


class Clock(Struct):
    """A clock that goes only when somebody sleeps; `waits` are the sleeps, in seconds."""

    time: float = 1000.0
    waits: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.time += seconds

    def pace(self, *, listing: float = PATIENCE, **more: float) -> Pace:
        return Pace(
            listing=listing,
            sleep=self.sleep,
            chance=lambda: 0.5,
            clock=lambda: self.time,
            now=lambda: NOW,
            **more,
        )


class Names(AbstractResolver):
    """A resolver of these names alone. With several lists for a name, the next question gets the next list."""

    def __init__(self, table: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self._table = {name: list(answers) for name, answers in table.items()}
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        del family
        self.asked.append(host)
        if host not in self._table:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        answers = self._table[host]
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [_result(host, address, port) for address in addresses]

    async def close(self) -> None:
        """Nothing to close."""


def _result(host: str, address: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=socket.AI_NUMERICHOST)


@asynccontextmanager
async def opened(
    *fakes: FakeRegistry,
    names: Mapping[str, Sequence[Sequence[str]]] | None = None,
    clock: Clock | None = None,
    pace: Pace | None = None,
    shared: SharedHosts | None = None,
    tls: Any = True,  # noqa: ANN401 - as aiohttp takes it
    **options: Any,  # noqa: ANN401 - those of RegistryOptions
) -> AsyncIterator[OpenRegistries]:
    """All registries, with the fakes listed as an operator would list them."""
    options.setdefault("private_hosts", tuple(fake.host for fake in fakes))
    resolver = Names(names or {})
    used = pace or (clock or Clock()).pace()
    told = RegistryOptions(**options)
    async with open_registries(told, shared=shared, pace=used, resolver=resolver, tls=tls) as registry:
        yield registry


def at(fake: FakeRegistry, target: str = "1", repository: str = "demo/app") -> Reference:
    """A reference to an image of the fake."""
    return Reference.parse(f"{fake.host}/{repository}{'@' if target.startswith('sha') else ':'}{target}")
