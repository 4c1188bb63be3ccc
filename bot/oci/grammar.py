"""The grammar of image names, taken strictly: no registry, no tag is filled in.

https://github.com/distribution/reference/blob/main/reference.go (the grammar in its head comment)
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from msgspec import Struct

NAME_MAX: Final = 255
"""Characters of a repository's path (distribution/reference, RepositoryNameTotalLengthMax)."""

DIGEST_LENGTHS: Final = {"sha256": 64, "sha512": 128}
"""Hexadecimal digits of the algorithms that registries use (image-spec, descriptor.md#registered-algorithms)."""

STRICT_LENGTHS: Final = {"sha256": 64}
"""What the reference implementation takes when nothing else is linked into it."""

_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_HOST = rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[0-9a-fA-F:]+\])(?::[0-9]+)?"
_COMPONENT = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_PATH = rf"{_COMPONENT}(?:/{_COMPONENT})*"
_TAG = r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}"
_ANY_DIGEST = r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}"

# Always matched with fullmatch: a pattern that ends in `$` would take a newline after the name.
HOST: Final = re.compile(_HOST, re.ASCII)
PATH: Final = re.compile(_PATH, re.ASCII)
TAG: Final = re.compile(_TAG, re.ASCII)
_REFERENCE = re.compile(
    rf"(?:(?P<domain>{_HOST})/)?(?P<path>{_PATH})(?::(?P<tag>{_TAG}))?(?:@(?P<digest>{_ANY_DIGEST}))?",
    re.ASCII,
)


class Problem(StrEnum):
    """What is wrong with a name. The values are what people read."""

    EMPTY = "the name is empty"
    FORMAT = "it does not have the form registry/repository:tag@digest"
    UPPERCASE = "upper-case letters stand only in hosts and tags"
    TRAILING_DOT = "its host ends with a dot; write the host without"
    PORT = "its port is not one of 1 to 65535"
    TOO_LONG = f"its path has more than {NAME_MAX} characters"
    DIGEST_LENGTH = "its digest has the wrong length"
    DIGEST_UNSUPPORTED = "its digest is of an unknown algorithm"


class NameParts(Struct, frozen=True):
    """A name taken apart; what was not written is ""."""

    domain: str
    path: str
    tag: str = ""
    digest: str = ""

    @property
    def repository(self) -> str:
        """Domain and path, as written."""
        return f"{self.domain}/{self.path}" if self.domain else self.path

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        return self.repository + tag + (f"@{self.digest}" if self.digest else "")


def take_apart(text: str, *, digests: Mapping[str, int] = STRICT_LENGTHS) -> NameParts | Problem:
    """The parts of a name as written, or why it is not one. `digests` are the accepted algorithms, with lengths."""
    match = _REFERENCE.fullmatch(text)
    if match is None:
        return _why_not(text)
    parts = NameParts(match["domain"] or "", match["path"], match["tag"] or "", match["digest"] or "")
    if len(parts.path) > NAME_MAX:
        return Problem.TOO_LONG
    return _digest_problem(parts.digest, digests) or parts


def _why_not(text: str) -> Problem:
    if not text:
        return Problem.EMPTY
    return Problem.UPPERCASE if _REFERENCE.fullmatch(text.lower()) else Problem.FORMAT


def _digest_problem(digest: str, lengths: Mapping[str, int]) -> Problem | None:
    if not digest:
        return None
    algorithm, _, encoded = digest.partition(":")
    if algorithm not in lengths:
        return Problem.DIGEST_UNSUPPORTED
    if len(encoded) != lengths[algorithm]:
        return Problem.DIGEST_LENGTH
    return Problem.FORMAT if encoded.lower() != encoded else None
