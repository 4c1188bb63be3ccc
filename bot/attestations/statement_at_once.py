"""A large SBOM statement read in one pass, if its parts stand in the usual order and nothing is wrong with it."""

from contextlib import nullcontext

from bot.attestations.head import SUBJECTS_BYTES_MAX, Head
from bot.attestations.sbom import Sbom
from bot.attestations.sbom_reading import is_of_type, read_scanned
from bot.attestations.statement import Statement
from bot.attestations.windows import WindowScan, has_windows
from bot.errors import MalformedError
from bot.oci.ambiguity import notice, noticing, watching
from bot.oci.documents import fit


def read_at_once(data: bytes, about: str, *, what: str) -> tuple[Head, Sbom] | None:
    """The statement's head, and the SBOM that is its predicate; all of the bytes are JSON.

    None for a small statement, for one that is not an SBOM or not about that digest, for one whose predicate does not
    come last of its known keys, and for whatever has to be refused. Then nobody knows more than before.
    """
    if not has_windows(data):
        return None
    with noticing() if watching() else nullcontext() as notices:
        try:
            read = _read(WindowScan(data, what=what, strict=True), about)
        except MalformedError:
            return None
    for noticed in notices.all if notices and read else ():
        notice(noticed.kind, noticed.key, noticed.detail)
    return read


def _read(scan: WindowScan, about: str) -> tuple[Head, Sbom] | None:
    found: dict[str, object] = {}
    read: tuple[Head, Sbom] | None = None
    for key in scan.members("_type", "predicateType", "subject", "predicate"):
        if key != "predicate":
            found[key] = scan.document(SUBJECTS_BYTES_MAX)
            continue
        said = fit(found, Statement, what=scan.what)
        head = Head(said.type, said.predicate_type, said.subject, scan.at)
        if not head.is_sbom or about not in head.digests:
            return None
        read = head, read_scanned(scan)
    scan.end()
    return read if read is not None and is_of_type(read[1], read[0].predicate_type) else None
