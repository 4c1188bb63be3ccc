"""The trusted roots that signatures are checked against: Sigstore's public one, and files of the operator's.

The public root comes with sigstore-python, found without importing it. Read once, when the first signature is met.
"""

from datetime import UTC, datetime
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding
from msgspec import Struct

from bot.errors import MalformedError, SettingsError
from bot.signatures.options import RootOptions
from bot.signatures.roots.root import ROOT_MAX, TrustedRoot, read_root
from bot.signatures.roots.tuf import PUBLIC, TARGET, Renewal, renewed_root

STORE: Final = ("_store", "https%3A%2F%2Ftuf-repo-cdn.sigstore.dev")
"""Where the library keeps what it was released with."""

ROOTS_MAX: Final = 20
"""Roots in one file of JSON lines."""

NO_PUBLIC_ROOT: Final = (
    "Sigstore's public root is missing: install provenance-bot again, or name a root file in PROVENANCE_TRUSTED_ROOTS"
)


class Roots(Struct, frozen=True):
    """The roots, and why there are fewer than wished for."""

    roots: tuple[TrustedRoot, ...]
    problem: str = ""


def trusted_roots(options: RootOptions) -> Roots:
    """The roots of these options, read once a day. Raises SettingsError that names a file that is none."""
    return _of_day(options, datetime.now(UTC).toordinal())


@lru_cache(maxsize=8)
def _of_day(options: RootOptions, _: int) -> Roots:
    own = tuple(root for file in options.files for root in _read(file))
    if not options.public:
        return Roots(own, "" if own else "no trusted root is configured")
    public, problem = _public(options)
    return Roots((*public, *own), problem)


def embedded(name: str) -> Path | None:
    """A file that the library was released with; None when it is not installed. Nothing is imported."""
    spec = find_spec("sigstore")
    places = spec.submodule_search_locations if spec else None
    files = [Path(place).joinpath(*STORE, name) for place in places or ()]
    return next((file for file in files if file.is_file()), None)


def _public(options: RootOptions) -> tuple[tuple[TrustedRoot, ...], str]:
    """The root as it was released, or the one that TUF has now; both, where that is of another instance.

    What an instance does not trust any longer, an older root of it still does.
    """
    file = embedded(TARGET)
    released, problem = (_read(file), "") if file else ((), NO_PUBLIC_ROOT)
    met_with = options.tuf_root or (embedded("root.json") if options.tuf.rstrip("/") == PUBLIC else None)
    if not options.tuf:
        return released, problem
    if met_with is None:
        raise SettingsError("PROVENANCE_TUF is not Sigstore's repository: name its first root in PROVENANCE_TUF_ROOT")
    data, trouble = renewed_root(Renewal(options.tuf, met_with, options.cache.expanduser(), options.proxies))
    if not data:
        return released, problem or trouble
    try:
        renewed = read_root(data, name="renewed")
    except MalformedError as error:
        return released, str(error)
    is_sigstore = options.tuf.rstrip("/") == PUBLIC
    others = () if is_sigstore else tuple(root for root in released if not _is_of_one_instance(root, renewed))
    return (renewed, *others), trouble


def _is_of_one_instance(one: TrustedRoot, other: TrustedRoot) -> bool:
    """Whether both name a log or an authority: a mirror of Sigstore's repository has another URL."""
    return not _members(one).isdisjoint(_members(other))


def _members(root: TrustedRoot) -> frozenset[bytes]:
    logs = (log.stated_id for log in (*root.tlogs, *root.ctlogs))
    authorities = (*root.authorities, *root.timestamp_authorities)
    certificates = (one.public_bytes(Encoding.DER) for authority in authorities for one in authority.chain)
    return frozenset((*logs, *certificates))


def _read(file: Path) -> tuple[TrustedRoot, ...]:
    try:
        with file.open("rb") as stream:
            data = stream.read(ROOT_MAX + 1)
    except OSError as error:
        raise SettingsError(f"the trusted root {file} cannot be read: {error.strerror}") from None
    lines = [line for line in data.splitlines() if line.strip()]
    documents = lines[:ROOTS_MAX] if _is_lines(lines) else [data]
    try:
        return tuple(read_root(document, name=file.name) for document in documents)
    except MalformedError as error:
        raise SettingsError(f"the trusted root {file} is not valid: {error}") from None


def _is_lines(lines: list[bytes]) -> bool:
    """Each line a document, as `gh attestation trusted-root` prints them."""
    return len(lines) > 1 and all(line.startswith(b"{") and line.rstrip().endswith(b"}") for line in lines)
