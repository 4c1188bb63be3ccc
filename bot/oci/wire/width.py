"""How many requests a host gets at once: more as long as it keeps up, fewer when it refuses (429) or becomes slower.

Additive increase, multiplicative decrease, as TCP does (RFC 5681); until the first sign of trouble, double.
"""

from typing import Final

from msgspec import Struct

SLOWER: Final = 2.0
"""Times as long as usual, plus GRACE: then the host does not keep up."""

GRACE: Final = 0.1
"""Seconds that answers may take longer for reasons of our own: other work of this process between two answers."""

SMOOTH: Final = 0.1
"""Share of the newest answer in the average of recent ones."""


class Width(Struct):
    """The width for one host. `most` may change: other processes ask the same host."""

    start: int
    most: int
    now: float = 0.0
    _usual: float = float("inf")  # the lowest average of seconds for an answer
    _recent: float = 0.0
    _met: bool = False  # whether there was trouble; before that it doubles
    _quiet: int = 0  # answers that are still to come to requests of before the last decrease

    def __post_init__(self) -> None:
        self.now = float(min(self.start, self.most))

    @property
    def places(self) -> int:
        """Requests at once."""
        return max(1, min(int(self.now), self.most))

    def answered(self, seconds: float, *, wanted: bool) -> None:
        """An answer came after so long. `wanted`: others wait for a place, so a wider gate would be used."""
        self._recent = seconds if not self._recent else self._recent + SMOOTH * (seconds - self._recent)
        self._usual = min(self._usual, self._recent)
        if self._quiet:
            self._quiet -= 1
        elif self._recent > SLOWER * self._usual + GRACE:
            self._decrease(max(min(self.start, self.now), self.now / 2))
        elif wanted and self.now < self.most:
            self.now = min(self.most, self.now + (1 / self.now if self._met else 1))

    def refused(self) -> bool:
        """It answered 429; whether that is news: the refusals of requests that were under way together count once."""
        if self._quiet:
            return False
        self._decrease(max(1.0, min(self.now, self.most) / 2))
        return True

    def _decrease(self, now: float) -> None:
        self._quiet, self._met, self.now = self.places, True, now
