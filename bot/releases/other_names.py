"""Which release is told for another one with the same content, so that one build is told once.

`latest`, `1` and `1.2` are pushed with each 1.2.3, and told as its other names; `sha-1234567` is pushed with `main`,
and told with that one, or with the day: `20261130`. Pure; whether two have the same content is for others to say.
"""

from bot.releases.names import ReleaseName
from bot.releases.versions import commit_of, day_of, is_of_one_build, is_short_for, may_be_short


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


def is_long(version: str) -> bool:
    """Whether a group with that version may have short names for it. With 1.1 and 1.2 alone, these are its versions."""
    return version.count(".") > 1


def may_be_told_elsewhere(name: ReleaseName) -> bool:
    """Whether there may be such a release, as far as its name tells."""
    return name.is_rolling or may_be_short(name.version)
