"""The transparency log of a private Sigstore: entries, promises, proofs, checkpoints."""

import base64
import hashlib
import json
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec import Struct

NAME = "log.example"


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def entry_body(  # noqa: PLR0913 - an entry is about all of these
    kind: str, payload: bytes, message: bytes, signature: bytes, pem: bytes, *, envelope: bytes = b""
) -> bytes:
    """The canonical body of an entry of that kind, e.g. dsse/0.0.1, as Rekor writes it."""
    name, _, version = kind.partition("/")
    sha = {"algorithm": "sha256", "value": hashlib.sha256(payload).hexdigest()}
    spec: dict[str, Any]
    if kind in ("hashedrekord/0.0.1", "rekord/0.0.1"):
        over = {"algorithm": "sha256", "value": hashlib.sha256(message).hexdigest()}
        spec = {
            "data": {"hash": over},
            "signature": {"content": b64(signature), "publicKey": {"content": b64(pem)}},
        }
    elif kind == "dsse/0.0.1":
        whole = {"algorithm": "sha256", "value": hashlib.sha256(envelope or b"whole").hexdigest()}
        signatures = [{"signature": b64(signature), "verifier": b64(pem)}]
        spec = {"envelopeHash": whole, "payloadHash": sha, "signatures": signatures}
    elif kind == "intoto/0.0.1":
        whole = {"algorithm": "sha256", "value": hashlib.sha256(envelope).hexdigest()}
        spec = {"content": {"hash": whole, "payloadHash": sha}, "publicKey": b64(pem)}
    else:  # intoto/0.0.2 encodes the signature twice; whatever else is asked for looks the same
        twice = b64(b64(signature).encode())
        inner = {"payloadType": "application/vnd.in-toto+json", "signatures": [{"sig": twice, "publicKey": b64(pem)}]}
        spec = {"content": {"envelope": inner, "payloadHash": sha}}
    return json.dumps({"apiVersion": version, "kind": name, "spec": spec}).encode()


class PrivateLog(Struct, frozen=True):
    """A log with two leaves: somebody's, and the one that is asked for."""

    key: ec.EllipticCurvePrivateKey

    @property
    def key_id(self) -> bytes:
        raw = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return hashlib.sha256(raw).digest()

    def promise(self, body: bytes, at: datetime, index: int = 7) -> bytes:
        fields = {
            "body": b64(body),
            "integratedTime": int(at.timestamp()),
            "logID": self.key_id.hex(),
            "logIndex": index,
        }
        return self._sign(json.dumps(fields, sort_keys=True, separators=(",", ":")).encode())

    def annotation(self, body: bytes, at: datetime, index: int = 7) -> dict[str, Any]:
        """What cosign puts beside a layer."""
        payload = {
            "body": b64(body),
            "integratedTime": int(at.timestamp()),
            "logIndex": index,
            "logID": self.key_id.hex(),
        }
        return {"SignedEntryTimestamp": b64(self.promise(body, at, index)), "Payload": payload}

    def bundle_entry(self, body: bytes, kind: str, at: datetime) -> dict[str, Any]:
        """What a bundle holds: the promise, and a proof in a tree of two."""
        name, _, version = kind.partition("/")
        other = hashlib.sha256(b"\0somebody else's entry").digest()
        own = hashlib.sha256(b"\0" + body).digest()
        head = hashlib.sha256(b"\1" + other + own).digest()
        return {
            "logIndex": "7",
            "logId": {"keyId": b64(self.key_id)},
            "kindVersion": {"kind": name, "version": version},
            "integratedTime": str(int(at.timestamp())),
            "inclusionPromise": {"signedEntryTimestamp": b64(self.promise(body, at))},
            "inclusionProof": {
                "logIndex": "1",
                "rootHash": b64(head),
                "treeSize": "2",
                "hashes": [b64(other)],
                "checkpoint": {"envelope": self.checkpoint(2, head)},
            },
            "canonicalizedBody": b64(body),
        }

    def checkpoint(self, size: int, head: bytes) -> str:
        note = f"{NAME} - 1\n{size}\n{b64(head)}\n"
        return f"{note}\n\u2014 {NAME} {b64(self.key_id[:4] + self._sign(note.encode()))}\n"

    def _sign(self, data: bytes) -> bytes:
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))
