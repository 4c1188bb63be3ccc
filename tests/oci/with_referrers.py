"""An image, and signatures that refer to it."""

from tests.fake_registry import FakeRegistry
from tests.registry_shelf import OCI_MANIFEST

SIGNATURE = "application/vnd.dev.sigstore.bundle.v0.3+json"
ABSENT = "sha256:" + "0" * 64


def signed(fake: FakeRegistry, *, count: int = 1) -> tuple[str, list[str]]:
    """An image with signatures; their digests."""
    image = fake.push_image("demo/app", tag="1")
    subject = {"mediaType": OCI_MANIFEST, "digest": image, "size": 1}
    return image, [
        fake.push_image("demo/app", layer=b"signature %d" % number, subject=subject, artifactType=SIGNATURE)
        for number in range(count)
    ]
