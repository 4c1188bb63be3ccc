"""What happens to a message's record in one step, as Lua: no crash and no second worker gets in between.

All keys of a script but the list of the newest carry the same {team:channel}. The clock is the store's.
Record: intent, state (new, sending, unknown, posted, failed, gone), attempt, first_sent_at, sent_at, ts, rev (what
Slack has), want (what it should have), and the wanted content, whose long texts are in pieces (pieces.py).
"""

from typing import Final

_NOW: Final = """
local function now()
  local t = redis.call('TIME')
  return tonumber(t[1]) + tonumber(t[2]) / 1000000
end
local function text(seconds) return string.format('%.6f', seconds) end
"""

LOCK: Final = """
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local fence = redis.call('INCR', KEYS[2])
redis.call('EXPIRE', KEYS[2], ARGV[2])
redis.call('SET', KEYS[1], fence, 'PX', ARGV[1])
return fence
"""
"""KEYS lock, fence; ARGV milliseconds, ttl. The fencing token, or 0 when another one sends."""

RENEW: Final = """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
"""KEYS lock, fence; ARGV token, milliseconds. 0 when another sender took over."""

UNLOCK: Final = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
"""
"""KEYS lock; ARGV token."""

_THREAD: Final = """
local function reply_key(part) return KEYS[1]:gsub(':parent:', ':reply:', 1) .. ':' .. part end
local function thread()
  local replies = {}
  for _, part in ipairs(redis.call('LRANGE', KEYS[2], 0, -1)) do
    local reply = redis.call('HGETALL', reply_key(part))
    if #reply > 0 then replies[#replies + 1] = reply end
  end
  return {redis.call('HGETALL', KEYS[1]), replies}
end
"""

THREAD: Final = _THREAD + "return thread()"
"""KEYS parent, parts. The whole thread at one moment: the record of the parent, and those of its replies."""

WANT: Final = (
    _NOW
    + _THREAD
    + """
if (redis.call('HGET', KEYS[1], 'seq') or '') ~= ARGV[2] then return {} end
local at, messages = now(), cjson.decode(ARGV[4])
for index = 5 + #messages, #KEYS do redis.call('DEL', KEYS[index]) end
if #KEYS >= 5 + #messages then redis.call('DEL', KEYS[2]) end
local listed, written = {}, {}
for _, part in ipairs(redis.call('LRANGE', KEYS[2], 0, -1)) do listed[part] = true end
for index, message in ipairs(messages) do
  local key, fields = KEYS[4 + index], message.fields
  local function add(name, value)
    fields[#fields + 1] = name
    fields[#fields + 1] = value
  end
  if message.fresh then redis.call('DEL', key) end
  local state, ts, want = unpack(redis.call('HMGET', key, 'state', 'ts', 'want'))
  ts, want = ts or '', (tonumber(want) or 0) + 1
  if state then
    if state == 'failed' then add('state', ts ~= '' and 'posted' or 'new') end
    local gone = {}
    for _, name in ipairs(redis.call('HKEYS', key)) do
      if message.replaced[string.match(name, '^(.*)%.%d%d$') or name] then gone[#gone + 1] = name end
    end
    if #gone > 0 then redis.call('HDEL', key, unpack(gone)) end
  else
    add('part', message.part)
    add('intent', message.intent)
    add('state', 'new')
    for _, name in ipairs({'attempt', 'first_sent_at', 'sent_at', 'rev'}) do add(name, '0') end
    add('ts', '')
    if message.part ~= '' then
      if listed[message.part] then redis.call('LREM', KEYS[2], 0, message.part) end
      redis.call('RPUSH', KEYS[2], message.part)
    end
  end
  add('want', want)
  add('wanted_at', text(at))
  if ARGV[6] == '1' then
    if ts == '' then add('ts', text(at + index / 1000000)) end
    add('state', 'posted')
    add('rev', want)
    add('code', '')
  end
  redis.call('HSET', key, unpack(fields))
  redis.call('EXPIRE', key, ARGV[1])
  written[message.part] = true
end
for part in pairs(listed) do
  if not written[part] then redis.call('EXPIRE', reply_key(part), ARGV[1]) end
end
redis.call('HINCRBY', KEYS[1], 'seq', 1)
if not written[''] then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
redis.call('EXPIRE', KEYS[2], ARGV[1])
if ARGV[6] ~= '1' then
  redis.call('ZADD', KEYS[3], 'LT', text(at - tonumber(ARGV[5])), ARGV[3])
  redis.call('EXPIRE', KEYS[3], ARGV[1])
end
redis.call('ZADD', KEYS[4], text(at), ARGV[7])
redis.call('ZREMRANGEBYRANK', KEYS[4], 0, -tonumber(ARGV[8]) - 1)
redis.call('EXPIRE', KEYS[4], ARGV[1])
return thread()
"""
)
"""KEYS parent, parts, line, the list of the newest, a key a message, then what to forget of an earlier thread;
ARGV ttl, the `seq` that was read, subject, messages as JSON, seconds that it goes ahead of others in line, 1 if being
stored is being posted, the thread in the list of the newest, how many that list holds.

The replies of the thread live as long as its parent, also those of which nothing new is said.

A message's fields are names and values in turn; a later value of a name counts, and all are written by one command.
The whole intention of one report at once, before anything is sent. Answers the thread as it is then, as THREAD does;
nothing when another report came in between.
"""

