"""From what a payload claims to what we look at: only names of the grammar, only hosts bound to the source."""

import re
from typing import Final

from bot.errors import InvalidReferenceError, MalformedError
from bot.intake.push import Announcement, Push
from bot.oci.canonical import canonical_registry
from bot.oci.reference import PATH, Reference, is_digest, is_tag
from bot.settings_values import WebhookSource

_OF_A_DIGEST: Final = re.compile(r"(sha256|sha512)-([0-9a-f]{64})(?:\.[a-z0-9]+)?", re.ASCII)
"""Signatures, attestations and the referrers fallback: sha256-<hex>[.sig|.att|.sbom] (distribution-spec,
"Referrers Tag Schema"; cosign's tag scheme)."""

CATALOGUE_TAGS: Final = frozenset({"artifacthub.io"})
"""Tags that catalogues put beside an image; never a release."""


NOT_A_NAME: Final = "not an image name"


def validate(announced: Announcement, source: WebhookSource) -> Push | str:
    """The push, or why there is none."""
    told, repository = announced.host or source.hosts[0], announced.repository
    if announced.own_name:
        told, slash, prefix = source.repositories.get(announced.own_name, "").partition("/")
        repository = f"{prefix}{slash}{repository}"
        if not told:
            return "a repository that is not among the source's `repositories`"
    try:
        host = canonical_registry(told)
    except MalformedError:
        host = ""
    if host not in source.hosts:
        host = next((other for other in announced.other_hosts if other in source.hosts), "")
    if not host:
        return "not a registry of this source"
    return _named(announced, f"{host}/{repository}") if PATH.fullmatch(repository) else NOT_A_NAME


def _named(announced: Announcement, name: str) -> Push | str:
    tag, digest = announced.tag, announced.digest if is_digest(announced.digest) else ""
    if announced.is_evidence and not digest:
        return "no digest"
    if not tag and not announced.is_evidence:
        return "no tag"
    if tag and not is_tag(tag):
        return NOT_A_NAME
    if tag in CATALOGUE_TAGS:
        return "not a release"
    try:
        image = Reference.parse(f"{name}:{tag}" if tag else f"{name}@{digest}")
    except InvalidReferenceError:  # too long
        return NOT_A_NAME
    return Push(image, digest, digest if announced.is_evidence else evidence_for(tag), announced.id)


def evidence_for(tag: str) -> str:
    """The digest that a signature's or attestation's tag is about, or "" for a tag that may be a release.

    A sha512 digest is cut to 64 digits in such tags, so it names nothing that could be looked up whole.
    """
    match = _OF_A_DIGEST.fullmatch(tag)
    return f"{match[1]}:{match[2]}" if match else ""
