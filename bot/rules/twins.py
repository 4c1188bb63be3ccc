"""Which platform of one release is which of another, however each index spells it.

Names follow containerd's normalisation: linux/arm64/v8 is linux/arm64, linux/arm is linux/arm/v7.
https://github.com/containerd/platforms/blob/main/database.go
"""

import re
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from bot.evidence import PlatformEvidence
from bot.evidence.platforms import NOT_NAMED

_SYSTEMS: Final = {"macos": "darwin"}
_ARCHITECTURES: Final = {
    "x86_64": "amd64",
    "x86-64": "amd64",
    "i386": "386",
    "aarch64": "arm64",
    "armhf": "arm/v7",
    "armel": "arm/v6",
}
_VARIANTS: Final = {
    "amd64/v1": "amd64",
    "arm64/8": "arm64",
    "arm64/v8": "arm64",
    "arm64/v8.0": "arm64",
    "arm": "arm/v7",
    "arm/7": "arm/v7",
    "arm/6": "arm/v6",
    "arm/5": "arm/v5",
}
_DIGEST: Final = re.compile(r" sha256:[0-9a-f]*\Z")
_BUILD: Final = re.compile(r"(\d+\.\d+\.\d+)(?:\.\d+)*", re.ASCII)


class PlatformKey(Struct, frozen=True):
    """What a platform is called, made comparable. `build` is "" unless the name has an operating system's version.

    Windows images have several of one kind. Their last number changes with every patch, the first three do not.
    """

    name: str  # linux/arm64
    build: str = ""  # 10.0.20348


class Twins(Struct, frozen=True):
    """The platforms of another release that a platform is, or may be: `is_sure` when the names say so."""

    platforms: tuple[PlatformEvidence, ...] = ()
    is_sure: bool = True


def key_of(platform: str) -> PlatformKey | None:
    """The key of that name, e.g. of `linux/arm64/v8` or `windows/amd64 10.0.20348.2762`; None when it has no name."""
    if platform.startswith(NOT_NAMED):
        return None
    name, _, version = _DIGEST.sub("", platform).partition(" ")
    system, _, rest = name.lower().partition("/")
    architecture, _, variant = rest.partition("/")
    whole = "/".join(filter(None, (_ARCHITECTURES.get(architecture, architecture), variant)))
    build = _BUILD.match(version)
    return PlatformKey(f"{_SYSTEMS.get(system, system)}/{_VARIANTS.get(whole, whole)}", build[1] if build else version)


def is_same(one: PlatformKey, other: PlatformKey) -> bool:
    """Whether both are one platform; a name without a version may be any version's."""
    return one.name == other.name and (one.build == other.build or not one.build or not other.build)


def contradict(one: str, other: str) -> bool:
    """Whether these names cannot be one platform's; one without a variant or a version may have any."""
    first, second = _words(one), _words(other)
    return bool(first and second) and any(a != b for a, b in zip(first, second, strict=False))


def _words(platform: str) -> tuple[str, ...]:
    """System, architecture and variant, as far as it names them."""
    key = key_of(platform)
    if key is None:
        return ()
    named = _DIGEST.sub("", platform).partition(" ")[0].count("/") > 1
    words = tuple(key.name.split("/"))
    return words if named else words[:2]


def twins(platform: PlatformEvidence, others: Iterable[PlatformEvidence], beside: Iterable[PlatformEvidence]) -> Twins:
    """Those of `others` that are the same platform.

    Else those of another variant that are not there any more: linux/amd64/v2 in the place of linux/amd64. `beside` are
    all platforms of the image. Those without a name may be any, so with one of them nothing is sure.
    """
    others = tuple(others)
    own = key_of(platform.platform)
    if own is None:
        return Twins(others, is_sure=False)
    keys = [(other, key_of(other.platform)) for other in others]
    same = tuple(other for other, key in keys if key is not None and is_same(own, key))
    if same:
        return Twins(same)
    nameless = tuple(other for other, key in keys if key is None)
    there = {key.name for one in beside if (key := key_of(one.platform)) is not None}
    gone = [(other, key) for other, key in keys if key is not None and key.name not in there]
    renamed = tuple(other for other, key in gone if _kind(key) == _kind(own))
    maybe = renamed + nameless
    return Twins(maybe, is_sure=not maybe)


def _kind(key: PlatformKey) -> list[str]:
    """System and architecture, without the variant."""
    return key.name.split("/")[:2]
