"""The public root, renewed through TUF: authorities and logs change every few months.

Only when the operator asks for it, and never in the way: without an answer the one that it had last counts, or the root
that the library was released with. https://theupdateframework.io
"""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from msgspec import Struct

from bot.errors import SettingsError
from bot.private_folder import PrivateFolder

if TYPE_CHECKING:  # heavy, and only when asked for
    from tuf.ngclient.fetcher import FetcherInterface

    from bot.oci.wire.outbound import Outbound

PUBLIC: Final = "https://tuf-repo-cdn.sigstore.dev"
"""Sigstore's own repository; its root of trust comes with the library."""

TARGET: Final = "trusted_root.json"

log = logging.getLogger(__name__)  # not structlog: the terminal command would wait for its import


class Renewal(Struct, frozen=True):
    """A TUF repository, the root of trust it was first met with, and a folder of ours to keep its metadata in.

    Without `proxies`, the library takes those that the environment names.
    """

    url: str
    root: Path
    cache: Path
    proxies: "Outbound | None" = None


def renewed_root(renewal: Renewal) -> tuple[bytes, str]:
    """The trusted root that the repository holds now; or the one that it had last, or nothing, and why.

    Whoever keeps us from the repository must not bring back an authority that Sigstore no longer trusts.
    """
    try:
        from tuf.ngclient.updater import Updater  # noqa: PLC0415 - heavy, and only when asked for
    except ImportError:
        return b"", "the trusted root could not be renewed: the package tuf is missing from this installation"
    base = renewal.url.rstrip("/")
    folder = renewal.cache / "targets" / quote(base, safe="")  # what another repository had is not this one's
    try:
        _make_private(renewal.cache)
        _make_private(folder)
    except SettingsError as error:
        return b"", f"the trusted root could not be renewed: {error}"
    try:
        updater = Updater(
            metadata_dir=str(renewal.cache),
            metadata_base_url=f"{base}/",
            target_base_url=f"{base}/targets/",
            target_dir=str(folder),
            bootstrap=renewal.root.read_bytes(),
            fetcher=_fetcher(renewal.proxies),
        )
        updater.refresh()
        target = updater.get_targetinfo(TARGET)
        if target is None:
            return _had_last(folder), f"{base} holds no {TARGET}"
        return Path(updater.find_cached_target(target) or updater.download_target(target)).read_bytes(), ""
    except Exception as error:  # noqa: BLE001 - the network and the repository may fail in any way
        log.warning("trusted_root_not_renewed", extra={"url": base, "error": str(error)[:300]})
        return _had_last(folder), f"the trusted root could not be renewed from {base} ({type(error).__name__})"


def _had_last(folder: Path) -> bytes:
    """What was verified and kept at an earlier time. It may lack newer logs, whose signatures are unknown then."""
    try:
        return folder.joinpath(TARGET).read_bytes()
    except OSError:
        return b""


def _fetcher(proxies: "Outbound | None") -> "FetcherInterface | None":
    if proxies is None:
        return None
    from bot.signatures.roots.fetcher import ProxyFetcher  # noqa: PLC0415 - only behind a proxy

    return ProxyFetcher(proxies)


def _make_private(folder: Path) -> None:
    """Raises SettingsError when others may write to the folder: they could make us overwrite files through links."""
    PrivateFolder.open(folder).close()
