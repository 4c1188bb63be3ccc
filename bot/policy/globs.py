"""Which images a glob names: `{quay.io,docker.io}/acme/*`, with a tag behind a colon when it matters.

`*` stands for anything without a slash, `**` for anything, `?` for one character, `{a,b}` for either.
"""

import re
from functools import lru_cache
from typing import Final

from bot.errors import MalformedError
from bot.oci.reference import Reference
from bot.rules.patterns import fits

GLOB_MAX: Final = 300
"""Characters of a glob."""

ALTERNATIVES_MAX: Final = 64
"""Globs that one with braces may stand for."""

HUB: Final = "docker.io"
_HUB: Final = frozenset({"index.docker.io", "registry-1.docker.io", "hub.docker.com"})
"""Other names of Docker Hub; references are brought to the usual one."""

_BRACES: Final = re.compile(r"\{([^{}]*)\}")
_PARTS: Final = re.compile(r"\*\*|\*|\?|[^*?]+")
_MEANS: Final = {"**": ".*", "*": "[^/]*", "?": "[^/]"}


def is_named(glob: str, image: Reference) -> bool:
    """Whether the glob names the image; without a tag in it, whatever the tag."""
    return any(_names(one, image) for one in expand(glob))


def require_glob(glob: str) -> str:
    """The glob. Raises MalformedError when it is none, or could never name an image."""
    if not glob or len(glob) > GLOB_MAX or any(sign.isspace() for sign in glob):
        raise MalformedError(f"a glob on images has 1 to {GLOB_MAX} characters and no spaces")
    for one in expand(glob):
        if "{" in one or "}" in one:
            raise MalformedError("a brace is not closed")
        if one != "**":
            _require_name(one)
    return glob


def _require_name(glob: str) -> None:
    """Whether it looks as names of images do once they are whole: `docker.io/acme/app`, not `acme/app` or a URL."""
    registry, _, rest = _split(glob)[0].partition("/")
    if not rest or rest.startswith("/") or not (registry == "localhost" or any(sign in registry for sign in ".:*?")):
        raise MalformedError(f"{glob!r} names no registry; write e.g. quay.io/acme/*, or ** for all images")
    if "@" in glob:
        raise MalformedError(f"{glob!r} holds a digest; globs name repositories, and perhaps tags")
    if rest != rest.lower():
        raise MalformedError(f"{glob!r} can name no image: repositories are in lower case")
    if registry in _HUB or (registry == HUB and "/" not in rest and "**" not in rest):
        raise MalformedError(
            f"{glob!r} can name no image: Docker Hub's are docker.io/library/alpine, docker.io/acme/app"
        )


def covers(glob: str, other: str) -> bool:
    """Whether every image that `other` names is named by `glob`; sure when True, else perhaps."""
    return all(any(_covers(one, two) for one in expand(glob)) for two in expand(other))


@lru_cache(maxsize=256)
def expand(glob: str) -> tuple[str, ...]:
    """The globs without braces that this one stands for, in their order."""
    globs: tuple[str, ...] = (glob,)
    while any(_BRACES.search(one) for one in globs):
        globs = tuple(dict.fromkeys(made for one in globs for made in _expanded(one)))
        if len(globs) > ALTERNATIVES_MAX:
            raise MalformedError(f"it stands for more than {ALTERNATIVES_MAX} globs")
    return globs


def _expanded(glob: str) -> tuple[str, ...]:
    found = _BRACES.search(glob)
    if found is None:
        return (glob,)
    return tuple(glob[: found.start()] + word + glob[found.end() :] for word in found[1].split(","))


def _names(glob: str, image: Reference) -> bool:
    name, tag = _split(glob)
    return fits(_pattern(name), image.name) and (not tag or (bool(image.tag) and fits(_pattern(tag), image.tag)))


def _covers(glob: str, other: str) -> bool:
    """A wildcard stands in for what it may stand for: itself, and a slash where it may be one."""
    (name, tag), (its_name, its_tag) = _split(glob), _split(other)
    if not fits(_pattern(name), its_name.replace("**", "*/*")):
        return False
    return not tag or (bool(its_tag) and fits(_pattern(tag), its_tag.replace("**", "*/*")))


def _split(glob: str) -> tuple[str, str]:
    """Name and tag; a colon before the last slash belongs to a port."""
    head, slash, last = glob.rpartition("/")
    name, _, tag = last.partition(":")
    return f"{head}{slash}{name}", tag


@lru_cache(maxsize=512)
def _pattern(glob: str) -> str:
    return "".join(_MEANS.get(part, re.escape(part)) for part in _PARTS.findall(glob))
