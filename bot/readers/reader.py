"""The tools that a policy may name in `readers`, and the layouts of signatures that each of them finds."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from msgspec import Struct

from bot.signatures.signature import Layout


class Reader(StrEnum):
    """A tool with which the users of an image read its evidence."""

    COSIGN_2 = "cosign-2"
    COSIGN_3 = "cosign-3"
    GH_ATTESTATION = "gh-attestation"
    KYVERNO_COSIGN = "kyverno-cosign"
    KYVERNO_SIGSTORE_BUNDLE = "kyverno-sigstore-bundle"
    POLICY_CONTROLLER = "policy-controller"
    BUILDX_IMAGETOOLS = "buildx-imagetools"
    DOCKER_SCOUT = "docker-scout"
    ORAS_DISCOVER = "oras-discover"
    NOTATION = "notation"
    HARBOR = "harbor"


class EvidenceKind(StrEnum):
    """What a tool may find of an image."""

    SIGNATURE = "signature"
    PROVENANCE = "provenance"
    SBOM = "SBOM"


class ReaderUse(Struct, frozen=True):
    """A tool, and the kinds of evidence that people read with it.

    Few read all with one tool: Docker's tools read provenance that BuildKit wrote, and cosign the signature.
    """

    reader: Reader
    kinds: tuple[EvidenceKind, ...] = tuple(EvidenceKind)


SIGNATURE_LAYOUTS: Final = {
    Reader.COSIGN_2: frozenset({Layout.COSIGN_TAG}),
    Reader.COSIGN_3: frozenset({Layout.COSIGN_TAG, Layout.BUNDLE}),
    Reader.GH_ATTESTATION: frozenset({Layout.BUNDLE, Layout.GITHUB_API}),
    Reader.KYVERNO_COSIGN: frozenset({Layout.COSIGN_TAG}),
    Reader.KYVERNO_SIGSTORE_BUNDLE: frozenset({Layout.BUNDLE}),
    Reader.POLICY_CONTROLLER: frozenset({Layout.COSIGN_TAG}),
    Reader.ORAS_DISCOVER: frozenset({Layout.BUNDLE, Layout.COSIGN_REFERRER, Layout.NOTATION}),
    Reader.NOTATION: frozenset({Layout.NOTATION}),
    Reader.HARBOR: frozenset({Layout.COSIGN_TAG, Layout.COSIGN_REFERRER, Layout.BUNDLE, Layout.NOTATION}),
}
"""Tools that are not named here read no signatures. The rows of the table say more; a test compares the two."""


def layouts_of(readers: Iterable[Reader]) -> frozenset[str]:
    """The layouts of signatures that all of these find; none where none of them reads signatures."""
    found = [SIGNATURE_LAYOUTS[reader] for reader in readers if reader in SIGNATURE_LAYOUTS]
    return frozenset(layout.value for layout in frozenset.intersection(*found)) if found else frozenset()


def disagree(readers: Iterable[Reader]) -> bool:
    """Whether no layout of signatures is found by all of those that read signatures."""
    named = tuple(readers)
    return not layouts_of(named) and any(reader in SIGNATURE_LAYOUTS for reader in named)


def names(uses: Iterable[ReaderUse]) -> tuple[Reader, ...]:
    """The tools, each once."""
    return tuple(dict.fromkeys(use.reader for use in uses))


def of_signatures(uses: Iterable[ReaderUse]) -> tuple[Reader, ...]:
    """Those with which people read signatures."""
    return names(use for use in uses if EvidenceKind.SIGNATURE in use.kinds)


def left_out(uses: tuple[ReaderUse, ...]) -> frozenset[tuple[str, str]]:
    """Tool and kind, for what nobody reads with it: one that is named twice reads what either says."""
    read = {(use.reader, kind) for use in uses for kind in use.kinds}
    return frozenset(
        (name.value, kind.value) for name in names(uses) for kind in EvidenceKind if (name, kind) not in read
    )


def told(readers: Iterable[str], unread: frozenset[tuple[str, str]]) -> list[str]:
    """Each tool as the file could have it."""
    each = ((name, [kind.value for kind in EvidenceKind if (name, kind.value) not in unread]) for name in readers)
    return [name if len(kinds) == len(EvidenceKind) else f"{name}: {' and '.join(kinds)}" for name, kinds in each]
