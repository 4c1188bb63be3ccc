"""A trusted root in the one form that sigstore-python reads: every name there, and nothing that it does not know.

Protobuf's JSON leaves out what is empty and lets readers skip what they do not know; the library does neither. So it is
given what we have read, not the file: an instance whose authority has no common name is as good as any.
https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto
"""

import base64
import json
from collections.abc import Iterable
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from bot.signatures.keys import PublicKey, spki
from bot.signatures.roots.root import Authority, Log, Period, TrustedRoot

_CURVES: Final = {
    "secp256r1": "PKIX_ECDSA_P256_SHA_256",
    "secp384r1": "PKIX_ECDSA_P384_SHA_384",
    "secp521r1": "PKIX_ECDSA_P521_SHA_512",
}


def library_root(root: TrustedRoot) -> bytes:
    """The root as JSON. Logs whose keys we cannot use are left out: our own steps end before them."""
    document = {
        "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
        "tlogs": _logs(root.tlogs),
        "ctlogs": _logs(root.ctlogs),
        "certificateAuthorities": [_authority(one) for one in root.authorities],
        "timestampAuthorities": [_authority(one) for one in root.timestamp_authorities],
    }
    return json.dumps(document).encode()


def _logs(logs: Iterable[Log]) -> list[dict[str, Any]]:
    return [_log(log, log.key) for log in logs if log.key is not None]


def _log(log: Log, key: PublicKey) -> dict[str, Any]:
    public = {"rawBytes": _text(spki(key)), "keyDetails": _details(key), "validFor": _period(log.period)}
    return {"baseUrl": "", "hashAlgorithm": "SHA2_256", "publicKey": public, "logId": {"keyId": _text(log.stated_id)}}


def _details(key: PublicKey) -> str:
    """Of RSA keys the library asks only which hash they sign, so one name stands for all lengths."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        return _CURVES[key.curve.name]
    return "PKIX_RSA_PKCS1V15_2048_SHA256" if isinstance(key, rsa.RSAPublicKey) else "PKIX_ED25519"


def _authority(authority: Authority) -> dict[str, Any]:
    return {
        "subject": {"organization": "", "commonName": ""},
        "certChain": {"certificates": [{"rawBytes": _text(one.public_bytes(Encoding.DER))} for one in authority.chain]},
        "validFor": _period(authority.period),
    }


def _period(period: Period) -> dict[str, str]:
    end = {} if period.end is None else {"end": period.end.isoformat()}
    return {"start": period.start.isoformat(), **end}


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
