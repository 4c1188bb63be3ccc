"""The packages of one platform: which were added, removed, or have another version.

Packages are compared by purl without version and qualifiers: `distro=…` changes with every base image.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, Literal, TypeAlias

from packageurl import PackageURL

from bot.attestations.packages import PackageList
from bot.report.difference.document import PackageChange, PackagesDifference
from bot.report.difference.versions import order

LISTED_MAX: Final = 1000
"""Changes of one platform that the document lists; a new base image changes some hundred."""

NAME_MAX: Final = 300
"""Characters of a package's name or version that the document keeps."""

ORIGINAL: Final = "sbom"
"""The name that BuildKit gives the SBOM of the image itself; those of other build stages are called `sbom-<stage>`."""

VERSIONS_MAX: Final = 20
"""Versions of one package that the document keeps; a large npm application has up to ten."""

_Key: TypeAlias = tuple[str, str]  # type and name
_Found: TypeAlias = tuple[int, str, str, tuple[str, ...], tuple[str, ...]]  # kind, type, name, versions
_KINDS: Final[tuple[Literal["removed", "changed", "added"], ...]] = ("removed", "changed", "added")
"""In the order in which they are told."""


def compare_packages(
    platform: str, before: Sequence[PackageList], after: Sequence[PackageList]
) -> PackagesDifference | None:
    """What changed between the SBOMs of one platform; None without an SBOM on both sides."""
    if not before or not after:
        return None
    old, new = _pair(before, after)
    changes = sorted(_changes(_leftover(old, new), _leftover(new, old)))
    counts = Counter(_KINDS[change[0]] for change in changes)
    return PackagesDifference(
        platform=platform,
        before=len(old),
        after=len(new),
        added=counts["added"],
        removed=counts["removed"],
        changed=counts["changed"],
        changes=tuple(_told(*change) for change in changes[:LISTED_MAX]),
    )


def _pair(before: Sequence[PackageList], after: Sequence[PackageList]) -> tuple[PackageList, PackageList]:
    """Two SBOMs of the same thing: of the image itself, else of the same name, else the fullest of each side."""
    common = {one.name for one in before} & {one.name for one in after}
    wanted = {ORIGINAL} & common or common

    def choose(lists: Sequence[PackageList]) -> PackageList:
        named = [one for one in lists if one.name in wanted]
        return max(named or lists, key=lambda one: (len(one), one.name))

    old = choose(before)
    named = [one for one in after if one.name == old.name and one.name in wanted]
    return old, max(named, key=len) if named else choose(after)


def _leftover(one: PackageList, other: PackageList) -> dict[_Key, set[str]]:
    """The versions that only this side has. What both have in the same words is not looked at."""
    found: dict[_Key, set[str]] = {}
    for purl in one.purls - other.purls:
        key, version = _take_apart(purl)
        found.setdefault(key, set()).add(version)
    for name, version in one.others - other.others:
        found.setdefault(("", name), set()).add(version)
    return found


def _take_apart(purl: str) -> tuple[_Key, str]:
    """Type and name, and the version. What is not a purl is a name."""
    try:
        read = PackageURL.from_string(purl)
    except ValueError:
        return ("", purl), ""
    name = "/".join(part for part in (read.namespace, read.name) if part)
    return (read.type, f"{name}#{read.subpath}" if read.subpath else name), read.version or ""


def _changes(before: dict[_Key, set[str]], after: dict[_Key, set[str]]) -> Iterator[_Found]:
    for key in before.keys() | after.keys():
        both = before.get(key, set()) & after.get(key, set())
        old, new = before.get(key, set()) - both, after.get(key, set()) - both
        if old or new:
            kind = "changed" if old and new else "removed" if old else "added"
            yield _KINDS.index(kind), *key, _versions(old), _versions(new)


def _told(kind: int, type_: str, name: str, before: tuple[str, ...], after: tuple[str, ...]) -> PackageChange:
    """Only what is listed is ordered, and only one version against one: of several nobody knows which became which."""
    found: Literal["up", "down", "unknown"] | None = None
    if _KINDS[kind] == "changed":
        is_one = len(before) == len(after) == 1
        found = order(type_, before[0], after[0]) if is_one else "unknown"
    return PackageChange(
        kind=_KINDS[kind],
        type=_cut(type_),
        name=_cut(name),
        before=tuple(map(_cut, before[:VERSIONS_MAX])),
        after=tuple(map(_cut, after[:VERSIONS_MAX])),
        order=found,
    )


def _versions(versions: set[str]) -> tuple[str, ...]:
    return tuple(sorted(versions))


def _cut(text: str) -> str:
    return text if len(text) <= NAME_MAX else f"{text[:NAME_MAX]}…"
