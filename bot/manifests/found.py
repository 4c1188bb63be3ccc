"""An image that a file names."""

from typing import Final

from msgspec import Struct

IMAGES_MAX: Final = 5_000
"""Images that one run names; a cluster with 500 workloads has about 300 different ones."""


class FoundImage(Struct, frozen=True):
    """A name as it was written, and where: `compose.yaml:7`."""

    name: str
    where: str
    is_field: bool = False  # of a manifest, which somebody else may have written, and not of a list
