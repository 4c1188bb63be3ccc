"""What rules ask of a file or a job again and again, and what is worked out once (`once`)."""

from collections.abc import Iterable
from typing import Final

from bot.workflows.builds import Asked, Build
from bot.workflows.held import spread
from bot.workflows.images import Name, stays_here
from bot.workflows.model import CiFile, Job
from bot.workflows.operations import DOCKER_MANIFEST, Attached, ImageOperation, Merge, Sign, UnknownSigner
from bot.workflows.purposes import is_test_image, is_trial_job
from bot.workflows.pushes import keeps_attestations, pushed_from_store
from bot.workflows.text import SourceText
from bot.workflows.unresolved import known

_NOBODYS: Final = "docker.io/library/"
"""Where a plain name would be pushed, which nobody may do: it stays here, or is tagged anew."""
_ASKS: Final = {Asked.MIN, Asked.FULL}


def builds_leaving(file: CiFile) -> tuple[tuple[Job, Build], ...]:
    """Every build that may end in a registry that outlives the job, with its job."""
    every = ((job, one) for job in file.jobs for one in job.publishing if isinstance(one, Build))
    return tuple((job, build) for job, build in every if _leaves(file, job, build))


def _leaves(file: CiFile, job: Job, build: Build) -> bool:
    if build.aside or is_test_image(build.names or ()):
        return False
    if build.push is not False:
        return not _is_local(build, file.source)
    if build.load is not True or keeps_attestations(file, job, build) is False:
        return False
    push = pushed_from_store(file, job, build)
    return push is not None and not push.name.startswith(_NOBODYS)


def is_trial_of(job: Job, file: tuple[str, str]) -> bool:
    """Whether the job, or the file by its name or title, is for tests."""
    return any(map(is_trial_job, (*file, job.name, job.title)))


def used_by(job: Job, _: None) -> tuple[str, ...]:
    """The files of its repository that a job uses."""
    return tuple(uses for uses in (job.calls, *(step.local for step in job.steps)) if uses.startswith("./"))


def builds_for_main(job: Job, _: None) -> bool:
    """Whether a step of the job builds for the main branch, too."""
    return any(not step.off_main and any(isinstance(one, Build) for one in step.operations) for step in job.steps)


def joined_by_docker(file: CiFile) -> frozenset[str]:
    """The names of all images that `docker manifest create` takes."""
    return frozenset(
        name.tagged
        for job in file.jobs
        for one in job.operations
        if isinstance(one, Merge) and one.tool == DOCKER_MANIFEST
        for name in spread(one.sources, file, job)
    )


def joined_unknown(file: CiFile) -> frozenset[str]:
    """The repositories for which `docker manifest create` takes images that only the run names."""
    merges = (one for job in file.jobs for one in job.operations if isinstance(one, Merge))
    taking = (one for one in merges if one.tool == DOCKER_MANIFEST and one.takes_unknown)
    return frozenset(name.repository for one in taking for name in one.names[:1])


def may_be_joined(file: CiFile, names: Iterable[Name]) -> bool:
    """Whether one of these may be such an image: `acme/app:1-amd64` and `acme/app-$ARCH:1` for `acme/app`."""
    repositories = file.once(joined_unknown)
    return any(
        one.repository == other or (one.repository.startswith(f"{other}-") and not known(one.repository[len(other) :]))
        for one in names
        for other in repositories
    )


def made_asking(file: CiFile) -> frozenset[str]:
    """The names of all images that a build surely pushes, and asks for attestations."""
    builds = (one for job in file.jobs for one in job.publishing if isinstance(one, Build))
    asking = (one for one in builds if one.push is True and (_ASKS & {one.provenance.asked, one.sbom.asked}))
    return frozenset(name.tagged for one in asking for name in one.names or ())


def may_sign(operation: ImageOperation) -> bool:
    """Whether it signs or attaches something, or nobody knows what it does."""
    return isinstance(operation, Sign | Attached | UnknownSigner)


def _is_local(build: Build, source: SourceText) -> bool:
    """Whether it stays here: by its registry, or by a bare name that nobody may push, where a push is not certain."""
    names = build.names or ()
    bare = build.push is not True and all(name.repository.startswith(_NOBODYS) for name in names)
    return bool(names) and (bare or all(stays_here(name, source) for name in names))
