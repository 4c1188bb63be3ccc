"""Docker's own signed statements: DSSE envelopes inside attestation manifests (Docker Official Images).

Docker publishes the keys through a repository of its own (TUF); a policy may name them. The log entry travels in an
extension of the signature. https://github.com/docker/attest
"""

from datetime import datetime

from msgspec import Struct

from bot.attestations.sparse import read_sparse
from bot.errors import MalformedError, UndecidableError
from bot.oci.documents import Wire
from bot.signatures.checked import CheckedSignature
from bot.signatures.dsse import EnvelopeContent, open_envelope
from bot.signatures.keys import Verifier
from bot.signatures.layers import SignatureLayer
from bot.signatures.layout import LayoutRule
from bot.signatures.log.rekor import RekorEntry
from bot.signatures.pipeline import Procedure
from bot.signatures.protobuf import Base64, Proto, from_base64
from bot.signatures.roots.root import TrustedRoot
from bot.signatures.signers import PolicyKeys
from bot.signatures.signing_time import TimeEvidence


class _Promise(Proto):
    signed_entry_timestamp: Base64 = b""


class _Data(RekorEntry):
    verification: _Promise = _Promise()


class _Log(Wire):
    data: _Data


class _Inner(Wire):
    tl: _Log | None = None


class _Extension(Wire):
    ext: _Inner = _Inner()


class _Signature(Wire):
    sig: str
    keyid: str = ""
    extension: _Extension = _Extension()


class _Envelope(Wire):
    signatures: tuple[_Signature, ...] = ()


class _Time(Struct, frozen=True):
    """Each signature of the envelope brings its own log entry."""

    signatures: tuple[_Signature, ...]

    def bind(self, checked: CheckedSignature, verifier: Verifier) -> None:
        self._of(checked).bind(checked, verifier)

    def times(self, checked: CheckedSignature, root: TrustedRoot) -> tuple[datetime, ...]:
        return self._of(checked).times(checked, root)

    def _of(self, checked: CheckedSignature) -> TimeEvidence:
        for one in self.signatures:
            log = one.extension.ext.tl
            if log is not None and from_base64(one.sig, what="the envelope's signature") == checked.signature:
                return TimeEvidence(log.data.entry(log.data.verification.signed_entry_timestamp))
        return TimeEvidence()


def procedure(data: bytes) -> Procedure:
    """The slots of one envelope. Raises MalformedError, UndecidableError."""
    envelope = open_envelope(data)
    signatures = read_sparse(data, _Envelope, what="the envelope").signatures
    ids = frozenset(one.keyid for one in signatures)
    return Procedure(EnvelopeContent(envelope, data), PolicyKeys(ids), _Time(signatures))


def claimed_statement(data: bytes) -> bytes:
    """The statement in the envelope, unproved; empty when it holds none, or none that can be read."""
    try:
        return open_envelope(data).payload
    except (MalformedError, UndecidableError):
        return b""


def _open(_: SignatureLayer, data: bytes, __: datetime) -> Procedure:
    return procedure(data)


layout = LayoutRule(
    open=_open,
    statement=lambda _, data: claimed_statement(data),
)
"""Layout `docker-dsse`."""
