"""An SBOM's bytes summarised in one pass, without building the document."""

from contextlib import suppress
from importlib import import_module
from types import ModuleType
from typing import Final

from bot.attestations.json_syntax import require_json
from bot.attestations.limits import LARGE
from bot.attestations.packages import PackageListing
from bot.attestations.sbom import Sbom
from bot.attestations.sbom_draft import Draft
from bot.attestations.sbom_keys import KEYS, LEGACY, PARTS, read_said
from bot.attestations.scan import Scan
from bot.attestations.statement import SPDX
from bot.errors import MalformedError, OverLimitError

LEGACY_MAX: Final = 8 * 1024 * 1024
"""Bytes of an SBOM that is text: tags and values, or a string within JSON, as old versions of cosign wrote it."""


def read_sbom(data: bytes, *, what: str, at: int = 0, listing: PackageListing | None = None) -> Sbom:
    """Summarise the SBOM that begins `at` a byte of `data`, which is JSON (`require_json`). Raises MalformedError.

    Peak memory is a few hundred KB besides `data` itself, whatever its size; with a `listing`, its packages too.
    """
    return read_scanned(_windows(data, what, at) or Scan(data, what=what, at=at), listing)


def read_whole_sbom(data: bytes, *, what: str) -> Sbom:
    """The SBOM that all of the bytes are: JSON, which nobody has seen yet, or SPDX as text. Raises MalformedError."""
    if (tagged := _read_tagged(data, what)) is not None:
        return tagged
    scan = _windows(data, what, 0, strict=True)
    if scan is not None:
        with suppress(MalformedError):  # what is wrong is said in the same words for all sizes
            sbom = read_scanned(scan)
            scan.end()
            return sbom
    require_json(data, what=what)
    return read_sbom(data, what=what)


def read_scanned(scan: Scan, listing: PackageListing | None = None) -> Sbom:
    """The SBOM at which the scan stands; it is stepped over."""
    draft = Draft(listing=listing)
    begins: dict[str, int] = {}
    legacy: Sbom | None = None
    for key in scan.members(*KEYS):
        begins[key] = scan.at
        if key in PARTS:
            _read_part(key, scan, draft)
        elif key == LEGACY:
            legacy = _read_legacy(scan, listing)
        else:
            _read_field(key, scan, draft)
    if not draft.formats and legacy is None:
        raise MalformedError(f"{scan.what} is neither SPDX nor CycloneDX")
    if len(draft.formats) + (legacy is not None) > 1:
        raise MalformedError(f"{scan.what} is an SBOM of several formats at once")
    return legacy or _without_root(draft, begins, scan)


def _read_tagged(data: bytes, what: str) -> Sbom | None:
    """SPDX as tags and values, one a line; None for all else."""
    if data.startswith((b"{", b"[")):
        return None
    from bot.attestations import spdx_tags  # noqa: PLC0415 - few tools write it

    if not spdx_tags.is_tagged(data[: spdx_tags.HEAD_MAX].decode(errors="replace")):
        return None
    if len(data) > LEGACY_MAX:
        raise OverLimitError(f"{what} is text of {len(data)} bytes, more than LEGACY_MAX = {LEGACY_MAX}")
    try:
        return spdx_tags.read_tagged(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise MalformedError(f"{what} is not text in UTF-8: {error.reason}") from error


def is_of_type(sbom: Sbom, predicate_type: str) -> bool:
    """Whether the SBOM is of the format that the statement's type says."""
    return (sbom.format == "spdx") == predicate_type.startswith(SPDX)


def _windows(data: bytes, what: str, at: int, *, strict: bool = False) -> Scan | None:
    """A scan by windows, of a document that has them."""
    if len(data) - at < LARGE:
        return None
    from bot.attestations import windows  # noqa: PLC0415 - most SBOMs are smaller

    return windows.WindowScan(data, what=what, at=at, strict=strict) if windows.has_windows(data, at) else None


def _without_root(draft: Draft, begins: dict[str, int], scan: Scan) -> Sbom:
    """A second look at the packages, now that it is known which of them is the document's root."""
    for key in ("packages", "@graph"):
        if key in begins and draft.roots:
            _module(key).leave_root_out(scan.again(begins[key]), draft)
    return draft.finish()


def _read_part(key: str, scan: Scan, draft: Draft) -> None:
    getattr(_module(key), PARTS[key][1])(scan, draft)


def _module(key: str) -> ModuleType:
    return import_module(f"bot.attestations.{PARTS[key][0]}")


def _read_field(key: str, scan: Scan, draft: Draft) -> None:
    if key == "@context":
        draft.formats += ["spdx"] if scan.mentions(b"spdx.org/rdf/3.") else []
    else:
        read_said(key, scan.text(), draft)


def _read_legacy(scan: Scan, listing: PackageListing | None) -> Sbom | None:
    """The SBOM that cosign put under `Data`, as an object or as text."""
    if scan.sees(b"{"):
        start, _ = scan.skip()
        return read_sbom(scan.data, what=scan.what, at=start, listing=listing)
    from bot.attestations import spdx_tags  # noqa: PLC0415 - only old versions of cosign wrote these

    text = scan.text(LEGACY_MAX)
    if spdx_tags.is_tagged(text):
        return spdx_tags.read_tagged(text, listing)
    if not text.lstrip().startswith("{"):
        return None
    data = text.encode()
    require_json(data, what=scan.what)
    return read_sbom(data, what=scan.what, listing=listing)
