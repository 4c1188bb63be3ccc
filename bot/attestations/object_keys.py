"""The keys of one object of a document on which a verdict rests: which of them some reader takes for another."""

from typing import Final

from bot.errors import OverLimitError
from bot.oci.ambiguity import Twofold, by_fold, folded, is_watched, notice

KEYS_MAX: Final = 100_000
"""ObjectKeys of one object that is walked over; what we walk over has a dozen."""


class ObjectKeys:
    """The keys of one object that is walked over: those that occur twice, or fold to a wanted one."""

    def __init__(self, wanted: tuple[str, ...]) -> None:
        self._wanted = by_fold(wanted)
        self._seen: set[int] = set()

    def look(self, key: str, *, what: str) -> None:
        """Report the key when it is ambiguous. Raises OverLimitError when there are more than KEYS_MAX."""
        if not is_watched():
            return
        if hash(key) in self._seen:  # of this process, seeded: an attacker cannot make two keys collide
            notice(Twofold.REPEATED_KEY, key)
        if folded((key,), self._wanted):
            notice(Twofold.FOLDED_KEY, key)
        self._seen.add(hash(key))
        if len(self._seen) > KEYS_MAX:
            raise OverLimitError(f"{what} has an object of more than KEYS_MAX = {KEYS_MAX} keys")
