"""How much to look at, and how."""

from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

from bot.attestations.limits import SBOM_MAX, STATEMENT_MAX
from bot.oci.first_document import CHECK_DEADLINE
from bot.values import Hiding

if TYPE_CHECKING:
    from bot.evidence.known_readings import ReadingMemory

INDEX_DEPTH_MAX: Final = 2
"""Levels of indexes: an index within an index occurs, deeper does not."""

ATTESTATION_LAYERS_MAX: Final = 64
"""Statements of one attestation manifest; seen: 4."""

CONFIG_MAX: Final = 4 * 1024 * 1024
"""Bytes of an image's configuration."""

SEARCH_DEADLINE: Final = 60.0
"""Seconds for the signatures; what the image itself told is not lost when their places do not answer."""


class Limit(Struct, frozen=True):
    """How many bytes are read of something, and the constant or setting that says so."""

    bytes: int
    name: str

    def __str__(self) -> str:
        return f"{self.name} = {self.bytes}"


class GatherOptions(Hiding, Struct, frozen=True):
    """`config` says whether to read the image's configuration.

    "never": only for a platform that the index does not name. Rules that need it are then unknown: mode=max records
    the Dockerfile, but not what the base image sets, and runtimes take the command from the configuration alone.
    """

    HIDDEN = frozenset({"readings"})

    config: Literal["always", "never"] = "always"
    statement_max: int = STATEMENT_MAX  # bytes
    sbom_max: int = SBOM_MAX  # bytes
    concurrency: int = 8  # requests at once
    recheck_tag: bool = False  # ask at the end whether the tag still means the same; one request more
    deadline: float = CHECK_DEADLINE  # seconds
    search_deadline: float = SEARCH_DEADLINE  # seconds
    readings: "ReadingMemory | None" = None  # where many images are looked at
