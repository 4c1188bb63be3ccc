"""A worker in a process of its own, that kills itself with SIGKILL after a step, once.

    python -m tests.jobs.mortal_worker SETTINGS JOURNAL [STEP]

SETTINGS is JSON for `Settings`. The checker writes a line to JOURNAL for each look; what is told goes through the real
outbox.
"""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from bot.jobs.parts import CheckPolicy, PhaseOf
from bot.jobs.worker import work
from bot.oci.reference import Reference
from bot.policy import default_policy
from bot.releases import Placement, Release, place
from bot.releases.expected import ExpectedMember
from bot.report import Report, Verdict
from bot.settings import Settings
from bot.slack.outbox import open_outbox
from bot.store import open_store
from tests.jobs.parts import MORTAL
from tests.reports import report


class Journal:
    """A checker that keeps a journal of its looks, in a file that survives it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def check_policy(self, reference: Reference) -> CheckPolicy:
        return CheckPolicy("v1", placement=place(reference, default_policy()))

    def expected_with(
        self,
        arrived: Placement,  # noqa: ARG002
        before: Release | None,  # noqa: ARG002
    ) -> tuple[ExpectedMember, ...]:
        return ()

    async def digest(self, reference: Reference) -> str:
        return report(str(reference)).digest

    async def check(self, reference: Reference, *, phase_of: PhaseOf, fresh: bool = True) -> Report:  # noqa: ARG002
        await asyncio.sleep(0.05)
        with self._path.open("a") as file:
            file.write(f"{reference}\n")
        return report(str(reference), verdict=Verdict.FAIL)


class DieOnce:
    """Dies after that step, if nobody has before."""

    def __init__(self, step: str, marker: Path) -> None:
        self._step = step
        self._marker = marker

    async def __call__(self, step: str) -> None:
        if step == self._step and not self._marker.exists():
            self._marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)


async def main(settings: Settings, journal: Path, step: str) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    progress = DieOnce(step, journal.with_suffix(".died"))
    async with open_store(settings) as store, open_outbox(settings, store) as outbox:
        await work(store, settings, stop, checker=Journal(journal), publisher=outbox, timing=MORTAL, progress=progress)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(main(Settings.model_validate_json(sys.argv[1]), Path(sys.argv[2]), (sys.argv[3:] or [""])[0]))
