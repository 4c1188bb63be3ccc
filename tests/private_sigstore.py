"""A Sigstore of one's own, made on the fly: authority, transparency log, certificate log, time-stamp authority.

    sigstore = PrivateSigstore()
    signer = sigstore.signer("https://github.com/acme/app/.github/workflows/release.yml@refs/tags/v1")
    bundle = sigstore.bundle(statement(digest), signer)          # a dict: spoil what you like, then json.dumps
    verify_bundle(json.dumps(bundle).encode(), digest, sigstore.trust())

Everything is real cryptography; only the names are made up. The log's entries stand in private_log.py, time stamps in
private_timestamps.py.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.signatures.pae import pae
from bot.signatures.roots.root import Trust, read_root
from tests.private_fulcio import NOW, WORKFLOW, EcKey, PrivateFulcio, Signer, new_key
from tests.private_log import PrivateLog, entry_body
from tests.private_timestamps import PrivateTimestamps

IN_TOTO: Final = "application/vnd.in-toto+json"
SIMPLE_SIGNING: Final = "application/vnd.dev.cosign.simplesigning.v1+json"
DSSE: Final = "application/vnd.dsse.envelope.v1+json"
COSIGN_SIGN: Final = "https://sigstore.dev/cosign/sign/v1"


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def statement(digest: str, predicate_type: str = COSIGN_SIGN, predicate: object = None) -> bytes:
    algorithm, _, value = digest.partition(":")
    document = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "image", "digest": {algorithm: value}}],
        "predicateType": predicate_type,
        **({} if predicate is None else {"predicate": predicate}),
    }
    return json.dumps(document).encode()


def simple_signing(digest: str) -> bytes:
    critical = {
        "identity": {"docker-reference": "elsewhere.example/app"},
        "image": {"docker-manifest-digest": digest},
        "type": "cosign container image signature",
    }
    return json.dumps({"critical": critical, "optional": None}).encode()


@dataclass(slots=True)
class PrivateSigstore:
    """One instance. Two of them trust nothing of each other."""

    name: str = "private"
    born: datetime = NOW - timedelta(days=30)
    more: tuple[x509.NameAttribute[str], ...] = ()  # of the authority's name
    log: PrivateLog = field(init=False)
    stamps: PrivateTimestamps = field(init=False)
    fulcio: PrivateFulcio = field(init=False)

    def __post_init__(self) -> None:
        self.log = PrivateLog(new_key())
        self.stamps = PrivateTimestamps(self.born)
        self.fulcio = PrivateFulcio(self.name, self.born, self.more)

    # --- the root

    def root(self, *, tlogs: bool = True, ctlogs: bool = True, tsa: bool = True) -> dict[str, Any]:
        start = {"start": f"{self.born:%Y-%m-%dT%H:%M:%SZ}"}
        return {
            "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            "tlogs": [_log(self.log.key, self.log.key_id, start)] if tlogs else [],
            "certificateAuthorities": [_chain([self.fulcio.ca], start)],
            "ctlogs": [_log(self.fulcio.ct_key, _key_id(self.fulcio.ct_key), start)] if ctlogs else [],
            "timestampAuthorities": [_chain(self.stamps.chain, start)] if tsa else [],
        }

    def trust(self, *keys: Any, root: Mapping[str, Any] | None = None) -> Trust:  # noqa: ANN401 - NamedKey
        document = json.dumps(root or self.root()).encode()
        return Trust((read_root(document, name=self.name),), tuple(keys))

    def signer(self, subject: str = WORKFLOW, **more: Any) -> Signer:  # noqa: ANN401 - PrivateFulcio.signer's
        """Somebody with a certificate of ten minutes."""
        return self.fulcio.signer(subject, **more)

    # --- what is signed

    def sig_layer(self, digest: str, signer: Signer, *, at: datetime = NOW, log: bool = True) -> dict[str, Any]:
        """A layer of cosign's `.sig`: media type, data, annotations."""
        payload = simple_signing(digest)
        signature = signer.sign(payload)
        body = entry_body("hashedrekord/0.0.1", payload, payload, signature, signer.pem)
        annotations = {
            "dev.cosignproject.cosign/signature": b64(signature),
            **self._material(signer, body, at, log=log),
        }
        return {"media_type": SIMPLE_SIGNING, "data": payload, "annotations": annotations}

    def att_layer(
        self, content: bytes, signer: Signer, *, at: datetime = NOW, log: bool = True, kind: str = "dsse/0.0.1"
    ) -> dict[str, Any]:
        """A layer of cosign's `.att`."""
        message = pae(IN_TOTO, content)
        signature = signer.sign(message)
        data = json.dumps(
            {"payloadType": IN_TOTO, "payload": b64(content), "signatures": [{"sig": b64(signature)}]}
        ).encode()
        body = entry_body(kind, content, message, signature, signer.pem, envelope=data)
        annotations = {
            "dev.cosignproject.cosign/signature": "",
            "predicateType": json.loads(content)["predicateType"],
            **self._material(signer, body, at, log=log),
        }
        return {"media_type": DSSE, "data": data, "annotations": annotations}

    def bundle(  # noqa: PLR0913 - each test spoils one of these
        self,
        content: bytes,
        signer: Signer,
        *,
        at: datetime = NOW,
        kind: str = "dsse/0.0.1",
        log: bool = True,
        stamp: bool = False,
        version: str = "application/vnd.dev.sigstore.bundle.v0.3+json",
    ) -> dict[str, Any]:
        """A Sigstore bundle around an in-toto statement."""
        message = pae(IN_TOTO, content)
        signature = signer.sign(message)
        envelope = {"payloadType": IN_TOTO, "payload": b64(content), "signatures": [{"sig": b64(signature)}]}
        body = entry_body(kind, content, message, signature, signer.pem)
        material: dict[str, Any] = {}
        if signer.certificate is None:
            material["publicKey"] = {"hint": b64(_key_id(signer.key))}
        elif "version=0." in version:
            material["x509CertificateChain"] = {"certificates": [{"rawBytes": _der(signer.certificate)}]}
        else:
            material["certificate"] = {"rawBytes": _der(signer.certificate)}
        if log:
            material["tlogEntries"] = [self.log.bundle_entry(body, kind, at)]
        if stamp:
            signed = {"signedTimestamp": b64(self.stamps.stamp(signature, at))}
            material["timestampVerificationData"] = {"rfc3161Timestamps": [signed]}
        return {"mediaType": version, "verificationMaterial": material, "dsseEnvelope": envelope}

    def message_bundle(self, artifact: bytes, signer: Signer) -> dict[str, Any]:
        """A bundle around a signature over the artifact itself; `messageDigest.hex` is for the test, to be removed."""
        made = self.bundle(statement("sha256:"), signer)
        signature, digest = signer.sign(artifact), hashlib.sha256(artifact)
        body = entry_body("hashedrekord/0.0.1", artifact, artifact, signature, signer.pem)
        made["verificationMaterial"]["tlogEntries"] = [self.log.bundle_entry(body, "hashedrekord/0.0.1", NOW)]
        stated = {"algorithm": "SHA2_256", "digest": b64(digest.digest()), "hex": digest.hexdigest()}
        made["messageSignature"] = {"messageDigest": stated, "signature": b64(signature)}
        del made["dsseEnvelope"]
        return made

    def _material(self, signer: Signer, body: bytes, at: datetime, *, log: bool) -> dict[str, str]:
        material = {} if signer.certificate is None else {"dev.sigstore.cosign/certificate": signer.pem.decode()}
        if log:
            material["dev.sigstore.cosign/bundle"] = json.dumps(self.log.annotation(body, at))
        return material


def _key_id(key: EcKey | rsa.RSAPrivateKey) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    return digest.finalize()


def _der(certificate: x509.Certificate) -> str:
    return b64(certificate.public_bytes(Encoding.DER))


def _log(key: EcKey, log_id: bytes, period: Mapping[str, str]) -> dict[str, Any]:
    raw = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return {
        "baseUrl": "https://log.example",
        "hashAlgorithm": "SHA2_256",
        "publicKey": {"rawBytes": b64(raw), "keyDetails": "PKIX_ECDSA_P256_SHA_256", "validFor": dict(period)},
        "logId": {"keyId": b64(log_id)},
    }


def _chain(chain: list[x509.Certificate], period: Mapping[str, str]) -> dict[str, Any]:
    return {
        "subject": {"organization": "private", "commonName": "authority"},
        "uri": "https://authority.example",
        "certChain": {"certificates": [{"rawBytes": _der(certificate)} for certificate in chain]},
        "validFor": dict(period),
    }
