"""A measure whose values nobody counts here: they are looked up when somebody asks."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.metrics.series import Measure


@dataclass(frozen=True, slots=True)
class LookedUp:
    """A measure of which the values were just looked up."""

    measure: Measure
    values: Sequence[tuple[tuple[str, ...], float]]
