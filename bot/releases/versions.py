"""What a tag says: its version, its family, whether it moves by design; and the order of versions.

Real tags: v1.2, 1.10.1-fix-1, 1.16.0-native, 3.12.4-slim-bookworm, 2026.11.3, 1.0.0-rc.1, 5.0.0.Final, nightly.
"""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

ORDERED_MAX: Final = 256
"""Characters of a version that are compared; a tag has 128."""

_CORE: Final = re.compile(r"\d+(?:\.\d+)+", re.ASCII)
_MARK: Final = re.compile(r"(?:(?P<before>.*[-_.])?)(?:v|r|rel|release|ver|version)?[-_.]?", re.ASCII | re.IGNORECASE)
_SEGMENT: Final = re.compile(r"([-_+.]?)([^-_+]+)", re.ASCII)
_WORD: Final = re.compile(r"([a-z]+)\.?(\d[\d.]*)?", re.ASCII)
_NUMBER: Final = re.compile(r"\d[\d.]*", re.ASCII)
_HASH: Final = re.compile(r"g?(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,40}", re.ASCII)
_RELEASE_OF_BASE: Final = re.compile(r"\d+(?:\.\d+)+\Z", re.ASCII)
_PARTS: Final = re.compile(r"[a-z]+|\d+", re.ASCII)
_COMMIT: Final = re.compile(rf"(?<![a-z\d])(?:{_HASH.pattern})(?![a-z\d])|{_PARTS.pattern}", re.ASCII)
_LEADING: Final = re.compile(r"[v.]?(\d+(?:\.\d+)*)", re.ASCII | re.IGNORECASE)
_MOVES: Final = re.compile(r"(?:latest|nightly|edge|canary)(?:[-_.].*)?", re.ASCII | re.IGNORECASE)
_KEEPS_MOVING: Final = re.compile(
    r"[-_.](?:snapshot|latest|nightly|edge|canary|head|main|master|trunk|develop|x)(?![a-z\d])(?![-_.]?\w*\d)",
    re.ASCII | re.IGNORECASE,
)
"""Behind a number: 1.3.0-SNAPSHOT and 1.3.x are pushed again and again; 1.3.0-SNAPSHOT-20261130 is one build."""

_SHORT: Final = re.compile(r"\d+\.\d+", re.ASCII)
_BUILD: Final = re.compile(r"[-_+](?:rev|r|build|b)?\d[\d.]*", re.ASCII | re.IGNORECASE)
"""Behind a version: 26.0.1-0, 7.4.1-r2 and 4.24.0-20260830 are builds of it."""

_OF_A_DAY: Final = re.compile(r"(?:.*[-_.])?v?(20\d\d)-?(\d\d)-?(\d\d)(?:[-_.t]?\d)*+z?", re.ASCII | re.IGNORECASE)
_OF_A_COMMIT: Final = re.compile(
    r"(?:.*[-_.])?(?:sha[-_.]?([0-9a-f]{7,40})|(?=[0-9a-f]*\d)([0-9a-f]{7,40}))", re.ASCII | re.IGNORECASE
)

_BEFORE: Final = {
    "pr": -9, "dev": -8, "snapshot": -8, "nightly": -8, "canary": -8, "next": -8,
    "alpha": -7, "a": -7,
    "beta": -6, "b": -6,
    "milestone": -5, "m": -5,
    "pre": -4, "preview": -4, "ea": -4,
    "rc": -3, "cr": -3, "c": -3,
}  # fmt: skip
"""Words of pre-releases, in their order."""

_BRANCHES: Final = frozenset({"main", "master", "head", "trunk", "develop"})
"""1.3.0-main.7 and 1.3.0-main-abc1234 are builds of a branch on its way to 1.3.0, and no family of it."""

_AFTER: Final = frozenset({"fix", "hotfix", "patch", "p", "pl", "sp", "post", "build", "rev", "r"})
"""Words of what follows a release."""

_SAME: Final = frozenset({"final", "ga", "release"})
"""Words that say that this is the release."""

_BRANCH: Final = -8
"""The rank of a branch's name: its builds come before all that somebody has called a candidate."""

_UNKNOWN: Final = -2
"""The rank of any other word: SemVer calls what follows a hyphen a pre-release."""

_END: Final = (0, 0, "")

Token = tuple[int, int, str]
Order = tuple[bool, tuple[int, ...], tuple[Token, ...], str]


class TagParts(Struct, frozen=True):
    """A tag, taken apart. `family` is "" or a suffix such as `-native`; `version` is "" for a tag without a version."""

    version: str
    family: str


def take_apart(tag: str) -> TagParts:
    """The version and the family of a tag."""
    core = _CORE.search(tag)
    before = _before(tag[: core.start()]) if core else None
    if core is None or before is None or _MOVES.fullmatch(tag) or _KEEPS_MOVING.search(tag, core.end()):
        return TagParts("", family_of(tag))
    version, family = _sorted(tag[core.end() :])
    return TagParts(core[0] + version, before + family)


def is_rolling(tag: str) -> bool:
    """Whether the tag moves by design, as far as its name tells: it holds no version with a dot."""
    return not take_apart(tag).version


