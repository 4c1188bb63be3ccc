"""Which rules an image did not have to fulfil yet when it was built: the policy's key `since`."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from bot.attestations.provenance import Provenance
from bot.evidence import Evidence, ImageConfig
from bot.policy import Policy
from bot.rules import catalogue

FIRST: Final = date(2013, 3, 13)
"""Docker's first release. Reproducible builds write an earlier day, which says nothing."""

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?=T)", re.ASCII)
_CREATED: Final = "org.opencontainers.image.created"


def not_yet_asked(policy: Policy, evidence: Evidence) -> frozenset[str]:
    """The rules that are asked of images from a later day. None when nobody knows when the image was built.

    A rule about what was lost says more of the same as others; it is not asked either while none of them is.
    """
    built = built_on(evidence) if policy.since else None
    if built is None:
        return frozenset()
    always = {rule.id for rule in catalogue() if rule.always}  # such an image names whatever day it likes
    later = frozenset(rule for rule, day in policy.since.items() if built < day and rule not in always)
    return later | {rule.id for rule in catalogue() if rule.covers and rule.covers <= later}


def built_on(evidence: Evidence) -> date | None:
    """The last day that the image itself names: these are its own words, as all of unsigned provenance is."""
    return max(filter(None, map(day_of, _moments(evidence))), default=None)


def _moments(evidence: Evidence) -> Iterator[str]:
    yield dict(evidence.annotations).get(_CREATED, "")
    for platform in evidence.platforms:
        for provenance in platform.provenances:
            yield provenance.finished_on or provenance.started_on
        if isinstance(platform.provenance, Provenance):
            yield platform.provenance.finished_on or platform.provenance.started_on
        if isinstance(platform.config, ImageConfig):
            yield platform.config.created


def day_of(moment: str) -> date | None:
    """The day of such a text; None when it names none, or one before Docker."""
    match = _DAY.match(moment)
    try:
        day = date.fromisoformat(match[0]) if match else None
    except ValueError:
        return None
    return day if day is not None and day >= FIRST else None
