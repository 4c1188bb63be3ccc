"""One attestation's bytes read: whether it is a statement, whether it is about this image, and what it says.

In-index attestations, bundles and `.att` tags are all read here.
"""

from typing import Final

from msgspec import Struct

from bot.attestations.head import COSIGN_CUSTOM, Head, head_of, is_provenance_type, is_sbom_type, read_head, read_small
from bot.attestations.limits import LARGE
from bot.attestations.provenance import Provenance
from bot.attestations.sbom import Sbom
from bot.attestations.slsa import read_provenance
from bot.attestations.sparse import read_sparse
from bot.attestations.statement import Envelope, Statement
from bot.errors import MalformedError, OverLimitError, RepeatedKeyError
from bot.oci import documents
from bot.oci.ambiguity import reading
from bot.unreadable import UnknownReason, Unreadable, over_limit
from bot.values import replace

VALUES_MAX: Final = 500_000
"""Values of one provenance statement; each becomes an object that may use a hundred times its bytes."""


class StatementEvidence(Struct, frozen=True):
    """One attestation layer of one attestation manifest, read or not.

    `problem` is a sentence when the layer is not an in-toto statement (attestation-malformed), and names the layer;
    then `predicate_type` is the annotation's. `subject_matches` is None when the subject list is empty or could not be
    read.
    """

    digest: str  # of the layer
    manifest: str  # digest of the attestation manifest
    predicate_type: str
    annotated_type: str = ""
    subject_matches: bool | None = None
    subjects: tuple[str, ...] = ()  # sha256:… of the subjects
    problem: str = ""
    unreadable: Unreadable | None = None
    size: int = 0

    @property
    def was_read(self) -> bool:
        """Whether it is a statement that could be read."""
        return not self.problem and not self.unreadable

    @property
    def is_mislabelled(self) -> bool:
        """Whether it could be read, and is another predicate than its annotation says."""
        return self.was_read and len({self.annotated_type, self.predicate_type} - {""}) > 1

    @property
    def lacks_annotation(self) -> bool:
        """Whether it could be read, and nothing beside it says what it is."""
        return self.was_read and bool(self.predicate_type) and not self.annotated_type


class Reading(Struct, frozen=True):
    """The result of reading one attestation. Provenance and SBOM are set only when it is about the requested digest."""

    statement: StatementEvidence
    provenance: Provenance | Unreadable | None = None
    sbom: Sbom | Unreadable | None = None


def read_statement(data: bytes, about: str, told: StatementEvidence) -> Reading:
    """Read a plain statement. `told` is what was known before: the digests, the annotation, the size.

    `about` is the digest that it should be about; a statement about another, or about nothing, counts for nothing.
    Does not raise.
    """
    with reading(told.digest):
        return _read_statement(data, about, told)


def _read_statement(data: bytes, about: str, told: StatementEvidence) -> Reading:
    what = f"attestation {told.digest}"
    if at_once := _at_once(data, about, what):
        head, sbom = at_once
        return Reading(_known(told, head, about), sbom=sbom)
    small = read_small(data, what=what)
    try:
        head = head_of(small) if small else read_head(data, what=what)
    except MalformedError as error:
        return _broken(told, error)
    known = _known(told, head, about)
    if not known.subject_matches:
        return Reading(known)
    try:
        if small is None:
            return _read_predicate(data, head, known)
        return _read_small(small, head, known) or _read_predicate(data, read_head(data, what=what), known)
    except MalformedError as error:
        return _broken(known, error)


def _at_once(data: bytes, about: str, what: str) -> tuple[Head, Sbom] | None:
    if len(data) < LARGE:
        return None
    from bot.attestations.statement_at_once import read_at_once  # noqa: PLC0415 - most statements are smaller

    return read_at_once(data, about, what=what)


def _known(told: StatementEvidence, head: Head, about: str) -> StatementEvidence:
    return replace(
        told,
        predicate_type=head.predicate_type,
        subjects=head.digests,
        subject_matches=about in head.digests if head.digests else None,
    )


