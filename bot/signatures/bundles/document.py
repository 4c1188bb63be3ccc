"""A Sigstore bundle as it comes: envelope or message, certificate or key, log entries, timestamps.

https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto
"""

import re
from collections.abc import Sequence
from itertools import islice
from typing import Annotated, Final

import pydantic_core
from cryptography import x509
from pydantic import BeforeValidator, Field
from pydantic.alias_generators import to_camel

from bot.attestations.sparse import parse_sparse
from bot.attestations.statement import IN_TOTO
from bot.errors import MalformedError, OverLimitError, UndecidableError
from bot.oci.documents import fit
from bot.signatures.dsse import DecodedEnvelope
from bot.signatures.keys import PEM_MAX
from bot.signatures.log.inclusion import Proof
from bot.signatures.log.promise import LogEntry
from bot.signatures.protobuf import Base64, LogId, Number, Proto, RawBytes
from bot.signatures.reason import SignatureReason

BUNDLES_MAX: Final = 64
"""Bundles in one list or JSON-lines file."""

_LINE: Final = re.compile(rb"\S[^\r\n]*")
"""A line that is not blank, from its first character on."""

_MEDIA_TYPE = re.compile(r"application/vnd\.dev\.sigstore\.bundle(?:\+json;version=0\.[123]|\.v0\.3\+json)")


def _no_null(value: object) -> object:
    return () if value is None else value


class _KindVersion(Proto):
    kind: str = ""
    version: str = ""


class _Promise(Proto):
    signed_entry_timestamp: Base64


class _Checkpoint(Proto):
    envelope: str = ""


class _Proof(Proto):
    log_index: Number = 0
    tree_size: Number = 0
    hashes: Annotated[tuple[Base64, ...], BeforeValidator(_no_null)] = ()
    checkpoint: _Checkpoint | None = None


class TlogEntry(Proto):
    """What the transparency log says. Numbers may come as text, and zero may be left out."""

    log_index: Number = 0
    log_id: LogId
    kind_version: _KindVersion = _KindVersion()
    integrated_time: Number = 0
    inclusion_promise: _Promise | None = None
    inclusion_proof: _Proof | None = None
    canonicalized_body: Base64

    def proof(self) -> Proof | None:
        """The inclusion proof, None when none came along. Raises UndecidableError when it has no checkpoint."""
        proof = self.inclusion_proof
        if proof is None:
            return None
        if proof.checkpoint is None or not proof.checkpoint.envelope:
            raise UndecidableError(
                SignatureReason.NO_PROOF, "the inclusion proof has no checkpoint, so it proves nothing"
            )
        return Proof(proof.log_index, proof.tree_size, proof.hashes, proof.checkpoint.envelope)

    def entry(self) -> LogEntry:
        """The part of it that the log's promise covers."""
        promise = self.inclusion_promise.signed_entry_timestamp if self.inclusion_promise else b""
        return LogEntry(self.canonicalized_body, self.integrated_time, self.log_id.key_id, self.log_index, promise)


class _Stamp(Proto):
    signed_timestamp: Base64


class _Stamps(Proto):
    rfc3161_timestamps: Annotated[tuple[_Stamp, ...], BeforeValidator(_no_null), Field(alias="rfc3161Timestamps")] = ()


class _Chain(Proto):
    certificates: tuple[RawBytes, ...] = ()


class _Hint(Proto):
    hint: str = ""


class Material(Proto):
    """With what to verify."""

    certificate: RawBytes | None = None
    x509_certificate_chain: Annotated[_Chain | None, Field(alias="x509CertificateChain")] = None
    public_key: _Hint | None = None
    tlog_entries: Annotated[tuple[TlogEntry, ...], BeforeValidator(_no_null)] = ()
    timestamp_verification_data: _Stamps | None = None

    def leaf(self) -> x509.Certificate | None:
        """The signing certificate; in older bundles the first of a list. Raises MalformedError, OverLimitError."""
        chain = self.x509_certificate_chain
        box = self.certificate or (chain.certificates[0] if chain and chain.certificates else None)
        if box and len(box.raw_bytes) > PEM_MAX:
            raise OverLimitError(f"the bundle's certificate has more than PEM_MAX = {PEM_MAX} bytes")
        try:
            return x509.load_der_x509_certificate(box.raw_bytes) if box else None
        except ValueError as error:
            raise MalformedError("the bundle's certificate does not parse") from error

    @property
    def timestamps(self) -> tuple[bytes, ...]:
        """RFC 3161 timestamps over the signature."""
        data = self.timestamp_verification_data
        return tuple(stamp.signed_timestamp for stamp in data.rfc3161_timestamps) if data else ()


