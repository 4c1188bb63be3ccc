"""The newest press of a button about a release in a channel: Slack may deliver an older one after it."""

from typing import Final

from bot.attention import Kind, NotePlace
from bot.store.connection import Store, trouble

MEMORY: Final = 3600
"""Seconds; a press that Slack could not deliver within three seconds is not sent again."""

_NEWEST: Final = """
local there = redis.call('GET', KEYS[1])
if there and tonumber(there) > tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 1
"""


class Presses:
    """Compares presses by Slack's own time. Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._newest = store.redis.register_script(_NEWEST)

    async def is_newest(self, kind: Kind, place: NotePlace, at: float) -> bool:
        """Whether nobody pressed later about that. The same press again is the newest; one without a time, too."""
        if not at:
            return True
        key = self._store.key("attention", "pressed", f"{{{place.team}:{place.channel}}}", kind, place.subject)
        with trouble("comparing two presses"):
            return bool(await self._newest(keys=[key], args=[f"{at:.6f}", MEMORY]))
