"""Words about a difference that terminal, Markdown and Slack share. The caller escapes them."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from bot.render.counted import counted
from bot.report.difference import Aspect, Difference, DifferenceKind, ImageChange, PackageChange, PackagesDifference

HEADINGS: Final = {
    DifferenceKind.LOST: "lost",
    DifferenceKind.UNKNOWN: "could not be compared",
    DifferenceKind.CHANGED: "changed",
    DifferenceKind.GAINED: "gained",
}

ASPECTS: Final = {
    Aspect.DOCUMENT: "document",
    Aspect.PLATFORM: "platform",
    Aspect.PROVENANCE: "provenance",
    Aspect.MODE: "provenance mode",
    Aspect.SBOM: "SBOM",
    Aspect.SIGNATURE: "signature",
    Aspect.SIGNER: "signer",
    Aspect.LAYOUT: "signature layout",
    Aspect.ATTESTATION: "signed attestation",
    Aspect.BUILDER: "builder",
    Aspect.WORKFLOW: "workflow",
    Aspect.SOURCE: "source",
    Aspect.REVISION: "revision",
    Aspect.BASE_IMAGES: "base image",
    Aspect.FORM: "form",
    Aspect.SIZE: "size",
}

_REVISION_SHOWN: Final = 12
_KILO: Final = 1000
_VERSIONS_SHOWN: Final = 4
_ARROWS: Final = {"up": "up", "down": "DOWN", "unknown": "", None: ""}


class Told(Struct, frozen=True):
    """One line: what it is about, for whom, and what happened."""

    aspect: str
    subjects: str
    what: str
    url: str = ""


def told(changes: Iterable[ImageChange]) -> tuple[Told, ...]:
    """The changes, each once: the same change of several platforms is one line."""
    found: dict[tuple[Aspect, str, str], list[str]] = {}
    for change in changes:
        found.setdefault((change.aspect, _what(change), change.url), []).append(change.subject)
    return tuple(
        Told(ASPECTS[aspect], ", ".join(dict.fromkeys(subjects)), what, url)
        for (aspect, what, url), subjects in found.items()
    )


def conclusion(difference: Difference) -> str:
    """One sentence, e.g. `2 things lost, 1 could not be compared`."""
    lost, unknown = len(told(difference.of(DifferenceKind.LOST))), len(told(difference.of(DifferenceKind.UNKNOWN)))
    parts = [f"{counted(lost, 'thing')} lost"] if lost else []
    parts += [f"{counted(unknown, 'thing')} could not be compared"] if unknown else []
    if parts:
        return ", ".join(parts)
    if difference.changes or any(one.changes for one in difference.packages):
        return "nothing lost"
    return "no difference"


def same(difference: Difference) -> str:
    """A sentence when both names stand for one digest."""
    return "both names stand for the same digest" if difference.is_same_content else ""


def packages(one: PackagesDifference) -> str:
    """E.g. `312 -> 318: 4 removed, 20 changed, 10 added`."""
    if one.state == "unknown":
        return f"could not be compared: {one.reason}"
    counts = [(one.removed, "removed"), (one.changed, "changed"), (one.added, "added")]
    parts = ", ".join(f"{count} {word}" for count, word in counts if count) or "no difference"
    return f"{one.before} -> {one.after}: {parts}"


def package(change: PackageChange) -> tuple[str, str]:
    """The name, and its versions, e.g. `deb openssl`, `3.0.15 -> 3.0.16`."""
    name = f"{change.type} {change.name}".strip()
    before, after = _versions(change.before), _versions(change.after)
    match change.kind:
        case "removed":
            return name, before
        case "added":
            return name, after
        case "changed":
            arrow = _ARROWS[change.order]
            return name, f"{before} -> {after}" + (f" ({arrow})" if arrow == "DOWN" else "")


def _versions(versions: tuple[str, ...]) -> str:
    shown = ", ".join(version or "no version" for version in versions[:_VERSIONS_SHOWN])
    more = len(versions) - _VERSIONS_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def _what(change: ImageChange) -> str:
    before, after = _value(change, change.before), _value(change, change.after)
    if change.kind is DifferenceKind.UNKNOWN:
        return change.reason or "no reason given"
    if change.aspect is Aspect.PLATFORM:
        return "is not there any more" if change.kind is DifferenceKind.LOST else "is new"
    if change.aspect is Aspect.ATTESTATION:
        return before or after
    if change.aspect is Aspect.SIZE:
        return f"{before} -> {after} ({_growth(change)})"
    return f"{before} -> {after}"


def _value(change: ImageChange, text: str) -> str:
    match change.aspect:
        case Aspect.REVISION:
            return text[:_REVISION_SHOWN]
        case Aspect.SIZE:
            return _bytes(int(text)) if text.isascii() and text.isdigit() else text
        case _:
            return text


def _growth(change: ImageChange) -> str:
    before, after = int(change.before), int(change.after)
    return f"{(after - before) / before:+.0%}" if before else "new"


def _bytes(size: int) -> str:
    """As registries show sizes, in powers of ten."""
    value = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if value < _KILO:
            return f"{value:.0f} B" if unit == "B" else f"{value:.1f} {unit}"
        value /= _KILO
    return f"{value:.1f} TB"
