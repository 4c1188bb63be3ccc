"""What a fake registry was asked for, counted by kind: stories about costs, and a bench, compare these."""

from collections import Counter
from enum import StrEnum
from typing import Final

from bot.oci.reference import is_evidence_tag
from tests.fake_registry import Asked, FakeRegistry


class Kind(StrEnum):
    """A kind of request."""

    TAG = "the tag, read"
    TAG_HEAD = "the tag, a HEAD"
    MANIFEST = "manifests"
    MANIFEST_HEAD = "manifests, a HEAD"
    BLOB = "statements and configurations"
    REFERRERS = "lists of referrers"
    LIST = "lists of tags"
    EVIDENCE = "tags of evidence, read"
    EVIDENCE_HEAD = "tags of evidence, a HEAD"
    TOKEN = "tokens"
    OTHER = "others"


_LISTS: Final = {"blobs": Kind.BLOB, "referrers": Kind.REFERRERS}


def kinds(registry: FakeRegistry) -> dict[str, int]:
    """How many of each kind; kinds that were not asked for are left out. Refused ones count, too."""
    return dict(Counter(map(kind_of, registry.requests)))


def kind_of(asked: Asked) -> Kind:
    """What one request asked for."""
    path = asked.path.partition("?")[0]
    if path == "/token":
        return Kind.TOKEN
    if path.endswith("/tags/list"):
        return Kind.LIST
    before, _, target = path.rpartition("/")
    kind = before.rpartition("/")[2]
    if kind != "manifests":
        return _LISTS.get(kind, Kind.OTHER)
    is_head = asked.method == "HEAD"
    if target.startswith("sha256:"):
        return Kind.MANIFEST_HEAD if is_head else Kind.MANIFEST
    if is_evidence_tag(target):
        return Kind.EVIDENCE_HEAD if is_head else Kind.EVIDENCE
    return Kind.TAG_HEAD if is_head else Kind.TAG
