"""The store answers, and loses nothing when it is killed."""

from collections.abc import AsyncIterator
from typing import Final

from redis.exceptions import RedisError

from bot.doctor.check import DoctorCheck, DoctorLine, Patient, error, ok, unknown, warning
from bot.errors import StoreFullError

FREE: Final = "give it more memory, or free space on its disk; until then pushes are refused, or wait in memory"


async def look(patient: Patient) -> AsyncIterator[DoctorLine]:
    """Ask it, and read how it keeps its data."""
    store = patient.store
    if store is None:
        advice = FREE if patient.is_full else "start it, or correct REDIS_URL (PROVENANCE_DATA for the embedded one)"
        yield error(patient.why, advice)
        return
    try:
        await store.require_writable()
    except StoreFullError as full:
        yield error(str(full), FREE)
        return
    yield ok("the embedded store answers" if store.embedded else "the store at REDIS_URL answers")
    try:
        facts = await store.redis.info()
    except RedisError:  # a shared Redis may forbid it
        yield unknown(
            "it does not say how it keeps its data (INFO)", "see that appendonly is yes, and its policy noeviction"
        )
        return
    if not facts.get("aof_enabled", 1):
        yield warning("the store loses jobs when it is killed", "set appendonly yes")
    if facts.get("maxmemory_policy", "noeviction") != "noeviction":
        yield warning("the store may drop jobs when its memory is full", "set maxmemory-policy noeviction")


check = DoctorCheck("store", 10, look)
