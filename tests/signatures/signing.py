"""An image in a fake registry, and everything that signers attach to it, in every layout.

signed = Signed(registry, sigstore)
index, amd64, arm64 = signed.image()
signed.sig_tag(index, sigstore.sig_layer(index, signer))
evidence = await signed.gather(sigstore.trust())
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from bot.evidence import Evidence
from bot.evidence.gather import gather
from bot.oci.wire.pace import Pace
from bot.signatures.finder import SignatureFinder
from bot.signatures.roots.root import Trust
from bot.signatures.search import SignatureSearch
from tests.attestations.predicates import BUILT, v1
from tests.evidence.building import EMPTY, IMAGE_CONFIG, NAME, OCI_MANIFEST, Builder, Json
from tests.fake_registry import FakeRegistry
from tests.oci.opened import opened
from tests.registry_shelf import descriptor
from tests.signatures.judged import TODAY

BUNDLE: Final = "application/vnd.dev.sigstore.bundle.v0.3+json"
NOTATION: Final = "application/vnd.cncf.notary.signature"


class Signed(Builder):
    """Two platforms with provenance, unsigned until somebody signs."""

    def __init__(self, registry: FakeRegistry) -> None:
        super().__init__(registry)
        self.attestations: list[str] = []

    def image(self, *, artifact: bool = True) -> tuple[str, str, str]:
        """Index, linux/amd64, linux/arm64; the digests of the attestation manifests are in `attestations`."""
        amd64, arm64 = self.platform("linux/amd64"), self.platform("linux/arm64")
        attested = [
            self.attestation(one, self.statement(one, v1(internal={"buildConfig": BUILT})), artifact=artifact)
            for one in (amd64, arm64)
        ]
        self.attestations = [one["digest"] for one in attested]
        digest = self.index(amd64, arm64, *attested)
        return digest, amd64["digest"], arm64["digest"]

    def sig_tag(self, about: str, *layers: Mapping[str, Any], suffix: str = "sig") -> str:
        """Cosign's older layout: a tag named after the digest. The manifest's digest."""
        document = self._carrier([self._layer(layer) for layer in layers], IMAGE_CONFIG)
        tag = f"{about.replace(':', '-')}.{suffix}"
        return self.registry.push_manifest(NAME, document, tag=tag)

    def referrer(self, about: str, layers: list[Json], kind: str, **more: object) -> str:
        """A manifest that names the digest as its subject. The manifest's digest."""
        held = self.repository.manifests.get(about)
        subject = descriptor(held.data, held.media_type) if held else {"mediaType": "", "digest": about, "size": 1}
        document = self._carrier(layers, EMPTY) | {"subject": subject, **({"artifactType": kind} if kind else {})}
        return self.registry.push_manifest(NAME, document | more)

    def bundle(self, about: str, made: Mapping[str, Any], *, kind: str = BUNDLE) -> str:
        """A Sigstore bundle as a referrer, as cosign 3 and GitHub push it."""
        return self.referrer(about, [self.blob(json.dumps(made).encode(), BUNDLE)], kind)

    def blob(self, data: bytes, media_type: str, **annotations: str) -> Json:
        self.repository.add_blob(data)
        return descriptor(data, media_type, **({"annotations": annotations} if annotations else {}))

    def _layer(self, made: Mapping[str, Any]) -> Json:
        return self.blob(made["data"], made["media_type"], **made["annotations"])

    def _carrier(self, layers: list[Json], config: str) -> Json:
        self.repository.add_blob(b"{}")
        document = {"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": descriptor(b"{}", config)}
        return document | {"layers": layers}

    async def found(self, trust: Trust, *, pace: Pace | None = None) -> Evidence:
        """What a search finds, over HTTP."""
        return await look(self, SignatureFinder(lambda: trust, clock=lambda: TODAY), pace=pace)


async def look(image: Builder, search: SignatureSearch, *, pace: Pace | None = None) -> Evidence:
    """The evidence about the tag, over HTTP."""
    async with opened(image.registry, pace=pace) as registry:
        return await gather(image.reference, registry, search=search)
