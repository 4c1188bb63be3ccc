"""Starts a program on a leash: on Linux it gets SIGTERM as soon as the process that started it is gone.

Run as a script of its own, `python leash.py PARENT PROGRAM [ARGUMENT…]`, so that nothing of Python runs between fork
and exec of the parent: its threads may hold locks then. See prctl(2), PR_SET_PDEATHSIG; it survives the exec.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(parent: int, program: str, arguments: list[str]) -> None:
    """Become `program`; its files are for this user alone."""
    os.umask(0o077)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before we asked to be told
            sys.exit(0)
    os.execv(program, [program, *arguments])  # noqa: S606 - a path and a list, no shell


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
