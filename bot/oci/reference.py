"""An image's name: registry/repository:tag@digest.

Grammar: https://github.com/distribution/reference/blob/main/reference.go
"""

import re
from dataclasses import dataclass, replace

from bot.errors import InvalidReferenceError

REFERENCE_MAX = 512
"""Characters; longer input is refused before any pattern sees it."""

NAME_MAX = 255
"""Characters of a repository's path (distribution/reference, RepositoryNameTotalLengthMax)."""

DEFAULT_REGISTRY = "docker.io"
LAYOUT_PREFIX = "oci:"

_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_HOST = rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[0-9a-fA-F:]+\])(?::[0-9]+)?"
_COMPONENT = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_PATH = rf"{_COMPONENT}(?:/{_COMPONENT})*"
_TAG = r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}"
_DIGEST = r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}"

HOST = re.compile(_HOST, re.ASCII)
PATH = re.compile(_PATH, re.ASCII)
TAG = re.compile(_TAG, re.ASCII)
DIGEST = re.compile(_DIGEST, re.ASCII)
_REFERENCE = re.compile(rf"(?P<name>[^@]+?)(?::(?P<tag>{_TAG}))?(?:@(?P<digest>{_DIGEST}))?", re.ASCII)
_EVIDENCE_TAG = re.compile(r"sha(?:256|512)-[0-9a-f]{64}(?:\.[a-z0-9]+)?", re.ASCII)
_BARE_ID = re.compile(r"[0-9a-f]{64}", re.ASCII)
_HUB_NAMES = {"index.docker.io", "registry-1.docker.io"}


def is_digest(text: str) -> bool:
    """Whether the text is a sha256 or sha512 digest (OCI image-spec, descriptor.md#digests)."""
    return DIGEST.fullmatch(text) is not None


def is_tag(text: str) -> bool:
    """Whether the text is a tag by the grammar."""
    return TAG.fullmatch(text) is not None


def is_evidence_tag(text: str) -> bool:
    """Whether the tag is no image but holds evidence about one: `sha256-<hex>`, with `.sig`, `.att`, `.sbom` or not."""
    return _EVIDENCE_TAG.fullmatch(text) is not None


def fallback_tag(digest: str) -> str:
    """Where referrers of a digest are listed without the API (distribution-spec, "Referrers Tag Schema")."""
    algorithm, _, encoded = digest.partition(":")
    return f"{algorithm[:32]}-{encoded[:64]}"


@dataclass(frozen=True, slots=True)
class Reference:
    """Where an image is. At least one of `tag` and `digest` is set; when both are, the digest decides.

    An image in a layout on disk has registry "oci:PATH" and no repository; `layout.parse_layout` makes those.
    """

    registry: str
    repository: str
    tag: str = ""
    digest: str = ""

    @classmethod
    def parse(cls, text: str) -> "Reference":
        """Read a name as people type it: Docker Hub and `latest` are filled in.

        Raises InvalidReferenceError, with the text (cut) and what is wrong with it.
        """
        if len(text) > REFERENCE_MAX:
            raise InvalidReferenceError(f"an image name has at most {REFERENCE_MAX} characters, this one {len(text)}")
        match = _REFERENCE.fullmatch(text)
        if match is None or _BARE_ID.fullmatch(text):
            raise _invalid(text)
        registry, path = _split(match["name"])
        if PATH.fullmatch(path) is None:
            raise _invalid(text, "upper-case letters stand only in tags" if path.lower() != path else "")
        if len(path) > NAME_MAX:
            raise _invalid(text, f"its path has more than {NAME_MAX} characters")
        tag, digest = match["tag"] or "", match["digest"] or ""
        return cls(registry, path, tag or ("" if digest else "latest"), digest)

    def at(self, digest: str) -> "Reference":
        """The same repository at a digest; the tag stays for display."""
        return replace(self, digest=digest)

    def tagged(self, tag: str) -> "Reference":
        """The same repository under another tag, without a digest."""
        return replace(self, tag=tag, digest="")

    @property
    def name(self) -> str:
        """Registry and repository."""
        return f"{self.registry}/{self.repository}" if self.repository else self.registry

    @property
    def layout(self) -> str:
        """The folder of an `oci:PATH` reference; "" for an image in a registry."""
        return self.registry.removeprefix(LAYOUT_PREFIX) if self.registry.startswith(LAYOUT_PREFIX) else ""

    @property
    def target(self) -> str:
        """What to ask the registry for: the digest when there is one, else the tag."""
        return self.digest or self.tag

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        return f"{self.name}{tag}" + (f"@{self.digest}" if self.digest else "")


def _split(name: str) -> tuple[str, str]:
    """Registry and path of a name without tag and digest."""
    first, slash, rest = name.partition("/")
    is_host = slash and (any(c in first for c in ".:") or first == "localhost" or first.lower() != first)
    if not is_host or HOST.fullmatch(first) is None:
        return DEFAULT_REGISTRY, name if "/" in name else f"library/{name}"
    if first in _HUB_NAMES or first == DEFAULT_REGISTRY:
        return DEFAULT_REGISTRY, rest if "/" in rest else f"library/{rest}"
    return first, rest


def _invalid(text: str, why: str = "") -> InvalidReferenceError:
    shown = text if len(text) <= 80 else text[:80] + "…"  # noqa: PLR2004 - a line of a terminal
    because = f": {why}" if why else ""
    return InvalidReferenceError(
        f"{shown!r} is not an image name{because}. Example: quay.io/microcks/microcks:1.15.0",
    )
