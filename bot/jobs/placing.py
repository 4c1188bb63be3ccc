"""A push is taken in one step of the store: announced, its delivery looked up, its job placed, the delivery noted.

Docket's own script places the job (docket/lua/schedule.lua). It is called from ours, with the KEYS and ARGV that its
first lines name; a test compares what is sent here with what docket sends.
"""

import json
import pickle
import time
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from importlib.resources import files
from typing import Final

from docket import Docket
from docket.instrumentation import message_setter
from msgspec import Struct
from opentelemetry import propagate

from bot import tracing
from bot.errors import StoreError
from bot.intake.job import CheckJob
from bot.oci.reference import Reference
from bot.store import Store
from bot.store.deliveries import CLAIMED, DELIVERY_MEMORY, STORED, STORING_MAX, delivery_key
from bot.store.digests import DIGEST_TTL, REMEMBER, TAGS_MAX, digest_key
from bot.store.pushes import ANNOUNCE, PUSH_TTL, announce_keys

_PROTOCOL: Final = 5
"""Of pickles, as docket writes them."""

_NO_NAMES: Final = pickle.dumps({}, _PROTOCOL)
"""Our tasks have no named arguments."""

_SCRIPT: Final = f"""
local function announce(KEYS, ARGV)
{ANNOUNCE}
end
local function remember(KEYS, ARGV)
{REMEMBER}
end
local function schedule(KEYS, ARGV)
{(files("docket") / "lua" / "schedule.lua").read_text(encoding="utf-8")}
end
if ARGV[3] ~= '' then announce({{KEYS[9], KEYS[10], KEYS[11]}}, {{ARGV[3], '', ARGV[4]}}) end
if ARGV[5] ~= '' then remember({{KEYS[12]}}, {{ARGV[6], ARGV[5], ARGV[7], ARGV[8]}}) end
if ARGV[1] ~= '' then
  local known = redis.call('GET', KEYS[8])
  if known then return known end
end
local placed = schedule(KEYS, {{unpack(ARGV, 9)}})
if ARGV[1] ~= '' then
  if placed == 'OK' then
    redis.call('SET', KEYS[8], '{STORED}', 'EX', ARGV[1])
  else
    redis.call('SET', KEYS[8], '{CLAIMED}', 'PX', ARGV[2])
  end
end
return placed
"""
"""KEYS docket's 7, delivery, those of ANNOUNCE, digest.

ARGV ttl of the delivery or "", of its claim; ttl of the push or "", source; tag of the digest or "", time, most tags,
ttl; docket's.
"""


class Placed(StrEnum):
    """What became of it; the value is the script's answer."""

    NEW = "OK"  # its delivery is noted
    WAITS = "EXISTS"  # a job of that key waits or runs; the delivery is claimed, and the caller's to note
    CLAIMED = CLAIMED  # another process stores a job of that delivery at this moment
    SEEN = STORED


class PushCall(Struct, frozen=True):
    """A job that is placed. `delivery` "" = none that could be repeated."""

    job: CheckJob
    task: str
    key: str
    args: tuple[str, int, int]
    due: datetime
    delivery: str
    is_due: bool
    is_announced: bool


class Placing:
    """Runs the script."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._script = store.redis.register_script(_SCRIPT)

    async def place(self, docket: Docket, call: PushCall) -> Placed:
        """Take it. Raises StoreError, and redis-py's error for a lost connection."""
        keys, args = schedule_parts(docket, call)
        job = call.job
        own = self._store.of(job.workspace) if job.workspace else self._store
        image = Reference.parse(job.image)
        tag = image.tag if call.is_announced and job.digest_hint else ""
        told = await self._script(
            keys=[
                *keys,
                delivery_key(self._store, call.delivery),
                *announce_keys(own, job.image),
                digest_key(own, image.name, job.digest_hint),
            ],
            args=[
                DELIVERY_MEMORY if call.delivery else "",
                STORING_MAX * 1000,
                PUSH_TTL if call.is_announced else "",
                job.source if job.origin == "webhook" else "",
                tag,
                time.time() if tag else "",
                TAGS_MAX,
                DIGEST_TTL,
                *args,
            ],
        )
        try:
            return Placed(told)
        except ValueError:
            raise StoreError(f"queueing a job: the store answers {str(told)[:100]!r}") from None


def schedule_parts(docket: Docket, call: PushCall) -> tuple[Sequence[str], Sequence[str | bytes]]:
    """The KEYS and ARGV of docket's script, for a job that replaces none."""
    key, when = call.key, call.due.isoformat()
    state = {"type": "state", "key": key, "state": "queued" if call.is_due else "scheduled", "when": when}
    message: dict[bytes, bytes] = {
        b"key": key.encode(),
        b"when": when.encode(),
        b"function": call.task.encode(),
        b"args": pickle.dumps(call.args, _PROTOCOL),
        b"kwargs": _NO_NAMES,
        b"attempt": b"1",
        b"generation": b"0",
    }
    if tracing.current():  # else there is nothing to tell, and OpenTelemetry takes its time to find that out
        propagate.inject(message, setter=message_setter)
    keys = (
        docket.stream_key,
        docket.known_task_key(key),
        docket.parked_task_key(key),
        docket.queue_key,
        docket.stream_id_key(key),
        docket.runs_key(key),
        docket.key(f"state:{key}"),
    )
    is_due, replaces, moved, generation = "1" if call.is_due else "0", "0", b"", "0"
    args: list[str | bytes] = [key, str(call.due.timestamp()), is_due, replaces, moved, generation]
    args += [docket.worker_group_name, json.dumps(state)]
    args += [part for field in message.items() for part in field]
    return keys, args
