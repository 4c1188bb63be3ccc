"""Image names in a text that people wrote: pull commands, addresses of registries' pages, and names. No I/O.

Not every word is a name: one needs a registry's host, or a repository with a tag or a digest.
"""

import re
from collections.abc import Iterator
from typing import Final

from bot.errors import InvalidReferenceError
from bot.oci.asked import parse_asked
from bot.oci.pasted import is_page, without_command

FOUND_MAX: Final = 10
"""Names of one text."""

TEXT_MAX: Final = 50_000
"""Characters of a text that are read; Slack's messages have at most 40,000."""

WORDS_MAX: Final = 2_000
"""Words of one line."""

COMMAND_MAX: Final = 16
"""Words of a pull command with its options."""

_LINK: Final = re.compile(r"<([^|<>]{1,3000})(?:\|([^|<>]{0,3000}))?>")
_AROUND: Final = "`\"'()[]{},;!?*_~.:\u2018\u2019\u201c\u201d"
_HOSTS: Final = re.compile(
    r"(?:docker\.io|index\.docker\.io|quay\.io|ghcr\.io|gcr\.io|[a-z0-9.-]+\.gcr\.io|[a-z0-9.-]+\.pkg\.dev|"
    r"[a-z0-9.-]+\.azurecr\.io|[a-z0-9.-]+\.amazonaws\.com|public\.ecr\.aws|mcr\.microsoft\.com|registry\.[a-z0-9.-]+|"
    r"[a-z0-9.-]*\bregistry\b[a-z0-9.-]*)(?::[0-9]{1,5})?",
)
_NAME: Final = re.compile(
    r"(?P<host>(?:[a-z0-9-]+\.)+[a-z]{2,}(?::[0-9]{1,5})?|localhost(?::[0-9]{1,5})?)?/?"
    r"(?P<path>[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)"
    r"(?P<tag>:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?P<digest>@sha256:[0-9a-f]{64})?",
)


def images_in(text: str) -> tuple[str, ...]:
    """The first names, as they are normalised, each once."""
    found: dict[str, None] = {}
    for name in _candidates(text[:TEXT_MAX]):
        try:
            found.setdefault(str(parse_asked(name)))
        except InvalidReferenceError:
            continue
        if len(found) >= FOUND_MAX:
            break
    return tuple(found)


def _candidates(text: str) -> Iterator[str]:
    for line in _LINK.sub(lambda link: f" {_of_link(link[1], link[2] or '')} ", text).splitlines():
        words = [word.strip(_AROUND) for word in line.split()[:WORDS_MAX]]
        for start in range(len(words)):
            command = words[start : start + COMMAND_MAX]
            left = without_command(command)
            if left != command and left:
                yield left[0]
                break
        yield from filter(_may_be_name, words)


def _of_link(url: str, label: str) -> str:
    """Slack makes a link of a bare host; the label is what the person typed."""
    return label if label and not re.search(r"\s|…", label) else url


def _may_be_name(word: str) -> bool:
    if is_page(word):
        return True
    if word.startswith(("http://", "https://")):
        return _HOSTS.fullmatch(word.partition("://")[2].partition("/")[0].lower()) is not None
    name = _NAME.fullmatch(word)
    if name is None or "/" not in word:
        return False
    is_known = name["host"] is not None and _HOSTS.fullmatch(name["host"]) is not None
    return is_known or name["tag"] is not None or name["digest"] is not None
