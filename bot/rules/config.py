"""A platform's image configuration, or what the provenance says in its stead."""

from collections.abc import Iterator, Mapping

from bot.attestations.provenance import Mode, Provenance
from bot.evidence import ImageConfig, NotAsked, PlatformEvidence, Unreadable
from bot.rules.rule import Finding, Rule
from bot.unreadable import UnknownReason


def labels(platform: PlatformEvidence) -> Mapping[str, str]:
    """Those of the image's configuration, else those that the provenance says were asked for (max mode)."""
    if isinstance(platform.config, ImageConfig):
        return dict(platform.config.labels)
    if isinstance(platform.provenance, Provenance):
        return dict(platform.provenance.labels)
    return {}


def unread_config(rule: Rule, platform: PlatformEvidence) -> Iterator[Finding]:
    """Unknown when the configuration was wanted and could not be read, or stayed unread with nothing in its stead."""
    match platform.config:
        case Unreadable() as unread:
            yield rule.unread(platform, unread)
        case NotAsked(reason) if not recorded(platform):
            yield rule.unknown(platform, UnknownReason.NOT_ASKED, reason)
        case _:
            return


def recorded(platform: PlatformEvidence) -> bool:
    """Whether the provenance records what the configuration would say: Dockerfile, build arguments, labels."""
    return isinstance(platform.provenance, Provenance) and platform.provenance.mode is Mode.MAX
