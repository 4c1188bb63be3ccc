"""How fast one source may cause work: over its rate a job is stored all the same, but starts later.

A refusal would lose a release (GitHub never sends again) or switch a hook off (Quay, after three), so the limit costs
the flooder time, not us an event. Only when the wait grows beyond PACE_MAX is there a refusal.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

WEBHOOK_BURST: Final = 60
"""Jobs that a source may cause at once."""

WEBHOOK_RATE: Final = 5.0
"""Jobs a second after that."""

PACE_MAX: Final = 600.0
"""Seconds that a job may be put off; 3,000 jobs of one source wait by then."""


@dataclass(slots=True)
class Pace:
    """A token bucket for each source that may go into debt: the debt is the wait. For one process."""

    clock: Callable[[], float] = time.monotonic
    _free_at: dict[str, float] = field(default_factory=dict)  # source id -> when its bucket would be full again

    def take(self, source: str) -> float | None:
        """Seconds to put this job off, or None when the source floods us beyond all patience."""
        now = self.clock()
        full_at = max(self._free_at.get(source, now), now) + 1 / WEBHOOK_RATE
        wait = full_at - now - WEBHOOK_BURST / WEBHOOK_RATE
        if wait > PACE_MAX:
            return None
        self._free_at[source] = full_at
        return max(wait, 0.0)
