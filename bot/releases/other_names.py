"""Which release is told for another one with the same content, so that one build is told once.

`latest`, `1` and `1.2` are pushed with each 1.2.3, and told as its other names; so is 1.2.3 with its build 1.2.3-1.
`sha-1234567` is pushed with `main`, and told with that one, or with the day: `20261130`. Pure; whether two have the
same content is for others to say.
"""

from collections.abc import Iterable

from bot.releases.names import ReleaseName
from bot.releases.versions import (
    commit_of,
    day_of,
    is_build,
    is_of_one_build,
    is_short_for,
    may_be_short,
    may_have_builds,
)


def may_tell(told: ReleaseName, other: ReleaseName) -> bool:
    """Whether the second may be told as another name of the first."""
    if told == other or told.group != other.group:
        return False
    if not told.is_rolling:
        return other.is_rolling or is_short_for(other.version, told.version)
    if not other.is_rolling or not is_of_one_build(other.version):
        return False
    return not is_of_one_build(told.version) or _names_more(told.version, other.version)


def _names_more(told: str, other: str) -> bool:
    """Of two tags of one build: the day says more to people than a commit, and of two that say the same the shorter."""
    day, other_day = day_of(told), day_of(other)
    if day != other_day:
        return not other_day
    commit, other_commit = commit_of(told), commit_of(other)
    is_same = commit.startswith(other_commit) or other_commit.startswith(commit)
    return is_same and (len(told), told) < (len(other), other)


def may_be_short_for_one(name: ReleaseName, versions: Iterable[str]) -> bool:
    """Whether a group with those versions may have that one as a name of another one.

    With 1.1 and 1.2 alone, these are its versions; so is 1.2.3 where no version has a build, 1.2.3-1.
    """
    may_be = may_be_short(name.version)
    return name.is_rolling or any(is_build(one) or (may_be and one.count(".") > 1) for one in versions)


def may_be_told_elsewhere(name: ReleaseName) -> bool:
    """Whether there may be such a release, as far as its name tells."""
    return name.is_rolling or may_have_builds(name.version)
