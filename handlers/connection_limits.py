"""How many connections there may be, and how long each may take. See connections.py."""

from typing import Final

from msgspec import Struct

TOTAL_MAX: Final = 1000
"""Connections of one process, when the system's limit of open files allows that many."""

FILES_SHARE: Final = 2
"""One of so many file descriptors is for connections; the others are for the store, registries and Slack."""

SPARE: Final = 32
"""Connections beyond that which are taken for a moment, for monitors: they get /healthz and /readyz, others a 503."""

HEAD_TIME: Final = 15.0
"""Seconds for the head of the first request to arrive."""

IDLE_TIME: Final = 75.0
"""Seconds from one answer to the head of the next request; proxies keep connections for 60."""

STUCK_TIME: Final = 30.0
"""Seconds in which a client that reads nothing of our answer must read some."""


class Limits(Struct, frozen=True):
    """How many connections there may be, in all and from one address; times in seconds."""

    total: int = TOTAL_MAX
    per_address: int = TOTAL_MAX // 4
    spare: int = SPARE
    head: float = HEAD_TIME
    idle: float = IDLE_TIME
    stuck: float = STUCK_TIME

    @classmethod
    def for_files(cls, files: int) -> "Limits":
        """Such that file descriptors are left for everything else; `files` is the system's limit (`ulimit -n`)."""
        total = max(8, min(TOTAL_MAX, files // FILES_SHARE - SPARE))
        return cls(total=total, per_address=max(4, total // 4))
