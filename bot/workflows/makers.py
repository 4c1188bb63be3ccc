"""Which earlier steps of a job make an image of a name: looked up, not looked for, as a job may sign a thousand."""

from collections.abc import Mapping

from msgspec import Struct, field

from bot.workflows.builds import Build
from bot.workflows.images import Name
from bot.workflows.model import Job

Made = tuple[int, Build]
"""A build, and the place of its step among the steps of the job."""


class Makers(Struct, frozen=True):
    """The builds of a job by what they make, in order; each once for a name. `places` are of steps, by identity."""

    tagged: Mapping[str, list[Made]] = field(default_factory=dict)
    repositories: Mapping[str, list[Made]] = field(default_factory=dict)
    places: Mapping[int, int] = field(default_factory=dict)

    def of_tagged(self, name: Name, before: int) -> list[Build]:
        """The builds in the first `before` steps that make this very name."""
        return [build for at, build in self.tagged.get(name.tagged, ()) if at < before]

    def of_repository(self, name: Name, before: int) -> list[Build]:
        """The same for any name of its repository."""
        return [build for at, build in self.repositories.get(name.repository, ()) if at < before]


def makers_in(job: Job) -> Makers:
    """Those of a job."""
    return job.once(_makers, None)


def _makers(job: Job, _: None) -> Makers:
    tagged: dict[str, list[Made]] = {}
    repositories: dict[str, list[Made]] = {}
    for at, step in enumerate(job.steps):
        for build in (one for one in step.operations if isinstance(one, Build)):
            for text in dict.fromkeys(name.tagged for name in build.names or ()):
                tagged.setdefault(text, []).append((at, build))
            for text in dict.fromkeys(name.repository for name in build.names or ()):
                repositories.setdefault(text, []).append((at, build))
    return Makers(tagged, repositories, {id(step): at for at, step in enumerate(job.steps)})
