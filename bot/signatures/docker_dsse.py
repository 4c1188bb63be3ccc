"""Docker's own signed statements: DSSE envelopes inside attestation manifests (Docker Official Images).

Docker publishes the keys through a repository of its own (TUF); a policy may name them. The log entry travels in an
extension of the signature. https://github.com/docker/attest
"""

from datetime import datetime

from bot.attestations.sparse import read_sparse
from bot.errors import UndecidableError
from bot.oci.manifest import Wire
from bot.signatures.checked import CheckedSignature
from bot.signatures.cosign.keyed import entry_time, fitting_key
from bot.signatures.dsse import open_envelope, verify_envelope, verify_statement
from bot.signatures.keys import NamedKey, key_id
from bot.signatures.log.rekor import RekorEntry
from bot.signatures.protobuf import Base64, Proto, from_base64
from bot.signatures.roots.root import Trust
from bot.signatures.verdict import Verified


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


def verify_docker(data: bytes, digest: str, trust: Trust) -> Verified:
    """Check the envelope with the policy's keys. Raises RefusedError, UndecidableError, MalformedError."""
    sealed = open_envelope(data)
    signatures = read_sparse(data, _Envelope, what="the envelope").signatures
    named, signature = fitting_key(_named(signatures, trust), lambda key: verify_envelope(sealed, key))
    checked = CheckedSignature(sealed.payload, sealed.message, signature, data)
    at = _logged_at(signatures, checked, named, trust)
    predicate_type = verify_statement(sealed.payload, digest)
    return Verified(key_name=named.name, signed_at=at, predicate_type=predicate_type)


def _named(signatures: tuple[_Signature, ...], trust: Trust) -> tuple[NamedKey, ...]:
    """The policy's keys that the envelope names: Docker's key ids are hashes of the keys.

    A key that is for other signatures fits none of these, and that proves nothing about them.
    """
    ids = {item.keyid for item in signatures}
    keys = tuple(named for named in trust.keys if key_id(named.key).hex() in ids)
    if not keys:
        raise UndecidableError(
            "signed with a key that the policy does not name; Docker publishes its own apart from Sigstore's"
        )
    return keys


def _logged_at(
    signatures: tuple[_Signature, ...], checked: CheckedSignature, named: NamedKey, trust: Trust
) -> datetime | None:
    """When the log took this very signature, None when the envelope does not say."""
    for item in signatures:
        log = item.extension.ext.tl
        if log is not None and from_base64(item.sig, what="the envelope's signature") == checked.signature:
            entry = log.data.entry(log.data.verification.signed_entry_timestamp)
            return entry_time(entry, checked, named.key, trust)
    return None
