"""Which image is pushed from the local store, and whether its attestations go along."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from heapq import heappop, heappush

from msgspec import Struct

from bot.workflows.builds import Build
from bot.workflows.images import stays_here
from bot.workflows.model import TARGETS, CiFile, Job
from bot.workflows.operations import ImageOperation, ImagePush, Retag
from bot.workflows.stores import Driver, ImageStore, driver_of, store_of


class StorePush(Struct, frozen=True):
    """What `docker push` pushes from the local store: under which name, and the job in which it does so."""

    name: str
    job: Job


def pushed_from_store(file: CiFile, job: Job, build: Build) -> StorePush | None:
    """How `docker push` pushes what was built into the local store later; None where nothing does."""
    tags = file.once(_tags_in_file) if file.kind in TARGETS else job.once(_tags_in_job, None)
    start = -1 if file.kind in TARGETS else job.place_of(build)
    own = {name.tagged for name in build.names or ()}
    names = {name.tagged for name in build.names or () if not stays_here(name, file.source)}
    todo: list[int] = []  # a heap: places where something happens to an image of these names
    for text in own | names:
        tags.add_later(text, start, todo)
    while todo:
        at = heappop(todo)
        match tags.operations[at]:
            case Retag(source=source, name=name) if source.tagged in names or source.tagged in own:
                if not stays_here(name, file.source) and name.tagged not in names:
                    names.add(name.tagged)
                    tags.add_later(name.tagged, at, todo)
            case ImagePush(names=pushed) as push:
                if found := next((name.tagged for name in pushed if name.tagged in names), ""):
                    return StorePush(found, _job_of(push, file, job))
    return None


def _job_of(push: ImagePush, file: CiFile, job: Job) -> Job:
    """The job in which it stands: another target of the file, or the job itself."""
    return file.once(_homes).get(id(push), job) if file.kind in TARGETS else job


def _homes(file: CiFile) -> Mapping[int, Job]:
    """The job of each operation, by its identity."""
    return {id(one): job for job in file.jobs for one in job.operations}


class _Tags(Struct, frozen=True):
    """What happens in order, and for each name the places where it is the source of a tag, or is pushed."""

    operations: Sequence[ImageOperation]
    places: Mapping[str, list[int]]

    def add_later(self, tagged: str, after: int, heap: list[int]) -> None:
        places = self.places.get(tagged, [])
        for at in places[bisect_right(places, after) :]:
            heappush(heap, at)


def _tags(operations: Sequence[ImageOperation]) -> _Tags:
    places: dict[str, list[int]] = {}
    for at, operation in enumerate(operations):
        match operation:
            case Retag(source=source):
                places.setdefault(source.tagged, []).append(at)
            case ImagePush(names=pushed, tool="docker push"):
                for text in {name.tagged for name in pushed}:
                    places.setdefault(text, []).append(at)
    return _Tags(operations, places)


def _tags_in_file(file: CiFile) -> _Tags:
    return _tags([one for job in file.jobs for one in job.operations])


def _tags_in_job(job: Job, _: None) -> _Tags:
    return _tags(job.operations)


def keeps_attestations(file: CiFile, job: Job, build: Build) -> bool | None:
    """Whether what a build puts into the local store keeps its attestations there; None when that is not known."""
    if build.archived:
        return False
    match driver_of(file, job, build):
        case Driver.OTHER:
            return False
        case Driver.DOCKER:
            return {ImageStore.CONTAINERD: True, ImageStore.CLASSIC: False}.get(store_of(file, job))
        case _:
            return None
