"""Starts a program that ends with its parent: on Linux it gets SIGTERM as soon as the process that started it is gone.

Run as a script of its own, `python parent_death_signal.py PARENT FOLDER PROGRAM [ARGUMENT…]`, so that nothing of Python
runs between fork and exec of the parent: its threads may hold locks then. See prctl(2), PR_SET_PDEATHSIG; it survives
the exec. FOLDER is an open descriptor: the program works in that very folder, whatever its path names by now.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(parent: int, folder: int, program: str, arguments: list[str]) -> None:
    """Become `program`; its files are for this user alone."""
    os.umask(0o077)
    os.fchdir(folder)
    os.close(folder)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before the signal was set
            sys.exit(0)
    os.execv(program, [program, *arguments])  # noqa: S606 - a path and a list, no shell


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:])
