"""What registries say of their limits in the headers of each answer, remembered for as long as it holds.

Docker Hub's registry: `ratelimit-limit: 100;w=21600`, `ratelimit-remaining: 20;w=21600` (pulls, the window in seconds).
Docker Hub's API and others: `X-RateLimit-Limit`, `X-RateLimit-Remaining`; their reset time is given by a clock that
is not ours, so a minute is taken.
"""

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field

WINDOW_MAX: Final = 6 * 3600.0
"""Seconds; Docker Hub's window. A longer one is cut to this."""

WINDOW: Final = 60.0
"""Seconds, where no window is given."""

RESERVE_SHARE: Final = 0.2
RESERVE: Final = 10
"""HUB_RESERVE: below a fifth of the limit, or ten, what is left is kept for people's commands."""

REGISTRIES_MAX: Final = 256
"""Registries of which limits are remembered."""

_NUMBER: Final = re.compile(r"(\d{1,9})(?:\s*;\s*w=(\d{1,9}))?", re.ASCII)
_PULLS: Final = ("ratelimit-limit", "ratelimit-remaining")
_API: Final = ("x-ratelimit-limit", "x-ratelimit-remaining")


class Allowance(Struct, frozen=True):
    """How much of a limit was left at a moment; `until` is when that says nothing any more (the clock of the pace)."""

    limit: int
    remaining: int
    until: float

    @property
    def is_low(self) -> bool:
        """Whether what is left is to be kept for people."""
        return self.remaining < max(RESERVE, self.limit * RESERVE_SHARE)


class ToldLimits(Struct):
    """The newest of each registry: of its pulls, and of its API."""

    _pulls: dict[str, Allowance] = field(default_factory=dict)
    _api: dict[str, Allowance] = field(default_factory=dict)

    def note(self, registry: str, headers: Mapping[str, str], now: float) -> None:
        """An answer came with these headers."""
        for names, kept in ((_PULLS, self._pulls), (_API, self._api)):
            found = _read(headers, names, now)
            if found is not None:
                kept.pop(registry, None)
                kept[registry] = found
                if len(kept) > REGISTRIES_MAX:
                    del kept[next(iter(kept))]

    def pulls(self, registry: str, now: float) -> Allowance | None:
        """What is left of its pulls; None when it has not named a limit lately."""
        return _holds(self._pulls.get(registry), now)

    def api(self, registry: str, now: float) -> Allowance | None:
        """What is left of its API's requests."""
        return _holds(self._api.get(registry), now)


def _holds(found: Allowance | None, now: float) -> Allowance | None:
    return found if found is not None and now < found.until else None


def _read(headers: Mapping[str, str], names: tuple[str, str], now: float) -> Allowance | None:
    if names[0] not in headers:  # most registries say nothing of the kind
        return None
    limit, remaining = (_NUMBER.fullmatch(headers.get(name, "").strip()) for name in names)
    if limit is None or remaining is None:
        return None
    window = min(float(remaining[2] or limit[2] or WINDOW), WINDOW_MAX)
    return Allowance(int(limit[1]), int(remaining[1]), now + window)
