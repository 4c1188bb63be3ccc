"""Who signed, in which layout, and whether it holds."""

from enum import StrEnum
from typing import Final

from msgspec import Struct, field

from bot.signatures.reason import SignatureReason

SOURCE: Final = "source-repository"
"""The claim that names the repository whose run signed; the identity is the workflow that it called."""


class Layout(StrEnum):
    """Where a signature was found. How each is recognised and verified: layouts.py."""

    COSIGN_TAG = "cosign-tag"
    COSIGN_REFERRER = "cosign-referrer"
    BUNDLE = "bundle"
    DOCKER_DSSE = "docker-dsse"
    DHI = "dhi"
    NOTATION = "notation"
    GITHUB_API = "github-api"


class SignatureState(StrEnum):
    """What verification said. `unverifiable` is neither a pass nor a fail."""

    VALID = "valid"
    INVALID = "invalid"
    UNVERIFIABLE = "unverifiable"


class Signature(Struct, frozen=True):
    """One signature that was found, and the verdict on it.

    `digest` is what it speaks about (index, platform manifest or attestation manifest), `manifest` the digest of the
    manifest that holds it. `reason` is a sentence that says why it is not valid, `code` the same for decisions; only
    verdicts that were stored before there were codes have none.
    """

    layout: Layout
    digest: str
    manifest: str
    state: SignatureState
    identity: str = ""
    issuer: str = ""
    reason: str = ""
    code: SignatureReason | None = None
    predicate_type: str = ""
    key_name: str = ""  # which key of the policy fits
    signed_at: str = ""  # RFC 3339, when a trusted time says so
    claims: tuple[tuple[str, str], ...] = field(default=())  # certificate extensions, name -> value
