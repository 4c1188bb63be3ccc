"""Which images are Docker Hardened Images: what an index says of itself, and where they are published."""

from typing import Final

from bot.signatures.search import KnownImage

HOMES: Final = frozenset({"docker.io", "dhi.io"})
TITLE: Final = "org.opencontainers.image.title"


def is_hardened(known: KnownImage) -> bool:
    """Whether the index says that it is one, and stands where they are published."""
    title = dict(known.annotations).get(TITLE, "")
    return title.startswith("dhi/") and known.image.registry in HOMES
