"""What was read of a file before a fix changed it.

To see that a fix holds, the fixed file is parsed and judged as any other. Its steps before the first change do what
they did, unless something else decides it: what stands before them in their job, the words and places of each, what
callers and the other files tell, and what was asked about the file's whole text. All of that is compared.
"""

from collections.abc import Sequence
from functools import cached_property

from msgspec import Struct

from bot.workflows.model import CiFile, Job, Step
from bot.workflows.nodes import Mapping
from bot.workflows.step_state import StepState
from bot.workflows.text import Place, SourceText


class ReadBefore(Struct, frozen=True, dict=True):
    """The file, and the number of characters from its beginning that are the same; whole lines of it."""

    file: CiFile
    same: int

    def begun(
        self, name: str, place: Place, start: StepState, nodes: Sequence[Mapping]
    ) -> tuple[tuple[Step, ...], tuple[StepState, ...]]:
        """The first steps of a job that need not be read again, and the states before each and after the last.

        `start` is the state before the job's first step, `nodes` are all of its steps. () if it begins otherwise.
        """
        job = self._jobs.get(place)
        if job is None or job.node is None or job.name != name or job.states[:1] != (start,):
            return (), ()
        count = 0
        for node, before in zip(nodes, steps_of(job.node), strict=False):
            if node.place.end > self.same or node != before:
                break
            count += 1
        return job.steps[:count], job.states[: count + 1]

    def is_of(self, source: SourceText) -> bool:
        """Whether that text begins in the same way, and answers what was asked of the whole text in the same way."""
        before = self.file.source
        return (
            (source.name, source.published) == (before.name, before.published)
            and source.text[: self.same] == before.text[: self.same]
            and all(source.mentions(*asked) is said for asked, said in self.file.asked)
        )

    @cached_property
    def _jobs(self) -> dict[Place, Job]:
        return {job.place: job for job in self.file.jobs}


def steps_of(job: Mapping) -> tuple[Mapping, ...]:
    """The steps of a job, as they stand in the file."""
    return tuple(step for step in job.sequence("steps") if isinstance(step, Mapping))
