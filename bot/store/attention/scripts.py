"""One step in the store, as Lua: of two people who press at once, one is the first."""

from typing import Final

PUT: Final = """
local now = redis.call('GET', KEYS[1]) or ''
if now ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1
"""
"""KEYS record; ARGV what was seen ("" = nothing), the new text, ttl. 0 when somebody else was first."""

TAKE: Final = """
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
"""
"""KEYS record; ARGV what was seen. 0 when it is another one now."""
