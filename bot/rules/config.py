"""A platform's image configuration, or what the provenance says in its stead."""

from collections.abc import Iterator, Mapping

from bot.attestations.provenance import Provenance
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
    """Unknown when the configuration was not read: mode=max does not record what the base image sets."""
    match platform.config:
        case Unreadable() as unread:
            yield rule.unread(platform, unread)
        case NotAsked(reason):
            yield rule.unknown(platform, UnknownReason.NOT_ASKED, reason)
        case _:
            return
