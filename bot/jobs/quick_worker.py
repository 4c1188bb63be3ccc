"""Docket's worker, which fills a slot soon after it is free.

Docket 0.27 looks for free slots every `minimum_check_interval`, and waits as long for new jobs in one blocking read. A
short interval would have an idle worker ask the store all the time, and with a long one a busy worker's slots stay
empty. So the interval is short only while all slots are taken: then the store is not asked.
"""

from datetime import timedelta
from typing import Final

from docket import Worker

FULL_CHECK: Final = timedelta(milliseconds=10)
"""Between two looks whether one of all slots is free; no I/O."""


class QuickWorker(Worker):
    """A worker as docket's own."""

    @property
    def minimum_check_interval(self) -> timedelta:  # docket has an attribute here
        """How long the worker's loop waits at its next step."""
        return FULL_CHECK if len(self._tasks_by_key) >= self.concurrency else self._idle_check

    @minimum_check_interval.setter
    def minimum_check_interval(self, interval: timedelta) -> None:
        self._idle_check = interval
