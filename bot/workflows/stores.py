"""Which builder makes an image, and which store holds it: that decides whether attestations survive `docker push`.

The docker driver builds into the engine's own store. The containerd store keeps attestations, the classic one does not
take them. New installs of Docker Engine 29 have the containerd store, and so have GitHub's Ubuntu runners since
2026-02. The docker-container driver with --load hands over an archive, which has no room for attestations.
https://docs.docker.com/engine/storage/containerd/
"""

import re
from collections.abc import Mapping as Table
from enum import StrEnum
from typing import Final

from bot.workflows.builds import Build
from bot.workflows.conditions import parts_of
from bot.workflows.makers import makers_in
from bot.workflows.model import CiFile, FileKind, Job, Step
from bot.workflows.nodes import Mapping, Scalar, scalars
from bot.workflows.operations import Boot
from bot.workflows.unresolved import known
from bot.workflows.versions import FORKED_BUILDS, SETUP_BUILDX


class Driver(StrEnum):
    """How buildx reaches BuildKit, as far as it matters here."""

    DOCKER = "docker"
    OTHER = "other"  # docker-container and its like: a builder of its own
    UNKNOWN = "unknown"


class ImageStore(StrEnum):
    """Where the engine keeps images."""

    CONTAINERD = "containerd"
    CLASSIC = "classic"
    UNKNOWN = "unknown"


DOCKER_BUILD: Final = "docker build"
FIRST_WITH_CONTAINERD = 29
"""Docker Engine's major version whose new installs have the containerd store."""

_HOSTED = re.compile(r"ubuntu-(?:latest|\d\d\.\d\d)(?:-arm)?")
_CHANGING_ENGINE = ("containerd-snapshotter", "daemon.json", "dockerd", "get.docker.com")
_SETS_UP = re.compile(r"buildx|setup-docker|docker-setup|build-setup|setup-build")
_DIND = re.compile(r"(?:.*/)?docker:(\d+)(?:\.[\d.]+)?-dind(?:-.*)?")
_OWN = {"depot"}


def driver_of(file: CiFile, job: Job, build: Build) -> Driver:
    """The driver of the builder that a build is made on."""
    if build.tool.partition(" ")[0] in _OWN or build.tool.startswith("depot/") or build.tool in FORKED_BUILDS:
        return Driver.OTHER
    if build.builder is None:
        return Driver.UNKNOWN
    return job.once(_drivers, file.kind).get(id(build), Driver.UNKNOWN)


def _drivers(job: Job, kind: FileKind) -> Table[int, Driver]:
    """For each build of a job, by its identity: the steps are looked at once, however many builds there are."""
    plain = current = Driver.DOCKER if _has_plain_builder(kind, job) else Driver.UNKNOWN  # plain: for `docker build`
    named: dict[str, Driver] = {}
    found: dict[int, Driver] = {}
    for step in job.steps:
        plain, current = _after_setup(step, plain, alone=True), _after_setup(step, current, alone=False)
        for operation in step.operations:
            if isinstance(operation, Build) and operation.builder is not None:
                here = plain if operation.tool == DOCKER_BUILD else current
                driver = named.get(operation.builder, here) if operation.builder != "default" else Driver.DOCKER
                found.setdefault(id(operation), driver)
            elif isinstance(operation, Boot) and operation.builder is not None:
                driver = _driver(operation.driver)
                named[operation.builder or "?"] = driver
                current = driver if operation.used else current
    return found


def _has_plain_builder(kind: FileKind, job: Job) -> bool:
    """Whether the machine surely begins with the engine's own builder: others may have one of their makers'."""
    hosted = kind is FileKind.GITHUB and job.node is not None and _HOSTED.fullmatch(job.node.text("runs-on"))
    return bool(hosted) or kind is FileKind.GITLAB


def _after_setup(step: Step, current: Driver, *, alone: bool) -> Driver:
    """What the builder in use is once a step has run. `alone`: for `docker build`, which keeps to the engine's own."""
    if step.local:
        return Driver.UNKNOWN
    action = step.uses
    if action is None or not _SETS_UP.search(action.name):
        return current
    inputs = step.inputs
    if alone and action.name == SETUP_BUILDX:
        return Driver.UNKNOWN if inputs and inputs.text("install") else current
    if action.name != SETUP_BUILDX or (inputs and inputs.text("use") == "false"):
        return Driver.UNKNOWN
    return _driver(inputs.text("driver") or "docker-container" if inputs else "docker-container")


def refuses_attestations(file: CiFile, job: Job, build: Build) -> bool:
    """Whether the builder may refuse attestations that are asked for: the engine's own one, where its store may be old.

    Whoever names the docker driver may have a reason for it.
    """
    if driver_of(file, job, build) is not Driver.DOCKER and not _may_lack_builder(job, build):
        return False
    return store_of(file, job) is not ImageStore.CONTAINERD or job.once(_names_docker_driver, None)


def _may_lack_builder(job: Job, build: Build) -> bool:
    """Whether each step that sets up a builder has a condition that the build's step has not."""
    step = job.step_of(build)
    if step is None:
        return False
    at, own = makers_in(job).places[id(step)], _parts(step)
    before = [parts for place, parts in job.once(_setups, None) if place < at]
    return bool(before) and all(parts - own for parts in before)


def _setups(job: Job, _: None) -> tuple[tuple[int, frozenset[str]], ...]:
    """The places of the steps that set up a builder, and what must hold for each."""
    steps = enumerate(job.steps)
    return tuple((at, _parts(one)) for at, one in steps if one.uses and one.uses.name == SETUP_BUILDX)


def _parts(step: Step) -> frozenset[str]:
    return parts_of(step.node.text("if")) if step.node else frozenset()


def _names_docker_driver(job: Job, _: None) -> bool:
    setups = (step.inputs for step in job.steps if step.uses and step.uses.name == SETUP_BUILDX and step.inputs)
    return any(one.text("driver") == "docker" for one in setups)


def _driver(written: str | None) -> Driver:
    if written is None or not known(written):
        return Driver.UNKNOWN
    return Driver.DOCKER if written == "docker" else Driver.OTHER


def store_of(file: CiFile, job: Job) -> ImageStore:
    """The store of the engine that a job talks to."""
    if job.node is None or file.once(_changes_engine):
        return ImageStore.UNKNOWN
    return job.once(_store, file.kind)


def _changes_engine(file: CiFile) -> bool:
    return any(word in file.source.text for word in _CHANGING_ENGINE)


def _store(job: Job, kind: FileKind) -> ImageStore:
    if job.node is None or any(step.local or (step.uses and "setup-docker" in step.uses.name) for step in job.steps):
        return ImageStore.UNKNOWN
    if kind is FileKind.GITHUB:
        hosted = _HOSTED.fullmatch(job.node.text("runs-on")) and job.node.get("container") is None
        return ImageStore.CONTAINERD if hosted else ImageStore.UNKNOWN
    return _in_gitlab(job.node) if kind is FileKind.GITLAB else ImageStore.UNKNOWN


def _in_gitlab(job: Mapping) -> ImageStore:
    """By the version of the engine that runs as a service beside the job."""
    services = job.get("services")
    names = (
        [one.value for one in scalars(services)] if services is not None and not isinstance(services, Scalar) else []
    )
    majors = {int(found[1]) for name in names if (found := _DIND.fullmatch(name))}
    if len(majors) != 1:
        return ImageStore.UNKNOWN
    return ImageStore.CONTAINERD if majors.pop() >= FIRST_WITH_CONTAINERD else ImageStore.CLASSIC
