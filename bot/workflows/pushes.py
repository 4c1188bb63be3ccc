"""Which image is pushed from the local store, and whether its attestations go along."""

from collections.abc import Iterable, Sequence

from bot.workflows.builds import Build
from bot.workflows.model import CiFile, FileKind, Job
from bot.workflows.operations import ImageOperation, ImagePush, Retag
from bot.workflows.stores import Driver, ImageStore, driver_of, store_of

DOCKER_PUSH = "docker push"


def later_operations(file: CiFile, job: Job, build: Build) -> Sequence[ImageOperation]:
    """What happens after a build; for a Makefile everything, as its targets are run in any order."""
    if file.kind is FileKind.MAKE:
        return [one for other in file.jobs for one in other.operations]
    operations = job.operations
    at = next((at for at, one in enumerate(operations) if one is build), len(operations))
    return operations[at + 1 :]


def pushed_from_store(build: Build, later: Iterable[ImageOperation]) -> str:
    """The name under which `docker push` pushes what was built into the local store, or ""."""
    own = {name.tagged for name in build.names or ()}
    names = {name.tagged for name in build.names or () if not name.is_local}
    for operation in later:
        match operation:
            case Retag(source=source, name=name) if source.tagged in names | own:
                names |= set() if name.is_local else {name.tagged}
            case ImagePush(names=pushed, tool="docker push"):
                if found := next((name.tagged for name in pushed if name.tagged in names), ""):
                    return found
    return ""


def keeps_attestations(file: CiFile, job: Job, build: Build) -> bool | None:
    """Whether what a build puts into the local store keeps its attestations there; None when that is not known."""
    match driver_of(file, job, build):
        case Driver.OTHER:
            return False
        case Driver.DOCKER:
            return {ImageStore.CONTAINERD: True, ImageStore.CLASSIC: False}.get(store_of(file, job))
        case _:
            return None
