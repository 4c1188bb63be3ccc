"""The tools with which people read signatures, and the layouts that each of them finds.

cosign 2 and Kyverno's `Cosign` type look for the tag sha256-….sig; cosign 3, Kyverno's `SigstoreBundle` type and
`gh attestation verify` for bundles among the referrers; cosign 3 falls back to the tag.
https://github.com/sigstore/cosign, https://kyverno.io/docs, https://cli.github.com/manual/gh_attestation_verify
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from bot.signatures.signature import Layout


class Reader(StrEnum):
    """A tool that the users of an image verify it with."""

    COSIGN_2 = "cosign-2"
    COSIGN_3 = "cosign-3"
    GH_ATTESTATION = "gh-attestation"
    KYVERNO_COSIGN = "kyverno-cosign"
    KYVERNO_SIGSTORE_BUNDLE = "kyverno-sigstore-bundle"
    NOTATION = "notation"


_FINDS: Final = {
    Reader.COSIGN_2: frozenset({Layout.COSIGN_TAG}),
    Reader.COSIGN_3: frozenset({Layout.COSIGN_TAG, Layout.BUNDLE}),
    Reader.GH_ATTESTATION: frozenset({Layout.BUNDLE, Layout.GITHUB_API}),
    Reader.KYVERNO_COSIGN: frozenset({Layout.COSIGN_TAG}),
    Reader.KYVERNO_SIGSTORE_BUNDLE: frozenset({Layout.BUNDLE}),
    Reader.NOTATION: frozenset({Layout.NOTATION}),
}


def layouts_of(readers: Iterable[Reader]) -> frozenset[str]:
    """The layouts that all of these find; none without readers."""
    found = [_FINDS[reader] for reader in readers]
    return frozenset(layout.value for layout in frozenset.intersection(*found)) if found else frozenset()
