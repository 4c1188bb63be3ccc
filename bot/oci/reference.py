"""An image's name: registry/repository:tag@digest.

Grammar: https://github.com/distribution/reference/blob/main/reference.go
What is filled in for people: https://github.com/distribution/reference/blob/main/normalize.go
"""

import re
from functools import lru_cache
from typing import Final

from msgspec import Struct

from bot.errors import InvalidReferenceError, MalformedError
from bot.oci.canonical import DEFAULT_REGISTRY as DEFAULT_REGISTRY  # noqa: PLC0414 - read from here by others
from bot.oci.canonical import canonical_registry
from bot.oci.grammar import DIGEST_LENGTHS, TAG, NameParts, Problem, take_apart
from bot.oci.grammar import PATH as PATH  # noqa: PLC0414 - read from here by others

REFERENCE_MAX: Final = 512
"""Characters; longer input is refused before any pattern sees it."""

LAYOUT_PREFIX: Final = "oci:"

DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}", re.ASCII)
_EVIDENCE_TAG = re.compile(r"sha(?:256|512)-[0-9a-f]{64}(?:\.[a-z0-9]+)?", re.ASCII)
_BARE_ID = re.compile(r"[0-9a-f]{64}", re.ASCII)
_OFFICIAL = "library/"
_SHOWN_MAX = 80  # characters; a line of a terminal


def is_digest(text: str) -> bool:
    """Whether the text is a sha256 or sha512 digest (OCI image-spec, descriptor.md#digests)."""
    return DIGEST.fullmatch(text) is not None


def is_tag(text: str) -> bool:
    """Whether the text is a tag by the grammar."""
    return TAG.fullmatch(text) is not None


def is_evidence_tag(text: str) -> bool:
    """Whether the tag holds evidence about an image: `sha256-<hex>`, with `.sig`, `.att`, `.sbom` or without."""
    return _EVIDENCE_TAG.fullmatch(text) is not None


def fallback_tag(digest: str) -> str:
    """Where referrers of a digest are listed without the API (distribution-spec, "Referrers Tag Schema")."""
    algorithm, _, encoded = digest.partition(":")
    return f"{algorithm[:32]}-{encoded[:64]}"


class Reference(Struct, frozen=True):
    """Where an image is. At least one of `tag` and `digest` is set; when both are, the digest decides.

    An image in a layout on disk has registry "oci:PATH" and no repository; `layout.parse_layout` makes those.
    """

    registry: str
    repository: str
    tag: str = ""
    digest: str = ""

    @classmethod
    def parse(cls, text: str) -> "Reference":
        """Read a name as people type it: Docker Hub and `latest` are filled in, a registry gets its one name.

        Raises InvalidReferenceError, with the text (cut) and what is wrong with it.
        """
        return _parsed(text)

    def at(self, digest: str) -> "Reference":
        """The same repository at a digest; the tag stays for display."""
        return Reference(self.registry, self.repository, self.tag, digest)

    def tagged(self, tag: str) -> "Reference":
        """The same repository under another tag, without a digest."""
        return Reference(self.registry, self.repository, tag)

    @property
    def name(self) -> str:
        """Registry and repository."""
        return f"{self.registry}/{self.repository}" if self.repository else self.registry

    @property
    def familiar(self) -> str:
        """The name as people write it: `ubuntu` for docker.io/library/ubuntu (normalize.go, FamiliarName)."""
        if self.registry != DEFAULT_REGISTRY:
            return self.name
        official = self.repository.removeprefix(_OFFICIAL)
        return self.repository if "/" in official else official

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


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Reference:
    """See `Reference.parse`. One push, and one check, read the same name several times; an error is not kept."""
    match full_name(text):
        case NameParts(domain, path, tag, digest):
            return Reference(domain, path, tag or ("" if digest else "latest"), digest)
        case Problem() as problem:
            raise _invalid(text, problem)
        case digest:
            raise _invalid(text, f"a digest alone names no repository; write repository@{digest[:19]}…")


def full_name(text: str) -> NameParts | Problem | str:
    """The name with Docker Hub filled in but no tag, why it is not one, or the digest when it is a digest alone."""
    if not 0 < len(text) <= REFERENCE_MAX:
        return Problem.FORMAT if text else Problem.EMPTY
    if is_digest(text) or _BARE_ID.fullmatch(text):
        return text if ":" in text else f"sha256:{text}"
    try:
        domain, remainder = _split(text)
    except MalformedError:
        return Problem.TRAILING_DOT if text.partition("/")[0].partition(":")[0].endswith(".") else Problem.PORT
    path = remainder.partition(":")[0].partition("@")[0]
    if path.lower() != path:
        return Problem.UPPERCASE
    parts = take_apart(f"{domain}/{remainder}", digests=DIGEST_LENGTHS)
    # `foo_bar.com/app` looks like a host but is not one, and would pass as a path without any host.
    return Problem.FORMAT if isinstance(parts, NameParts) and parts.domain != domain else parts


def _split(text: str) -> tuple[str, str]:
    """The registry's one name and the rest; what stands before the first slash is a host only if it looks like one."""
    first, slash, rest = text.partition("/")
    is_host = slash and ("." in first or ":" in first or first == "localhost" or first.lower() != first)
    domain, remainder = (canonical_registry(_with_port(first)), rest) if is_host else (DEFAULT_REGISTRY, text)
    if domain == DEFAULT_REGISTRY and remainder and "/" not in remainder:
        remainder = _OFFICIAL + remainder
    return domain, remainder


def _with_port(host: str) -> str:
    """A host of one word is one by its upper-case letters alone; in lower case its port says so."""
    is_word = "." not in host and ":" not in host and host.lower() != "localhost"
    return f"{host}:443" if is_word else host


def _invalid(text: str, why: str) -> InvalidReferenceError:
    if len(text) > REFERENCE_MAX:
        return InvalidReferenceError(f"an image name has at most {REFERENCE_MAX} characters, this one {len(text)}")
    shown = text if len(text) <= _SHOWN_MAX else text[:_SHOWN_MAX] + "…"
    why = _closer(text) if why == Problem.FORMAT else why
    return InvalidReferenceError(f"{shown!r} is not an image name: {why}. Example: quay.io/microcks/microcks:1.15.0")


def _closer(text: str) -> str:
    """Which part of a name does not have the form of a name, where a person can be told."""
    name, at, digest = text.partition("@")
    if at and "/" not in digest and isinstance(take_apart(name), NameParts):
        return f"{digest[:_SHOWN_MAX]!r} after the @ is not a digest: sha256: and 64 lower-case hexadecimal digits"
    name, colon, tag = name.rpartition(":")
    if colon and not at and "/" not in tag and isinstance(take_apart(name), NameParts):
        return f"{tag[:_SHOWN_MAX]!r} is not a tag: at most 128 letters, digits, dots, dashes and underscores"
    return Problem.FORMAT
