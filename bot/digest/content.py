"""What a digest tells. No I/O. Times are seconds since the epoch, of the store's clock."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from bot.errors import MalformedError
from bot.releases import ReleaseName
from bot.releases.versions import order

DAY: Final = 24 * 3600.0


class PassedGroup(Struct, frozen=True):
    """The releases of one group that passed without a post, newest version last; rolling tags by name."""

    group: str
    versions: tuple[str, ...]


class OpenFailure(Struct, frozen=True):
    """A release that fails in this channel since that moment. `said` is what people said about it, or ""."""

    title: str
    since: float
    said: str = ""


class Ending(Struct, frozen=True):
    """Something that people said, and that ends soon."""

    what: str  # "waiver of sbom-missing", "snooze"
    about: str
    at: float


class DigestContent(Struct, frozen=True):
    """Everything that one digest tells."""

    passed: tuple[PassedGroup, ...] = ()
    failing: tuple[OpenFailure, ...] = ()
    ending: tuple[Ending, ...] = ()
    silent: tuple[str, ...] = ()  # webhook sources

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.passed or self.failing or self.ending or self.silent)

    @property
    def releases(self) -> int:
        """How many releases passed."""
        return sum(len(group.versions) for group in self.passed)


def age(seconds: float) -> str:
    """For how long: whole days, or less than one."""
    days = int(seconds // DAY)
    return f"for {days} {'day' if days == 1 else 'days'}" if days else "since less than a day"


def passed_groups(subjects: Iterable[str]) -> tuple[PassedGroup, ...]:
    """The groups of these releases, by name. What is not the name of a release is left out."""
    found: dict[str, dict[str, bool]] = {}
    for subject in subjects:
        try:
            name = ReleaseName.parse(subject)
        except MalformedError:
            continue
        found.setdefault(name.group, {})[name.version] = name.is_rolling
    return tuple(PassedGroup(group, _sorted(versions)) for group, versions in sorted(found.items()))


def _sorted(versions: dict[str, bool]) -> tuple[str, ...]:
    rolling = sorted(version for version, is_rolling in versions.items() if is_rolling)
    fixed = sorted((version for version, is_rolling in versions.items() if not is_rolling), key=order)
    return (*rolling, *fixed)