def is_short_for(short: str, version: str) -> bool:
    """Whether the first version may be a name of the second: 1.2 is pushed with each 1.2.3, 1.2.3 with each 1.2.3-1."""
    if _SHORT.fullmatch(short) and version.startswith(f"{short}."):
        return True
    return bool(_CORE.fullmatch(short)) and version.startswith(short) and bool(_BUILD.fullmatch(version, len(short)))


def is_build(version: str) -> bool:
    """Whether the version is one build of another one: 1.2.3-1 of 1.2.3."""
    core = _CORE.match(version)
    return core is not None and bool(_BUILD.fullmatch(version, core.end()))


def may_have_builds(version: str) -> bool:
    """Whether the version may be a name of its newest build."""
    return bool(_CORE.fullmatch(version))


def first_of_short(version: str) -> str:
    """1.2.0 for 1.2; where that is, 1.2 is a name of the newest 1.2.x and not a version of its own."""
    return f"{version}.0" if may_be_short(version) else ""


def may_be_short(version: str) -> bool:
    """Whether the version may be a name of a longer one."""
    return bool(_SHORT.fullmatch(version))


def is_of_one_build(tag: str) -> bool:
    """Whether a rolling tag names a commit or a day, and so one build: sha-1234567, main-abc1234, nightly-20261130."""
    return bool(day_of(tag) or commit_of(tag))


def day_of(tag: str) -> str:
    """The day that a tag names, e.g. 20261130; "" when it names none."""
    found = _OF_A_DAY.fullmatch(tag)
    return "".join(found.groups()) if found else ""


def commit_of(tag: str) -> str:
    """The commit that a tag names, or its first digits, in small letters; "" when it names none, or a day."""
    found = None if day_of(tag) else _OF_A_COMMIT.fullmatch(tag)
    return (found[1] or found[2]).lower() if found else ""


def family_of(rest: str) -> str:
    """The family that a tag without its version names, e.g. `-native`; "" for a tag of one word."""
    head = _SEGMENT.match(rest)
    return _sorted(rest[head.end() :] if head and not head[1] else rest)[1]


def order(version: str) -> Order:
    """For sorting: pre-releases before their release, fixes after it; words without a version come first.

    A total order: two versions that mean the same (1.2, 1.2.0) are in the order of their text.
    """
    text = version[:ORDERED_MAX].lower()
    leading = _LEADING.match(text)
    if leading is None:
        return (False, (), tuple(_natural(text)), version)
    numbers = [int(number) for number in leading[1].split(".")]
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()
    return (True, tuple(numbers), (*_tokens(text[leading.end() :]), _END), version)


def is_prerelease(version: str) -> bool:
    """Whether the version comes before the release of the same number, e.g. 1.16.0-rc1."""
    _, _, tokens, _ = order(version)
    return bool(tokens) and tokens[0] < _END


def _before(prefix: str) -> str | None:
    """What stands before the version and tells families apart, e.g. `server-`; None when that is not its version.

    `alpine3.19` and `1-alpine3.19` name a distribution's version.
    """
    found = _MARK.fullmatch(prefix)
    if found is None or prefix[:1].isdigit():
        return None
    before = found["before"] or ""
    return "" if before.rstrip("-_.").lower() in {"", "v", "release", "version"} else before.lower()


def _sorted(rest: str) -> tuple[str, str]:
    """What follows the number: the part that belongs to the version, and the part that names the family."""
    version, family, of_version = "", "", True
    for mark, segment in _SEGMENT.findall(rest):
        text = segment.lower().lstrip(".")
        if _NUMBER.fullmatch(text):
            belongs = of_version
        else:
            belongs = of_version = _is_of_version(text)
        if belongs:
            version += f"{mark}{segment}"
        else:
            family += _of_family(text)
    return version, family


def _of_family(text: str) -> str:
    """Without the release of a base image: 1.2.3-alpine3.19 and 1.2.4-alpine3.20 are one family."""
    name = _RELEASE_OF_BASE.sub("", text)
    return f"-{name}" if name else ""


def _is_of_version(text: str) -> bool:
    branch, _, build = text.partition(".")
    if _HASH.fullmatch(text) or (branch in _BRANCHES and (build.isdigit() or _HASH.fullmatch(build))):
        return True
    found = _WORD.fullmatch(text)
    if found is None:
        return False
    word, number = found[1], found[2]
    return (word in _BEFORE or word in _AFTER or word in _SAME) and (len(word) > 1 or number is not None)


def _natural(text: str) -> Iterator[Token]:
    """Words by letters, numbers by value: pr-9 before pr-10."""
    for part in _PARTS.findall(text):
        yield (1, int(part), "") if part.isdigit() else (2, 0, part)


def _tokens(text: str) -> Iterator[Token]:
    for part in _COMMIT.findall(text):
        if part.isdigit():
            yield (1, int(part), "")
        elif _HASH.fullmatch(part):  # whether it begins with a letter says nothing
            yield (1, 0, part)
        elif part in _BEFORE or part in _BRANCHES:
            yield (_BEFORE.get(part, _BRANCH), 0, "")
        elif part in _AFTER:
            yield (2, 0, part)
        elif part not in _SAME:
            yield (_UNKNOWN, 0, part)
