"""How long a worker waits for what."""

from msgspec import Struct

from bot.oci.first_document import CHECK_DEADLINE

RETRY_AFTER_MAX = 6 * 3600.0
"""Seconds; a registry that says "come back later than that" is asked once more then (Docker Hub's window)."""

ENQUEUE_MAX = 8.0
"""Seconds to store a job, all attempts together; then the sender hears that it did not work."""


class Timing(Struct, frozen=True):
    """All in seconds, but `crashes`. The defaults are what production runs with; tests are less patient."""

    check: float = CHECK_DEADLINE  # one check, then it is given back and tried again
    publish: float = 120.0  # all messages of one report
    redelivery: float = 30.0  # after this silence of its worker, a job goes to another one
    together: float = 10.0  # in which all tags of one push are checked; then it is known which is told for all of them
    lock_again: float = 1.0  # while another job looks at the same image
    again: tuple[float, ...] = (15.0, 60.0, 300.0, 900.0, 3600.0)  # after the first failure, the second, …
    quiet: float = 30.0  # a failure that is tried again sooner than this is not spoken of
    crashes: int = 6  # of workers over one job, then it is given up
    drain: float = 20.0  # for running jobs to come to an end after SIGTERM; what is left goes to another worker
    last_posts: float = 2.0  # after SIGTERM, for the posts of the checks that have just ended to begin
    looks: tuple[float, ...] = (120.0, 600.0, 3600.0)  # for what could not be read, one after the other
    reconnect: float = 1.0  # between two attempts to reach a store that is unavailable
    beat: float = 10.0  # between two heartbeats
    poll: float = 0.25  # between two looks for due jobs
