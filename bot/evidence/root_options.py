"""Which trusted roots signatures are checked against, as the settings say it; reading them is signatures_roots.py's."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RootOptions:
    """`files` are trusted roots in JSON, or one a line; `public` adds Sigstore's own.

    `tuf` is the URL of a TUF repository to renew it from ("" = never), `tuf_root` the root of trust of a repository
    that is not Sigstore's, `cache` a folder for its metadata.
    """

    files: tuple[Path, ...] = ()
    public: bool = True
    tuf: str = ""
    tuf_root: Path | None = None
    cache: Path = Path("~/.cache/provenance-bot/tuf")
