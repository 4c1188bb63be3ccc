"""When Python looks for garbage: seldom while it imports modules, more often in a server, and not when it ends."""

import atexit
import gc
from typing import Final

STARTING: Final = 500_000
"""New objects until Python looks. A check imports 250,000 that all stay; to look at them is 2 % of its time."""

STARTED: Final = 50_000
"""In a server; at its own 700 Python looks all the time."""


def starting() -> None:
    """Call before anything large is imported.

    At its end Python looks through all that is left, several times: a seventh of the processor time of a check.
    What was open is closed by then, so nobody misses it.
    """
    gc.set_threshold(STARTING)
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)


def started() -> None:
    """Call in a server that has imported what it needs: what is there stays, and is not looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(STARTED)
