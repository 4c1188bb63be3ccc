"""What is known of an image that advice names: its platforms, its registry, who signs it, where its source is.

Platforms, identities and sources come from strangers, and the advice is pasted into shells and YAML files: what has any
other character than such a name needs is left out, and an example is shown instead.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from bot.attestations.provenance import Provenance
from bot.context import Context
from bot.evidence import Evidence
from bot.signatures.signature import Signature, SignatureState

PLATFORMS_MAX: Final = 16
"""Platforms in one command; the largest official images have ten."""

_PLATFORM: Final = re.compile(r"[a-z0-9]{1,20}/[a-z0-9_]{1,20}(?:/[a-z0-9.]{1,20})?")
_ISSUER: Final = re.compile(r"https://[A-Za-z0-9./_-]{1,200}")
_IDENTITY: Final = re.compile(r"[A-Za-z0-9:/._@+-]{1,400}")
_PATTERN: Final = re.compile(r"[A-Za-z0-9:/._@+*()|?\[\]{}^\\-]{1,400}")
_SOURCE: Final = re.compile(r"https://[A-Za-z0-9.-]{1,100}/[A-Za-z0-9._/-]{1,200}")
_KEY_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,60}")
_TAG_OF_REF: Final = re.compile(r"(@refs/(?:tags|heads)/).*\Z")

_EXAMPLE_PLATFORMS: Final = ("linux/amd64", "linux/arm64")
_GITHUB_ISSUER: Final = "https://token.actions.githubusercontent.com"
_EXAMPLE_SOURCE: Final = "https://github.com/acme/app"


class Known(Struct, frozen=True):
    """All fit to be pasted. `subject` and `sources` are patterns; `key` is "" unless the policy names keys alone."""

    platforms: tuple[str, ...]
    issuer: str
    subject: str
    sources: str
    key: str


def known_of(context: Context) -> Known:
    """What the evidence and the policy say; examples for the rest."""
    expected = context.expected
    source = next(_fitting(_SOURCE, _sources(context.evidence)), _EXAMPLE_SOURCE)
    issuer, subject = _signer(context) or (_GITHUB_ISSUER, f"{_quoted(source)}/.+")
    by_key = bool(expected.key_names) and not expected.identities
    platforms = (platform.platform for platform in context.evidence.platforms)
    return Known(
        platforms=tuple(dict.fromkeys(_fitting(_PLATFORM, platforms)))[:PLATFORMS_MAX] or _EXAMPLE_PLATFORMS,
        issuer=issuer,
        subject=subject,
        sources=_quoted(source),
        key=next(_fitting(_KEY_NAME, (name.removesuffix(".pub") for name in expected.key_names)), "cosign")
        if by_key
        else "",
    )


def _signer(context: Context) -> tuple[str, str] | None:
    """Whom the policy expects; else who signed the image so that it holds."""
    for identity in context.expected.identities:
        if _ISSUER.fullmatch(identity.issuer) and _PATTERN.fullmatch(identity.subject):
            return identity.issuer, identity.subject
    for signature in filter(_is_keyless, context.evidence.signatures):
        if _ISSUER.fullmatch(signature.issuer) and _IDENTITY.fullmatch(signature.identity):
            return signature.issuer, _TAG_OF_REF.sub(r"\1.+", _quoted(signature.identity))
    return None


def _is_keyless(signature: Signature) -> bool:
    return signature.state is SignatureState.VALID and bool(signature.issuer and signature.identity)


def _sources(evidence: Evidence) -> Iterable[str]:
    for platform in evidence.platforms:
        for provenance in (*platform.provenances, platform.provenance):
            if isinstance(provenance, Provenance):
                yield provenance.source


def _fitting(pattern: re.Pattern[str], texts: Iterable[str]) -> Iterator[str]:
    return (text for text in texts if pattern.fullmatch(text))


def _quoted(text: str) -> str:
    """The text as a pattern, with no more backslashes than it needs."""
    return re.sub(r"([.+*?()\[\]{}|^$\\])", r"\\\1", text)
