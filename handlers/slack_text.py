"""The final check of an answer before Slack gets it."""

import structlog

from bot.render.slack.escape import escaped, is_safe

log = structlog.get_logger(__name__)


def guarded(said: str) -> str:
    """The answer; one with an unexpected mention or link is escaped."""
    if is_safe(said, ()):
        return said
    log.error("answer was not escaped")
    return escaped(said, 3000)
