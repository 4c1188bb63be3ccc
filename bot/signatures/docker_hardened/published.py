"""Which images are Docker Hardened Images: what an index says of itself, and where they are published."""

from typing import Final

from bot.oci.reference import Reference
from bot.signatures.search import KnownImage

HOMES: Final = frozenset({"docker.io", "dhi.io"})
TITLE: Final = "org.opencontainers.image.title"


def is_hardened(known: KnownImage) -> bool:
    """Whether the index says that it is one, and stands where they are published."""
    return is_one_of_docker(known.image, known.annotations)


def is_one_of_docker(image: Reference, annotations: tuple[tuple[str, str], ...]) -> bool:
    """The same by the image's name and the annotations of its index."""
    return dict(annotations).get(TITLE, "").startswith("dhi/") and image.registry in HOMES
