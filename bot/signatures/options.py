"""Which trusted roots signatures are checked against, and how much of each document is read."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from bot.attestations.limits import SBOM_MAX, STATEMENT_MAX

if TYPE_CHECKING:  # it brings yarl, and most have no proxy
    from bot.oci.wire.outbound import Outbound

LAYERS_MAX: Final = 64
"""Layers of one manifest that are looked at; signing again adds one, seen: 4."""


class SearchLimits(Struct, frozen=True):
    """How many bytes are read of a statement and of an SBOM that was attached to the image."""

    statement_max: int = STATEMENT_MAX
    sbom_max: int = SBOM_MAX


class RootOptions(Struct, frozen=True):
    """`files` are trusted roots in JSON, or one a line; `public` adds Sigstore's own.

    `tuf` is the URL of a TUF repository to renew it from ("" = never), `tuf_root` the root of trust of a repository
    that is not Sigstore's, `cache` a folder for its metadata. `proxies` are on the way there.
    """

    files: tuple[Path, ...] = ()
    public: bool = True
    tuf: str = ""
    tuf_root: Path | None = None
    cache: Path = Path("~/.cache/provenance-bot/tuf")
    proxies: "Outbound | None" = None

    @property
    def are_told(self) -> bool:
        """Whether an operator named roots; what they named may be wrong, and is read at start."""
        return bool(self.files or self.tuf)
