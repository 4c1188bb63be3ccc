"""From what a payload claims to what we look at: only names of the grammar, only hosts bound to the source."""

import re
from typing import Final

from bot.errors import InvalidReferenceError, MalformedError
from bot.intake.push import Announcement, Push
from bot.oci.canonical import canonical_registry
from bot.oci.reference import PATH, Reference, is_digest, is_tag
from bot.settings import WebhookSource

_OF_A_DIGEST: Final = re.compile(r"(sha256|sha512)-([0-9a-f]{64})(?:\.[a-z0-9]+)?", re.ASCII)
"""Signatures, attestations and the referrers fallback: sha256-<hex>[.sig|.att|.sbom] (distribution-spec,
"Referrers Tag Schema"; cosign's tag scheme)."""

CATALOGUE_TAGS: Final = frozenset({"artifacthub.io"})
"""Tags that catalogues put beside an image; never a release."""


def validate(announced: Announcement, source: WebhookSource) -> Push | str:
    """The push, or why there is none."""
    try:
        host = canonical_registry(announced.host or source.hosts[0])
    except MalformedError:
        host = ""
    if host not in source.hosts:
        return "not a registry of this source"
    if not announced.tag:
        return "no tag"
    if PATH.fullmatch(announced.repository) is None or not is_tag(announced.tag):
        return "not an image name"
    if announced.tag in CATALOGUE_TAGS:
        return "not a release"
    try:
        image = Reference.parse(f"{host}/{announced.repository}:{announced.tag}")
    except InvalidReferenceError:  # too long
        return "not an image name"
    digest = announced.digest if is_digest(announced.digest) else ""
    return Push(image, digest, evidence_for(announced.tag), announced.id)


def evidence_for(tag: str) -> str:
    """The digest that a signature's or attestation's tag is about, or "" for a tag that may be a release.

    A sha512 digest is cut to 64 digits in such tags, so it names nothing that could be looked up whole.
    """
    match = _OF_A_DIGEST.fullmatch(tag)
    return f"{match[1]}:{match[2]}" if match else ""