def read_envelope(data: bytes, about: str, told: StatementEvidence) -> Reading:
    """Read the statement within a DSSE envelope; its signature is not looked at here. Does not raise."""
    try:
        with reading(told.digest):
            body = read_sparse(data, Envelope, what=f"attestation {told.digest}").body()
    except MalformedError as error:
        return _broken(told, error)
    return read_statement(body, about, told)


def unread(told: StatementEvidence, why: Unreadable) -> Reading:
    """An unreadable statement: its type is the one of its annotation; without one, it may be anything."""
    kind = told.predicate_type
    return Reading(
        replace(told, unreadable=why),
        provenance=why if not kind or is_provenance_type(kind) else None,
        sbom=why if not kind or is_sbom_type(kind) else None,
    )


def _broken(told: StatementEvidence, error: MalformedError) -> Reading:
    """Not a statement; or one over our limits or with two readings, which is unknown and not malformed."""
    named = "" if told.digest in str(error) else f"attestation {told.digest}: "
    if isinstance(error, OverLimitError):
        return unread(told, over_limit(f"{named}{error}", told.digest))
    if isinstance(error, RepeatedKeyError):
        return unread(told, Unreadable(f"{named}{error}", UnknownReason.AMBIGUOUS, digest=told.digest))
    return Reading(replace(told, problem=f"{named}{error}"))


def _read_small(statement: Statement, head: Head, known: StatementEvidence) -> Reading | None:
    """What a statement says that was parsed as a whole; None if its bytes have to be looked at again."""
    if head.is_provenance:
        return Reading(known, provenance=read_provenance(statement))
    from bot.attestations.small_spdx import read_small_spdx  # noqa: PLC0415 - many images have no SBOM

    sbom = read_small_spdx(statement.predicate, what=f"attestation {known.digest}") if head.is_sbom else None
    return Reading(known, sbom=sbom) if sbom is not None else None


def _read_predicate(data: bytes, head: Head, known: StatementEvidence) -> Reading:
    what = f"attestation {known.digest}"
    if head.is_provenance:
        values = data.count(b",") + data.count(b"[") + data.count(b"{")
        if values > VALUES_MAX:
            raise OverLimitError(f"{what} has some {values} values, more than VALUES_MAX = {VALUES_MAX}")
        return Reading(known, provenance=read_provenance(_whole(data, head, what)))
    from bot.attestations.json_syntax import require_json  # noqa: PLC0415 - most are parsed as a whole

    require_json(data, what=what)
    if head.is_sbom and head.predicate is not None:
        return Reading(known, sbom=_sbom_as_said(data, head.predicate_type, head.predicate, what))
    if head.predicate_type == COSIGN_CUSTOM and head.predicate is not None:
        return Reading(known, sbom=_legacy_sbom(data, head.predicate, what))
    return Reading(known)


def _whole(data: bytes, head: Head, what: str) -> Statement:
    """The statement parsed at once; where it can be read in two ways, as the head says."""
    whole = documents.read(data, Statement, what=what)
    if not head.is_twofold or head.predicate is None:
        return whole
    from bot.attestations.scan import Scan  # noqa: PLC0415 - as above

    predicate = Scan(data, what=what, at=head.predicate).value(len(data))
    return whole.model_copy(update={"predicate_type": head.predicate_type, "predicate": predicate})


def _sbom_as_said(data: bytes, kind: str, at: int, what: str) -> Sbom:
    """The SBOM, of the format that the statement's type says: readers of one format find nothing in the other."""
    from bot.attestations.sbom_reading import is_of_type, read_sbom  # noqa: PLC0415 - as above

    sbom = read_sbom(data, what=what, at=at)
    if not is_of_type(sbom, kind):
        raise MalformedError(f"{what} says that it is {kind}, and holds an SBOM of another format: {sbom.format}")
    return sbom


def _legacy_sbom(data: bytes, at: int, what: str) -> Sbom | Unreadable | None:
    """Cosign's own predicate type may hold anything; old versions put SBOMs in it. One over our limits may be one."""
    from bot.attestations.sbom_reading import read_sbom  # noqa: PLC0415 - as above

    try:
        return read_sbom(data, what=what, at=at)
    except OverLimitError as error:
        return over_limit(str(error))
    except MalformedError:
        return None
