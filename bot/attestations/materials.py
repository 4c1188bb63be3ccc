"""The base images among a build's materials, which are package URLs.

https://github.com/package-url/purl-spec
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from packageurl import PackageURL

from bot.attestations.slsa_parts import PredicateParts, operation
from bot.attestations.values import mapping, text
from bot.errors import InvalidReferenceError
from bot.oci.reference import Reference

IMAGES_KEPT: Final = 256
"""Package URLs whose image is remembered: all platforms of an image name the same, and so do most images of a team."""

_TOOL: Final = re.compile(r"(?:.*/)?(?:docker/dockerfile(?:-[a-z-]+)?|(?:buildkit-)?syft-scanner)")
"""Images that BuildKit runs itself, from Docker Hub or from a mirror: the frontend, the scanner for SBOMs."""

_SOURCE: Final = "docker-image://"
"""How the source of a build step begins that takes an image."""


def base_images(parts: PredicateParts) -> tuple[str, ...]:
    """The purls of the base images, each once.

    The list mixes all stages; which one the final stage stands on is certain only from the Dockerfile (max mode).
    A tool of BuildKit's is none, unless a build step takes it (max mode): anybody may call a base image like a tool.
    """
    said = [text(mapping(parts.request.get("args")).get(key)) for key in ("source", "cmdline")]
    frontends = {_name(one.partition(" ")[0]) for one in said}  # options follow the name in `# syntax=`
    return tuple(dict.fromkeys(_bases(parts, frontends - {""})))


def _bases(parts: PredicateParts, frontends: set[str]) -> Iterator[str]:
    taken = frozenset(_taken(parts))
    for material in parts.materials:
        uri = text(material.get("uri"))
        name = _image(uri)
        is_tool = name in frontends or _TOOL.fullmatch(name) is not None
        if name and (name in taken or not is_tool):
            yield uri


def _taken(parts: PredicateParts) -> Iterator[str]:
    """The images that build steps take. BuildKit runs its tools beside the steps."""
    for step in parts.steps:
        identifier = mapping(operation(step).get("source")).get("identifier")
        if isinstance(identifier, str) and identifier.startswith(_SOURCE):  # others may be URLs of any length
            yield _name(text(identifier.removeprefix(_SOURCE)))


@lru_cache(maxsize=IMAGES_KEPT)
def _image(uri: str) -> str:
    """The image's name in a purl of type docker or oci; "" for git, files and bundles."""
    if not uri.startswith(("pkg:docker/", "pkg:oci/")):
        return ""
    try:
        purl = PackageURL.from_string(uri)
    except ValueError:
        return ""
    if "ref_type" in purl.qualifiers:
        return ""
    return _name("/".join(part for part in (purl.namespace, purl.name) if part))


def _name(image: str) -> str:
    try:
        return Reference.parse(image).name if image else ""
    except InvalidReferenceError:
        return image