BEGIN: Final = (
    _NOW
    + """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return {'stale', '0', '0', '0'} end
local h = redis.call('HMGET', KEYS[1], 'state', 'ts', 'rev', 'want', 'sent_at', 'first_sent_at', 'attempt')
local state = h[1]
local function answer(step, seconds, attempt, first)
  return {step, text(seconds or 0), tostring(attempt or h[7] or 0), first or h[6] or '0'}
end
if not state or state == 'failed' or state == 'gone' then return answer('nothing') end
if tonumber(h[4]) <= tonumber(h[3]) then return answer('nothing') end
if h[2] ~= '' then return answer('update') end
if ARGV[3] ~= 'again' then
  local age = now() - tonumber(h[5])
  if state == 'sending' and age < tonumber(ARGV[2]) then return answer('busy', tonumber(ARGV[2]) - age) end
  if state == 'sending' or state == 'unknown' then return answer('reconcile') end
end
local at = text(now())
local first = tonumber(h[6]) == 0 and at or h[6]
local attempt = redis.call('HINCRBY', KEYS[1], 'attempt', 1)
redis.call('HSET', KEYS[1], 'state', 'sending', 'sent_at', at, 'first_sent_at', first)
return answer('post', 0, attempt, first)
"""
)
"""KEYS message, fence; ARGV token, seconds until `sending` is old, 'again' after a look that found nothing.

Answers what to do, seconds to wait, posts so far, when the first one was.
"""

RECORD: Final = """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
for index = 4, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[index], ARGV[index + 1]) end
redis.call('EXPIRE', KEYS[1], ARGV[2])
if KEYS[3] then redis.call('SET', KEYS[3], ARGV[3], 'EX', ARGV[2]) end
return 1
"""
"""KEYS message, fence, perhaps the pointer from its ts; ARGV token, ttl, its value, then fields and values."""

LEAVE: Final = """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
if (redis.call('HGET', KEYS[3], 'seq') or '') ~= ARGV[3] then return 0 end
redis.call('ZREM', KEYS[1], ARGV[2])
return 1
"""
"""KEYS line, fence, parent; ARGV token, subject, the `seq` that was delivered. Stays in line when more is wanted."""

PACE: Final = (
    _NOW
    + """
local each, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local at = now()
local free = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), at)
local wait = math.max(0, free - at - each * (burst - 1))
redis.call('SET', KEYS[1], text(free + each), 'EX', 60 + math.ceil(free + each - at))
return text(wait)
"""
)
"""KEYS bucket; ARGV seconds a message, burst. How long to wait before sending the next one."""
