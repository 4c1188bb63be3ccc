"""The queue in Redis, and what a worker does with a job."""
