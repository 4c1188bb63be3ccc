"""One platform's evidence put together from all the statements about it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

from bot.attestations.head import is_provenance_type
from bot.attestations.provenance import Mode, Provenance
from bot.attestations.reading import Reading
from bot.attestations.sbom import Sbom
from bot.attestations.secrets import shown
from bot.evidence import PlatformEvidence, Unreadable
from bot.oci.manifest import Platform

NAME_MAX: Final = 100
"""Characters of a platform's name; real ones have 10 to 40, and every finding repeats it."""

NOT_NAMED: Final = "platform not named"
"""What a child is called of which neither the index nor its configuration names a platform."""

_UNSAID: Final = "unknown"
"""Stands for the system or the architecture where only the other one is named."""

T = TypeVar("T", Provenance, Sbom)


def combine(name: str, digest: str, readings: Sequence[Reading], manifests: Iterable[str]) -> PlatformEvidence:
    """The platform's evidence: the weakest provenance decides, the fullest SBOM is the one that is judged.

    What could not be read wins over what could: the unread one might be the weaker.
    """
    provenances = tuple(reading.provenance for reading in readings if isinstance(reading.provenance, Provenance))
    sboms = tuple(reading.sbom for reading in readings if isinstance(reading.sbom, Sbom))
    return PlatformEvidence(
        platform=name,
        digest=digest,
        provenance=_unread_provenance(readings, provenances) or weakest(provenances),
        sbom=fullest(sboms) or _first_unread(reading.sbom for reading in readings),
        provenances=provenances,
        sboms=sboms,
        statements=tuple(reading.statement for reading in readings),
        attestation_manifests=tuple(manifests),
    )


def weakest(provenances: Sequence[Provenance]) -> Provenance | None:
    """The one that says least: BuildKit's min, then one that says nothing, then max, then those of others."""
    return min(provenances, key=_strength, default=None)


def fullest(sboms: Sequence[Sbom]) -> Sbom | None:
    """The one with most packages; several a platform are normal, one for each stage that was scanned."""
    return max(sboms, key=lambda sbom: sbom.packages, default=None)


def names(platforms: Sequence[tuple[Platform, str]]) -> list[str]:
    """What to call platforms, e.g. linux/arm64; Windows has several of one kind, told apart by their version.

    Each has another name, and none is called as the image is: rules speak about platforms by their names, and an index
    may call a platform anything.
    """
    count = Counter(str(platform) for platform, _ in platforms if platform.known)
    named = [_cut(platform, with_version=count[str(platform)] > 1) for platform, _ in platforms]
    again = Counter(named)
    found: dict[str, None] = {}
    for name, (_, digest) in zip(named, platforms, strict=True):
        called = name if again[name] == 1 else f"{name} {digest[:19]}"
        while called in found:  # only a hostile index calls a platform like another one with its digest
            called = f"{called}'"
        found[called] = None
    return list(found)


def _cut(platform: Platform, *, with_version: bool) -> str:
    if not platform.known:
        return NOT_NAMED
    name = str(platform) if platform.os and platform.architecture else f"{platform}/{_UNSAID}"
    whole = f"{name} {platform.os_version}" if with_version and platform.os_version else name
    return shown(whole if len(whole) <= NAME_MAX else f"{whole[:NAME_MAX]}…")


def _strength(provenance: Provenance) -> int:
    match provenance.mode:
        case Mode.MIN:
            return 0
        case None if provenance.slsa:
            return 1
        case Mode.MAX:
            return 2
        case None:
            return 3
        case _:
            return 4


def _unread_provenance(readings: Sequence[Reading], found: Sequence[Provenance]) -> Unreadable | None:
    """An unread layer without an annotation may be anything, so it counts only where no provenance was found."""
    told = (r.provenance for r in readings if not found or is_provenance_type(r.statement.predicate_type))
    return _first_unread(told)


def _first_unread(parts: Iterable[object]) -> Unreadable | None:
    return next((part for part in parts if isinstance(part, Unreadable)), None)
