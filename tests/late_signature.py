"""A signature in the layout that cosign wrote for years, for tests in which it comes after its image."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec import Struct

from bot.oci.manifest import OCI_MANIFEST

PAYLOAD = "application/vnd.dev.cosign.simplesigning.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"


class Signer(Struct, frozen=True):
    """Somebody with a key."""

    key: ec.EllipticCurvePrivateKey

    @classmethod
    def new(cls) -> "Signer":
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @property
    def pem(self) -> str:
        """The public key."""
        return self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def layout(self, digest: str, folder: Path) -> Path:
        """An OCI layout whose one image is the signature of that digest; its tag is `tag_of(digest)`."""
        image = {"docker-manifest-digest": digest}
        critical = {"identity": {"docker-reference": ""}, "image": image, "type": "cosign container image signature"}
        payload = json.dumps({"critical": critical, "optional": None}).encode()
        signature = base64.b64encode(self.key.sign(payload, ec.ECDSA(SHA256()))).decode()
        layer = _blob(folder, payload, PAYLOAD) | {"annotations": {"dev.cosignproject.cosign/signature": signature}}
        config = _blob(folder, b"{}", CONFIG)
        manifest = {"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": config, "layers": [layer]}
        index = {"schemaVersion": 2, "manifests": [_blob(folder, json.dumps(manifest).encode(), OCI_MANIFEST)]}
        (folder / "index.json").write_text(json.dumps(index))
        (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
        return folder


def tag_of(digest: str) -> str:
    """Where cosign looks for the signatures of a digest."""
    return digest.replace(":", "-") + ".sig"


def _blob(folder: Path, data: bytes, media_type: str) -> dict[str, Any]:
    digest = hashlib.sha256(data).hexdigest()
    (folder / "blobs" / "sha256").mkdir(parents=True, exist_ok=True)
    (folder / "blobs" / "sha256" / digest).write_bytes(data)
    return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data)}
