"""Which release is told for another one with the same content, so that one build is told once.

`latest`, `1` and `1.2` are pushed with each 1.2.3, and told as its other names; `sha-1234567` is pushed with `main`,
and told with that one. Pure; whether two have the same content is for others to say.
"""

from bot.releases.names import ReleaseName
from bot.releases.versions import is_of_one_build, is_short_for, may_be_short


def may_tell(told: ReleaseName, other: ReleaseName) -> bool:
    """Whether the second may be told as another name of the first."""
    if told == other or told.group != other.group:
        return False
    if not told.is_rolling:
        return other.is_rolling or is_short_for(other.version, told.version)
    return other.is_rolling and is_of_one_build(other.version) and not is_of_one_build(told.version)


def is_long(version: str) -> bool:
    """Whether a group with that version may have short names for it. With 1.1 and 1.2 alone, these are its versions."""
    return version.count(".") > 1


def may_be_told_elsewhere(name: ReleaseName) -> bool:
    """Whether there may be such a release, as far as its name tells."""
    return name.is_rolling or may_be_short(name.version)
