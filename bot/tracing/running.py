"""Switches tracing on for as long as a process serves or works."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from bot.errors import SettingsError
from bot.tracing import use

log = structlog.get_logger(__name__)


@asynccontextmanager
async def tracing(address: str, role: str) -> AsyncIterator[None]:
    """Spans go to the collector at that address while the block runs; nothing happens without an address.

    Raises SettingsError if the extra `otel` is not installed.
    """
    if not address:
        yield
        return
    try:
        from bot.tracing.otel import exporting  # noqa: PLC0415 - only if it is on
    except ImportError as error:
        raise SettingsError(
            f"PROVENANCE_TRACES needs the extra otel: install provenance-bot[otel] ({error.name} is not installed)"
        ) from None
    tracer = exporting(address, role)
    use(tracer)
    log.info("tracing", role=role)
    try:
        yield
    finally:
        use(None)
        await asyncio.to_thread(tracer.close)
