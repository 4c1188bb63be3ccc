"""An image that a file names."""

from dataclasses import dataclass
from typing import Final

IMAGES_MAX: Final = 5_000
"""Images that one run names; a cluster with 500 workloads has about 300 different ones."""


@dataclass(frozen=True, slots=True)
class FoundImage:
    """A name as it was written, and where: `compose.yaml:7`."""

    name: str
    where: str
    is_field: bool = False  # of a manifest, which somebody else may have written, and not of a list
