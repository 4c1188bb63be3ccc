"""A measure whose values nobody counts here: they are looked up when somebody asks."""

from collections.abc import Sequence

from msgspec import Struct

from bot.metrics.series import Measure


class LookedUp(Struct, frozen=True):
    """A measure of which the values were just looked up."""

    measure: Measure
    values: Sequence[tuple[tuple[str, ...], float]]
