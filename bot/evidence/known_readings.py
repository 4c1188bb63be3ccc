"""What statements said that this process has read before: the same bytes, asked the same, say the same.

The tags of a release stand for one content, in two or three registries, and a worker looks at it again on other days.
Its bytes are fetched and compared with their digest each time; only reading them is done once.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from bot.oci.ambiguity import Ambiguity, noticing, watching

if TYPE_CHECKING:  # heavy, and a terminal makes the memory before it needs them
    from bot.attestations.reading import Reading

READINGS_MAX: Final = 512
"""Readings that are remembered."""

READINGS_WEIGHT_MAX: Final = 4 * 1024 * 1024
"""Characters of all that they hold, as it is counted here; a usual statement of BuildKit has some 10,000."""

_BARE: Final = 1000
"""Characters of a reading without its texts and subjects."""

_SUBJECT: Final = 100
"""Characters of a subject's digest."""


class KnownReading(Struct, frozen=True):
    """What was read, what was ambiguous in it, and how much it holds."""

    reading: "Reading"
    ambiguous: tuple[Ambiguity, ...]
    weight: int


class ReadingMemory:
    """The newest readings of a process. Not for threads: a coroutine asks, whoever does the reading."""

    def __init__(self, most: int = READINGS_MAX, most_weight: int = READINGS_WEIGHT_MAX) -> None:
        """`most`: readings. `most_weight`: characters."""
        self._most, self._most_weight = most, most_weight
        self._known: OrderedDict[Hashable, KnownReading] = OrderedDict()
        self._weight = 0

    def __len__(self) -> int:
        return len(self._known)

    async def once(self, key: Hashable, size: int, read: "Callable[[], Awaitable[Reading]]") -> "Reading":
        """What `read` makes of a statement. `key`: the digest of its bytes, and all else that is asked; `size`: bytes.

        What is ambiguous in it is told to each image. Where nobody is told, equal keys are read in another way.
        """
        notices = watching()
        if notices is None:
            return await read()
        known = self._known.get(key)
        if known is None:
            with noticing() as own:
                reading = await read()
            known = KnownReading(reading, own.all, _weight(reading, size))
        self._keep(key, known)
        for one in known.ambiguous:
            notices.add(one)
        return known.reading

    def _keep(self, key: Hashable, known: KnownReading) -> None:
        """As the newest one. One that would take the place of all others is not kept."""
        if known.weight > self._most_weight // 2:
            return
        self._forget(key)
        self._known[key] = known
        self._weight += known.weight
        while len(self._known) > self._most or self._weight > self._most_weight:
            self._forget(next(iter(self._known)))

    def _forget(self, key: Hashable) -> None:
        known = self._known.pop(key, None)
        self._weight -= known.weight if known else 0


def _weight(reading: "Reading", size: int) -> int:
    """The texts of provenance are some of its bytes, of which a few are kept twice; an SBOM is only counted.

    What a statement is said to be may have megabytes: it is its annotation, or stands in the statement itself.
    """
    statement = reading.statement
    texts = 2 * size if reading.provenance else 0
    said = len(statement.annotated_type) + len(statement.predicate_type) + len(statement.problem)
    return _BARE + _SUBJECT * len(statement.subjects) + texts + said
