"""When a repository is looked at again. No I/O; all times are seconds, of the store's clock."""

from typing import Final

from bot.store.polls import RepositoryState

JITTER: Final = 0.2
"""Of every wait, in both directions, so that rounds do not stay together."""

QUIET_AFTER: Final = 30 * 24 * 3600.0
"""Without a push for so long, a repository is quiet."""

QUIET: Final = 6 * 3600.0
"""Between two looks at a quiet repository; and the longest wait after failures."""

SOON: Final = 60.0
"""After a look that could not take in everything that was new."""

DOUBLINGS_MAX: Final = 10
"""Of the wait after one failure more; QUIET bounds it long before."""


def next_due(state: RepositoryState, *, now: float, interval: float, chance: float, is_complete: bool = True) -> float:
    """When the next look is due. `chance` from 0 to 1."""
    return now + _wait(state, now, interval, is_complete=is_complete) * (1 - JITTER + 2 * JITTER * chance)


def _wait(state: RepositoryState, now: float, interval: float, *, is_complete: bool) -> float:
    if state.failures:
        return max(interval, min(interval * 2.0 ** min(state.failures, DOUBLINGS_MAX), QUIET))
    if not is_complete:
        return min(SOON, interval)
    if now - max(state.changed_at, state.baseline_at) > QUIET_AFTER:
        return max(interval, QUIET)
    return interval
