"""How a table of tricks is filled."""

from collections.abc import Callable
from typing import Final

from tests.evidence.forging import Forger, Forgery, Json, Made
from tests.registry_shelf import OCI_INDEX

DOCKER_LIST: Final = "application/vnd.docker.distribution.manifest.list.v2+json"
UNKNOWN: Final = {"os": "unknown", "architecture": "unknown"}
ARM: Final = {"os": "linux", "architecture": "arm64"}
FOREIGN: Final = "dashboard"
"""A value of the reference type that nobody knows."""


def honest(forger: Forger) -> tuple[Made, list[Json]]:
    """The good image, and its two children of an index."""
    good = forger.good()
    return good, [good.on("linux", "amd64"), forger.attestation(good)]


def beside(make: Callable[[Forger], Json], *, media_type: str = OCI_INDEX) -> Forgery:
    """A trick that is one child more in the honest index."""

    def forgery(forger: Forger) -> Made:
        return forger.index(*honest(forger)[1], make(forger), media_type=media_type)

    return forgery


def written(write: Callable[[list[Json], Made], Json], media_type: str = OCI_INDEX) -> Forgery:
    """A trick in the keys of the index: `write` gets the good children and the evil image."""

    def forgery(forger: Forger) -> Made:
        _, children = honest(forger)
        return forger.manifest(write(children, forger.evil()), media_type)

    return forgery
