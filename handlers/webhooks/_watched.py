"""Which repositories are watched: globs on whole path segments of registry/repository."""

from fnmatch import fnmatchcase
from functools import lru_cache


def is_watched(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a pattern matches, e.g. `quay.io/acme/*`; `*` stays in its segment, a last `**` takes all that follow."""
    return any(_matches(tuple(name.split("/")), _segments(pattern)) for pattern in patterns)


@lru_cache(maxsize=256)
def _segments(pattern: str) -> tuple[str, ...]:
    return tuple(pattern.split("/"))


def _matches(name: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    if pattern[-1] == "**":
        return len(name) >= len(pattern) and all(map(fnmatchcase, name, pattern[:-1]))
    return len(name) == len(pattern) and all(map(fnmatchcase, name, pattern))
