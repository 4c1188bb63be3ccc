"""Bundles that a code host holds about a digest, beside the registry: judged as if they stood in a layer."""

import hashlib
from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from bot.oci.manifest import Descriptor
from bot.signatures.discovery import Source
from bot.signatures.layers import SignatureLayer
from bot.signatures.media_types import BUNDLE_TYPE
from bot.signatures.search import SearchResult
from bot.signatures.signature import Layout


class StoredBundle(Struct, frozen=True):
    """A Sigstore bundle as JSON, and the digest about which it was listed."""

    about: str
    data: bytes

    def layer(self) -> SignatureLayer:
        """The bundle as a layer of its own: it is in no manifest."""
        digest = f"sha256:{hashlib.sha256(self.data).hexdigest()}"
        described = Descriptor(media_type=BUNDLE_TYPE, digest=digest, size=len(self.data))
        return SignatureLayer(self.about, "", described, Source.GITHUB_API, layout=Layout.GITHUB_API)


class BundleJudge(Protocol):
    """Verifies bundles that were found outside the registry."""

    async def judge_bundles(self, bundles: Sequence[StoredBundle]) -> SearchResult:
        """Signatures and attached statements. Raises nothing: what could not be judged is unreadable."""
