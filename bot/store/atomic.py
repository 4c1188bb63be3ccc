"""Several commands as one, if what they build upon still holds what was seen.

MULTI and WATCH take a connection of their own and four round trips. This is one command, which travels together with
those of other tasks (grouping.py). It compares contents: what was changed and changed back is as it was seen.
"""

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from redis.asyncio import Redis

if TYPE_CHECKING:
    from redis.asyncio.client import Pipeline

_SCRIPT: Final = """
for index, key in ipairs(KEYS) do
  local kind, seen = redis.call('TYPE', key)['ok'], ''
  if kind == 'hash' then
    seen = redis.sha1hex(table.concat(redis.call('HGETALL', key), '\\0'))
  elseif kind ~= 'none' then
    seen = redis.sha1hex(redis.call('GET', key))
  end
  if seen ~= ARGV[index] then return 0 end
end
local at = #KEYS + 1
while at <= #ARGV do
  local last = at + tonumber(ARGV[at])
  redis.call(unpack(ARGV, at + 1, last))
  at = last + 1
end
return 1
"""
"""KEYS what was seen; ARGV for each of them its fingerprint, then the commands: how many words, the words."""

WORDS_MAX: Final = 4000
"""Of one command; Lua's stack holds 8,000."""

Seen = Mapping[str, str] | str | None
"""What a key held: a hash, its fields in the order in which they were read; a text; nothing."""


class Atomic:
    """Runs them on that client."""

    def __init__(self, redis: Redis) -> None:
        self._run = redis.register_script(_SCRIPT)

    async def run(self, pipe: "Pipeline", seen: Mapping[str, Seen] | None = None) -> bool:
        """Do what is in the pipe, all at once or nothing; False, and nothing done, when a key holds something else.

        Raises redis-py's errors, and ValueError for a command of more than WORDS_MAX words.
        """
        seen = seen or {}
        words: list[object] = [_fingerprint(held) for held in seen.values()]
        for command, _ in pipe.command_stack:
            if len(command) > WORDS_MAX:
                raise ValueError(f"a command of more than {WORDS_MAX} words")
            words += (len(command), *command)
        return bool(await self._run(keys=list(seen), args=words))  # type: ignore[arg-type]


def _fingerprint(held: Seen) -> str:
    if held is None or held == {}:
        return ""
    text = held if isinstance(held, str) else "\0".join(word for pair in held.items() for word in pair)
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
