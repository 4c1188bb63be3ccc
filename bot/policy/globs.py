"""Globs that select images: `{quay.io,docker.io}/acme/*`, optionally with `:tag`.

`*` matches anything without a slash, `**` anything, `?` one character, `{a,b}` either.
"""

import re
from functools import lru_cache
from typing import Final

from bot.errors import MalformedError
from bot.oci.canonical import canonical_name
from bot.oci.reference import Reference
from bot.rules.patterns import fits

GLOB_MAX: Final = 300
"""Characters of a glob."""

ALTERNATIVES_MAX: Final = 64
"""Globs that one glob with braces may expand to."""

HUB: Final = "docker.io"
_WEBSITE: Final = "hub.docker.com"

_BRACES: Final = re.compile(r"\{([^{}]*)\}")
_STRANGE: Final = re.compile(r"[^\w./:*?-]", re.ASCII)
"""What neither a repository nor a tag has: `[0-9]` belongs to other programs' globs, `\\.` to regular expressions."""

_PARTS: Final = re.compile(r"\*\*|\*|\?|[^*?]+")
_MEANS: Final = {"**": ".*", "*": "[^/]*", "?": "[^/]"}


def is_named(glob: str, image: Reference) -> bool:
    """Whether the glob matches the image. A glob without a tag matches every tag."""
    return any(_names(one, image) for one in expand(glob))


def require_glob(glob: str) -> str:
    """The glob. Raises MalformedError if it is not valid, or can never match an image."""
    if not glob or len(glob) > GLOB_MAX or any(sign.isspace() for sign in glob):
        raise MalformedError(f"a glob has 1 to {GLOB_MAX} characters and no spaces")
    for one in expand(glob):
        if "{" in one or "}" in one:
            raise MalformedError("a brace is not closed")
        if one != "**":
            _require_name(one)
    return glob


def _require_name(glob: str) -> None:
    """It must look like a full image name: `docker.io/acme/app`, not `acme/app` or a URL."""
    registry, _, rest = split_glob(glob)[0].partition("/")
    if not rest or rest.startswith("/") or not (registry == "localhost" or any(sign in registry for sign in ".:*?")):
        raise MalformedError(f"{glob!r} does not name a registry; write e.g. `quay.io/acme/*`, or `**` for all images")
    if "@" in glob:
        raise MalformedError(f"{glob!r} contains a digest; a glob selects repositories and, optionally, tags")
    if rest != rest.lower():
        raise MalformedError(f"{glob!r} cannot match an image: repositories are in lower case")
    if strange := _STRANGE.search(glob.removeprefix(registry)):
        raise MalformedError(f"{glob!r} cannot match an image: a name has no {strange[0]!r}")
    if glob.endswith(":"):
        raise MalformedError(f"{glob!r} cannot match an image: a tag is missing after the colon")
    if registry == _WEBSITE or (registry == HUB and "/" not in rest and "**" not in rest):
        raise MalformedError(
            f"{glob!r} cannot match an image: names on Docker Hub are docker.io/library/alpine, docker.io/acme/app"
        )


def covers(glob: str, other: str) -> bool:
    """Whether `glob` matches every image that `other` matches. True is certain; False may be wrong."""
    return all(any(_covers(one, two) for one in expand(glob)) for two in expand(other))


@lru_cache(maxsize=256)
def expand(glob: str) -> tuple[str, ...]:
    """The globs without braces that this one expands to, in order, each with the one name of its registry.

    Raises MalformedError for a host that ends with a dot.
    """
    globs: tuple[str, ...] = (glob,)
    while any(_BRACES.search(one) for one in globs):
        globs = tuple(dict.fromkeys(made for one in globs for made in _expanded(one)))
        if len(globs) > ALTERNATIVES_MAX:
            raise MalformedError(f"it expands to more than {ALTERNATIVES_MAX} globs")
    return tuple(dict.fromkeys(map(canonical_name, globs)))


def _expanded(glob: str) -> tuple[str, ...]:
    found = _BRACES.search(glob)
    if found is None:
        return (glob,)
    return tuple(glob[: found.start()] + word + glob[found.end() :] for word in found[1].split(","))


def is_tag_named(glob: str, tag: str) -> bool:
    """Whether a glob for tags alone, e.g. `1.*`, matches the tag."""
    return fits(_pattern(glob), tag)


def _names(glob: str, image: Reference) -> bool:
    name, tag = split_glob(glob)
    return fits(_pattern(name), image.name) and (not tag or (bool(image.tag) and fits(_pattern(tag), image.tag)))


def _covers(glob: str, other: str) -> bool:
    """Match `glob` against the text of `other`; its `**` becomes `*/*`, so that a slash is covered, too."""
    (name, tag), (its_name, its_tag) = split_glob(glob), split_glob(other)
    if not fits(_pattern(name), its_name.replace("**", "*/*")):
        return False
    return not tag or (bool(its_tag) and fits(_pattern(tag), its_tag.replace("**", "*/*")))


def split_glob(glob: str) -> tuple[str, str]:
    """Name and tag. A colon before the last slash belongs to a port."""
    head, slash, last = glob.rpartition("/")
    name, _, tag = last.partition(":")
    return f"{head}{slash}{name}", tag


@lru_cache(maxsize=512)
def _pattern(glob: str) -> str:
    return "".join(_MEANS.get(part, re.escape(part)) for part in _PARTS.findall(glob))
