"""A worker runs, and no job was given up."""

from collections.abc import AsyncIterator
from typing import Final

from bot.doctor.check import DoctorCheck, DoctorLine, Patient, error, ok, unknown, warning
from bot.jobs.health import look as look_at_queue
from bot.render.counted import counted

LATE: Final = 300.0
"""Seconds that a job may be overdue."""


async def look(patient: Patient) -> AsyncIterator[DoctorLine]:
    """Workers, overdue jobs, dead letters."""
    if patient.store is None or patient.queue is None:
        yield unknown("could not be looked at without the store")
        return
    health = await look_at_queue(patient.store, patient.queue)
    if not health.store:
        yield unknown(health.why)
        return
    if not health.workers:
        yield error("no worker runs, so jobs wait", "start `provenance work` or `provenance serve --with-worker`")
    else:
        workers = counted(health.workers, "worker runs", "workers run")
        yield ok(f"{workers}; jobs: {health.waiting} waiting, {health.running} running")
    if health.late > LATE:
        yield warning(f"a job is {health.late / 60:.0f} minutes overdue", "start another worker")
    if health.dead:
        jobs = counted(health.dead, "job was", "jobs were")
        yield warning(f"{jobs} given up", "`provenance jobs` says why; `--again` queues them again")


check = DoctorCheck("queue", 20, look)
