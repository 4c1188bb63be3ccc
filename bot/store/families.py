"""Which images belong together: the same tag in another registry, another image of the same build or commit.

Families are kept when a report is saved, and read by sisters.py.
"""

import hashlib
from typing import TYPE_CHECKING, Final

from bot.causes.relatives import origins
from bot.check.remembered import remembered
from bot.evidence import Evidence
from bot.report import Report
from bot.store.connection import Store

if TYPE_CHECKING:
    from redis.asyncio.client import Pipeline

LATELY: Final = 7 * 24 * 3600
"""Seconds; an image that was not checked for longer may have changed."""

FAMILY_MAX: Final = 20
"""Images that are remembered of one tag or one build, the newest."""

ORIGINS_MAX: Final = 4
"""Builds that one image can belong to; an image has one, or one for each platform."""


def families(store: Store, evidence: Evidence) -> tuple[str, ...]:
    """Their keys. Names are hashed: a run's address may have any length."""
    image = evidence.image
    tag = [f"tag {image.repository}:{image.tag}"] if image.tag else []
    builds = [f"build {origin}" for origin in list(dict.fromkeys(origins(evidence)))[:ORIGINS_MAX]]
    return tuple(store.key("family", hashlib.sha256(name.encode()).hexdigest()) for name in (*tag, *builds))


def remember(pipe: "Pipeline", store: Store, report: Report) -> None:
    """Add the image to its families."""
    evidence = remembered(report)
    for key in families(store, evidence) if evidence else ():
        pipe.zadd(key, {report.image: report.checked_at.timestamp()})
        pipe.zremrangebyrank(key, 0, -FAMILY_MAX - 1)
        pipe.expire(key, LATELY)
