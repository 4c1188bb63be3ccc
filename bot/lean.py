"""Imports libraries of a server without what they bring along and we never use. Saves memory and time to start.

To be called before anything else of a server is imported. Without that call everything still works.
"""

import mimetypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Final

from bot.late_authorities import import_client

_RESULTS: Final = (
    "key_value",
    "key_value.aio",
    "key_value.aio.protocols",
    "key_value.aio.protocols.key_value",
    "key_value.aio.stores",
    "key_value.aio.stores.redis",
)
"""Docket keeps results of jobs there, and ours have none (bot/jobs/plain_docket.py); it needs 500 modules for that."""

_MEASURES: Final = "opentelemetry.sdk.metrics"
"""The client of Redis can count its commands with it, and does without where it is absent. We never ask it to."""


_CLUSTER: Final = (
    "redis.asyncio.cluster",
    "redis.asyncio.keyspace_notifications",
    "redis.cluster",
    "redis.commands.cluster",
    "redis.keyspace_notifications",
)
"""Of the client of Redis: a cluster is refused (bot/store/connection.py), and nobody listens to changes of keys."""


class _Unused(ModuleType):
    """Stands for a module while another one is imported that names something of it."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


def import_lean() -> None:
    """Import them, unless they are imported already; and aiohttp without the certificates of authorities."""
    if not mimetypes.inited:
        mimetypes.knownfiles = []  # the system's tables of files' types, which aiohttp reads and we never ask
    import_client()
    if "structlog" not in sys.modules:
        # Rich would draw tracebacks with values of variables, which we never show; and we have no greenlets.
        with _standing_in({"rich": None, "greenlet": None}):
            import structlog  # noqa: F401, PLC0415
    if "docket" not in sys.modules:
        with _standing_in({_MEASURES: None, **{name: _Unused(name) for name in (*_RESULTS, *_CLUSTER)}}):
            import docket._redis_credentials  # noqa: F401, PLC0415 - or it asks for a cluster at its first connection


@contextmanager
def _standing_in(modules: dict[str, ModuleType | None]) -> Iterator[None]:
    missing = {name: module for name, module in modules.items() if name not in sys.modules}
    sys.modules.update(missing)  # type: ignore[arg-type]  # None: an import of it fails
    try:
        yield
    finally:
        for name in missing:
            sys.modules.pop(name, None)
