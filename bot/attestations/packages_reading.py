"""The packages of an SBOM, out of the bytes that hold it: a statement, an envelope or a bundle around one."""

from bot.attestations.head import read_head
from bot.attestations.packages import PackageList, PackageListing
from bot.attestations.sbom_reading import read_sbom
from bot.attestations.scan import Scan
from bot.attestations.sparse import parse_sparse
from bot.attestations.statement import Envelope
from bot.attestations.values import mapping
from bot.errors import MalformedError
from bot.oci.documents import fit


def read_packages(data: bytes, *, what: str) -> PackageList:
    """The packages that the SBOM in these bytes lists. Raises MalformedError.

    Whether the statement is about the right image is decided where it was found, by the same digest of its bytes.
    """
    keys = set(Scan(data, what=what).members("payload", "dsseEnvelope", "predicateType"))
    if keys & {"payload", "dsseEnvelope"}:
        return _of_statement(_unwrapped(data, keys, what), what)
    return _of_statement(data, what) if keys else _listed(data, what, 0)


def _of_statement(data: bytes, what: str) -> PackageList:
    head = read_head(data, what=what)
    if head.predicate is None:
        raise MalformedError(f"{what} has no predicate")
    return _listed(data, what, head.predicate)


def _unwrapped(data: bytes, keys: set[str], what: str) -> bytes:
    document = mapping(parse_sparse(data, what=what))
    envelope = mapping(document.get("dsseEnvelope")) if "dsseEnvelope" in keys else document
    return fit(envelope, Envelope, what=what).body()


def _listed(data: bytes, what: str, at: int) -> PackageList:
    listing = PackageListing()
    sbom = read_sbom(data, what=what, at=at, listing=listing)
    return listing.finish(sbom.name)
