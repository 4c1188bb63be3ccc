"""How the Git tag of a version may be called, by the policy's `git_tag`: `v?{version}` unless it says otherwise."""

import re
from collections.abc import Iterator
from itertools import product
from typing import Final

from bot.releases.versions import is_short_for

NAMES_MAX: Final = 8
"""Names for one version; each that is not in the repository's list of tags costs a request."""

GROUP: Final = "(?P<version>.+)"

_PART: Final = re.compile(r"(?:\\([^A-Za-z0-9])|\(\??:?([A-Za-z0-9._/@|-]*)\)|([A-Za-z0-9._/@-]))(\?)?")
"""A character, or a group of alternatives without anything special in them; either may be optional."""


def git_tags(version: str, git_tag: str) -> tuple[str, ...]:
    """The names, in the order in which they are likely; empty when the pattern stands for more than can be listed."""
    if not git_tag:
        return (f"v{version}", version)
    before, _, after = git_tag.partition(GROUP)
    sides = [_texts(side) for side in (before.removeprefix("^"), after.removesuffix("$"))]
    if not all(sides):
        return ()
    names = tuple(dict.fromkeys(f"{first}{version}{last}" for first, last in product(*sides)))
    return names if len(names) <= NAMES_MAX else ()


def component_tags(component: str, version: str) -> Iterator[str]:
    """How the Git tag of one component of a repository is mostly called, where each has versions of its own."""
    for between in ("/v", "-v", "@", "-"):
        yield f"{component}{between}{version}"


def may_name(git_tag: str, version: str) -> bool:
    """Whether the Git tag may be that of the version, by another spelling: behind a component, or of a build of it."""
    for found in re.finditer(re.escape(version), git_tag):
        before = git_tag[: found.start()].lower().removesuffix("v")
        built = git_tag[found.start() :]
        if before[-1:] in {"", *"/@_-"} and (built == version or is_short_for(version, built)):
            return True
    return False


def _texts(pattern: str) -> list[str]:
    """All texts that the pattern stands for; empty when it has anything else in it than optional parts."""
    texts, place = [""], 0
    while place < len(pattern):
        part = _PART.match(pattern, place)
        if part is None:
            return []
        escaped, group, plain, optional = part.groups()
        choices = group.split("|") if group is not None else [escaped or plain]
        texts = [text + choice for text in texts for choice in (*choices, *([""] if optional else []))]
        if len(texts) > NAMES_MAX:
            return []
        place = part.end()
    return texts
