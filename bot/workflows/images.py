"""Image names as CI files write them: parts may be unresolved parts, so the strict grammar of references does not fit.

https://github.com/distribution/reference
"""

import re

from msgspec import Struct

from bot.errors import MalformedError
from bot.oci.canonical import DEFAULT_REGISTRY, canonical_registry
from bot.workflows.kept import kept
from bot.workflows.text import SourceText
from bot.workflows.unresolved import UNRESOLVED, known

_LOCAL = re.compile(
    r"(?:localhost|127\.0\.0\.1|\[::1\]|(?:kind-)?registry(?:\.local(?:host)?)?|host\.docker\.internal|ttl\.sh)(?::\d+)?"
)
_MASK = re.compile(r"\x00(\d+)\x01")
_TRANSPORT = re.compile(r"(?:docker|oci|dir|docker-archive|oci-archive|docker-daemon|containers-storage):")


class Name(Struct, frozen=True):
    """`repository` has its registry in front; parts that are not written are ""."""

    repository: str
    tag: str = ""
    digest: str = ""

    @property
    def registry(self) -> str:
        """E.g. quay.io; "" when that is an unresolved part."""
        first = self.repository.partition("/")[0]
        return first if known(first) else ""

    @property
    def tagged(self) -> str:
        """Repository and tag, without a digest."""
        return f"{self.repository}:{self.tag}" if self.tag else self.repository

    @property
    def is_local(self) -> bool:
        """A registry or an image that is gone soon after the job: nobody will look for attestations there."""
        return _LOCAL.fullmatch(self.registry) is not None


def stays_here(name: Name, source: SourceText) -> bool:
    """Whether it is gone soon after the job, and not in a registry of which we know that people look there."""
    return name.is_local and name.registry not in source.published


@kept
def read_name(text: str) -> Name:
    """The parts of an image name; a transport (docker://) is dropped."""
    unresolved: list[str] = []

    def keep(found: re.Match[str]) -> str:
        unresolved.append(found[0])
        return f"\x00{len(unresolved) - 1}\x01"

    def restore(part: str) -> str:
        return _MASK.sub(lambda found: unresolved[int(found[1])], part) if unresolved else part

    masked = _without_transport(UNRESOLVED.sub(keep, text.replace("\x00", "").replace("\x01", "")))
    named, _, digest = masked.partition("@")
    path, slash, last = named.rpartition("/")
    last, _, tag = last.partition(":")
    return Name(restore(_normal(path + slash + last)), restore(tag), restore(digest))


def looks_like_image(text: str) -> bool:
    """Whether a word may be an image's name, and not a flag, a path or a plain word."""
    bare = _without_transport(UNRESOLVED.sub("x", text))
    return bool(re.fullmatch(r"[A-Za-z0-9][\w.:@/+-]*", bare)) and ("/" in bare or "@" in bare) and "//" not in bare


def _without_transport(text: str) -> str:
    return text[found.end() :].removeprefix("//") if (found := _TRANSPORT.match(text)) else text


def _normal(repository: str) -> str:
    first, slash, rest = repository.partition("/")
    if not slash:
        return repository if "\x00" in first or not first else f"docker.io/library/{first}"
    first = first if "\x00" in first else _registry(first)
    repository = f"{first}/{rest}"
    if first == DEFAULT_REGISTRY:
        return f"docker.io/{rest}" if "/" in rest or "\x00" in rest else f"docker.io/library/{rest}"
    if "\x00" in first or "." in first or ":" in first or first == "localhost":
        return repository
    return f"docker.io/{repository}"


def _registry(host: str) -> str:
    """The registry's one name, if the first part of the name is a registry."""
    try:
        return canonical_registry(host) if "." in host or ":" in host else host
    except MalformedError:
        return host
