"""The start of the `provenance` command: makes sure that `bot` is this project's package before it is imported."""

import sys
from importlib.util import find_spec
from pathlib import Path


def main() -> int:
    """Run the command; exit code 2 where another package called `bot` or `handlers` comes first on the path."""
    here = Path(__file__).resolve().parent
    _leave_out_folder_of_command(here)
    for name in ("bot", "handlers"):
        found = find_spec(name)
        places = [Path(place).resolve() for place in (found.submodule_search_locations or ())] if found else []
        if here / name not in places[:1]:
            what = str(places[0]) if places else (found.origin if found else None) or "nothing"
            sys.stderr.write(
                f"provenance: the package {name!r} that Python finds is not provenance-bot's, but {what}. Install"
                " provenance-bot in an environment of its own (pipx or uvx), and do not set PYTHONPATH for it.\n"
            )
            return 2
    from bot.__main__ import main as run  # noqa: PLC0415 - only now it is known whose package it is

    return run()


def _leave_out_folder_of_command(here: Path) -> None:
    """Python looks there first for each module. What lies beside the command, e.g. in ~/.local/bin, is not ours."""
    folder = Path(sys.argv[0]).resolve().parent
    if sys.path[0] and Path(sys.path[0]).resolve() == folder != here:
        del sys.path[0]
