"""Requeues jobs that were given up, after their cause is fixed."""

from pydantic import ValidationError

from bot.intake.job import CheckJob, JobQueue
from bot.store.dead_letters import DEAD_MAX, DeadLetters


async def requeue(dead: DeadLetters, queue: JobQueue) -> int:
    """Queue them all again; how many there were. What cannot be read stays. Raises StoreError; then nothing is lost."""
    count = 0
    for letter in reversed(await dead.newest(DEAD_MAX)):
        try:
            job = CheckJob.model_validate_json(letter.job)
        except ValidationError:
            continue
        await queue.enqueue(job, key=f"{job.image}|{job.channel}")
        await dead.forget(letter)
        count += 1
    return count