class _Signature(Proto):
    sig: Base64


class _Envelope(Proto):
    payload: Base64
    payload_type: str
    signatures: tuple[_Signature, ...] = ()


class _Digest(Proto):
    algorithm: str = ""
    digest: Base64 = b""


class MessageSignature(Proto):
    """A signature over the artifact itself, and which hash of it was signed."""

    message_digest: _Digest | None = None
    signature: Base64


class Bundle(Proto):
    """One bundle. `document` is not part of it: procedures that hand it on take the bytes beside it."""

    media_type: str
    verification_material: Material
    dsse_envelope: _Envelope | None = None
    message_signature: MessageSignature | None = None

    @property
    def is_first_version(self) -> bool:
        """Version 0.1 asked for the log's promise only; later ones ask for an inclusion proof."""
        return self.media_type.endswith("version=0.1")

    def decoded(self) -> DecodedEnvelope | None:
        """The envelope, decoded. Raises UndecidableError when it holds anything but an in-toto statement."""
        envelope = self.dsse_envelope
        if envelope is None:
            return None
        if envelope.payload_type != IN_TOTO:
            raise UndecidableError(
                SignatureReason.UNSUPPORTED, "the envelope holds something else than an in-toto statement"
            )
        return DecodedEnvelope(envelope.payload_type, envelope.payload, tuple(one.sig for one in envelope.signatures))


def read_bundle(data: bytes) -> Bundle:
    """Raises MalformedError for what is not a bundle, UndecidableError for a version of it that is not known."""
    document = parse_sparse(data, what="the bundle")
    if _is_spelt_twice(document):
        raise MalformedError("the bundle spells one key in two ways, so it can be read in two ways")
    bundle = fit(document, Bundle, what="the bundle")
    if _MEDIA_TYPE.fullmatch(bundle.media_type) is None:
        raise UndecidableError(
            SignatureReason.UNSUPPORTED, f"bundles of type {bundle.media_type[:80]!r} are not supported"
        )
    return bundle


def _is_spelt_twice(value: object) -> bool:
    """Protobuf's readers take `dsse_envelope` for `dsseEnvelope`, too; we do not, and both at once are two bundles."""
    match value:
        case dict():
            return any("_" in key and to_camel(key) in value for key in value) or any(
                map(_is_spelt_twice, value.values())
            )
        case list():
            return any(map(_is_spelt_twice, value))
        case _:
            return False


def split_bundles(data: bytes) -> Sequence[bytes]:
    """The bundles of a JSON list, of JSON lines, or the only one.

    Each is judged alone, so a bad line costs that line and not the others. Raises OverLimitError when there are more
    than BUNDLES_MAX.
    """
    # One more than are read tells that there are too many: a file may hold ten million lines.
    lines = [match[0] for match in islice(_LINE.finditer(data), BUNDLES_MAX + 1)]
    documents: Sequence[bytes] = [data]
    if len(lines) > 1 and any(map(_is_complete, lines)) and not _is_one_document(data):
        documents = lines
    elif data.lstrip().startswith(b"["):
        documents = _listed(data)
    if len(documents) > BUNDLES_MAX:
        raise OverLimitError(f"more than BUNDLES_MAX = {BUNDLES_MAX} bundles in one file")
    return documents


def _is_complete(line: bytes) -> bool:
    return line.lstrip().startswith(b"{") and line.rstrip().endswith(b"}")


def _is_one_document(data: bytes) -> bool:
    """Whether it is one document over several lines, as a person would indent it."""
    try:
        parse_sparse(data, what="the bundle")
    except MalformedError:
        return False
    return True


def _listed(data: bytes) -> list[bytes]:
    try:
        items = parse_sparse(data, what="the list of bundles")
    except MalformedError:
        return [data]
    return [pydantic_core.to_json(item) for item in items] or [data]
