"""Which images an audit looks at: the tags of a repository, sorted into families and versions."""

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Final

from msgspec import Struct

from bot.errors import InvalidReferenceError
from bot.oci.asked import bare
from bot.oci.pasted import from_address
from bot.oci.reference import LAYOUT_PREFIX, Reference, is_evidence_tag
from bot.policy import Policies
from bot.policy.globs import split_glob
from bot.releases.names import Placement
from bot.releases.placing import place
from bot.releases.versions import first_of_short, order
from bot.values import replace

IMAGES_MAX: Final = 20_000
"""Images of one audit; each costs some ten requests."""

_WILD: Final = frozenset("*?")
_ON_DISK: Final = ("localhost", "layout")
"""What a layout is called while its tags are sorted: it has no repository."""


class AuditScope(Struct, frozen=True):
    """What a person asked for. `tags` are globs, empty for all; `last` versions of each family, 0 for all."""

    tags: tuple[str, ...] = ()
    last: int = 0
    rolling: bool = False  # tags that move by design, too


class ScopedImage(Struct, frozen=True):
    """One image to look at. `version` is "" for a tag that moves by design."""

    image: Reference
    version: str
    family: str
    baseline: Reference | None = None  # the version before in its family, which may be none of those to look at


class ChosenTags(Struct, frozen=True):
    """The images of one repository, families together, each newest first; and how many tags were left out."""

    images: tuple[ScopedImage, ...]
    left_out: int = 0
    rolling: int = 0  # of these, tags that move by design


def choose(repository: Reference, tags: Iterable[str], policies: Policies, scope: AuditScope) -> ChosenTags:
    """What to look at. Tags of signatures, and those that the policy ignores, do not count at all."""
    families: dict[tuple[bool, str], list[ScopedImage]] = {}
    left = rolling = 0
    placed = list(_known(repository, tags, policies))
    whole = {(placement.family, placement.release.version) for _, placement in placed}
    for image, placement in placed:
        tag, version = image.tag, placement.release.version
        moves = placement.release.is_rolling or (placement.family, first_of_short(version)) in whole
        wanted = any(fnmatchcase(tag, glob) for glob in scope.tags) if scope.tags else scope.rolling or not moves
        if not wanted:
            left, rolling = left + 1, rolling + moves
            continue
        one = ScopedImage(image, "" if moves else version, placement.family)
        families.setdefault((moves, placement.family), []).append(one)
    chosen: list[ScopedImage] = []
    for key in sorted(families):
        newest = _newest(_with_baselines(families[key]), scope.last)
        left += len(families[key]) - len(newest)
        chosen += newest
    return ChosenTags(tuple(chosen), left, rolling)


def _known(repository: Reference, tags: Iterable[str], policies: Policies) -> Iterator[tuple[Reference, Placement]]:
    """The tags that count, each once."""
    for tag in dict.fromkeys(tags):
        image = repository.tagged(tag)
        placement = _placed(image, policies)
        if not is_evidence_tag(tag) and not policies.for_image(image).is_ignored and placement is not None:
            yield image, placement


def repositories_of(policies: Policies) -> tuple[tuple[Reference, ...], tuple[str, ...]]:
    """The repositories that the policy names, and the globs that name none, because they have a wildcard."""
    found: dict[str, Reference] = {}
    wild: list[str] = []
    for glob in policies.listed():
        name, _ = split_glob(glob)
        if _WILD & set(name):
            wild.append(glob)
        elif name not in found:
            found[name] = repository(name)
    return tuple(found.values()), tuple(wild)


def repository(text: str) -> Reference:
    """A repository, as a reference whose tag says nothing. `oci:PATH` is a layout on disk.

    Raises InvalidReferenceError.
    """
    if text.startswith(LAYOUT_PREFIX):
        return Reference(text, "", "latest")
    read = Reference.parse(text)
    is_one = bool(read.digest or text.rpartition("/")[2].partition(":")[2])
    if is_one:
        raise InvalidReferenceError(f"{text!r} is one image; name its repository: {read.familiar}")
    return read


def remote_repository(text: str) -> Reference:
    """The same in a registry alone: on a server nobody's own disk is meant. Raises InvalidReferenceError."""
    if bare(text).startswith(LAYOUT_PREFIX):
        raise InvalidReferenceError("layouts on disk (oci:PATH) are audited by `provenance audit` in a terminal alone")
    return repository(from_address(bare(text)))


def _placed(image: Reference, policies: Policies) -> Placement | None:
    policy = policies.for_image(image)
    return place(Reference(*_ON_DISK, image.tag) if image.layout else image, policy)


def _with_baselines(images: Sequence[ScopedImage]) -> list[ScopedImage]:
    """Versions newest first, several tags of one version by their text, each with the newest version before it."""
    ordered = sorted(images, key=lambda one: (order(one.version or one.image.tag), one.image.tag), reverse=True)
    found: list[ScopedImage] = []
    older: ScopedImage | None = None  # the newest of the versions before the one at hand
    last: ScopedImage | None = None
    for one in reversed(ordered):
        if not one.version:
            found.append(one)
            continue
        if last is not None and order(last.version)[:3] < order(one.version)[:3]:
            older = last
        found.append(replace(one, baseline=older.image if older else None))
        last = one
    return found[::-1]


def _newest(ordered: Sequence[ScopedImage], last: int) -> list[ScopedImage]:
    """The newest `last` versions."""
    versions = list(dict.fromkeys(one.version or one.image.tag for one in ordered))
    kept = set(versions[:last] if last else versions)
    return [one for one in ordered if (one.version or one.image.tag) in kept]
