"""What a worker does when a visitor of the pages wants two images compared: the answer is kept for the page."""

import asyncio
from datetime import UTC, datetime
from typing import Final

import structlog

from bot.check.looker import Looker
from bot.errors import RegistryError, UsageError
from bot.intake.question import QuestionJob
from bot.oci.asked import parse_asked
from bot.request_ids import quoting
from bot.store.differences import Differences, KeptDifference

log = structlog.get_logger(__name__)

COMPARE_MAX: Final = 240.0
"""Seconds; the page waits a little longer."""

TOO_LATE: Final = "The answer did not come in time. This says nothing about the images."
INTERNAL: Final = "An internal error occurred; the log has the details."


async def compare_for_page(asked: QuestionJob, looker: Looker, differences: Differences, *, gives_up: bool) -> None:
    """Compare, or say why it cannot be; `gives_up` when earlier attempts never came to an end. Raises StoreError."""
    before, after = (str(parse_asked(name)) for name in asked.names)
    found = KeptDifference(at=asked.asked_at, refusal=quoting(INTERNAL)) if gives_up else await _found(asked, looker)
    await differences.keep(before, after, found)


async def _found(asked: QuestionJob, looker: Looker) -> KeptDifference:
    before, after = (parse_asked(name) for name in asked.names)
    try:
        async with asyncio.timeout(COMPARE_MAX):
            difference = await looker.compare(before, after, datetime.now(UTC))
    except (RegistryError, UsageError) as error:
        return KeptDifference(at=asked.asked_at, refusal=f"{error}. This says nothing about the images.")
    except TimeoutError:
        return KeptDifference(at=asked.asked_at, refusal=TOO_LATE)
    except Exception:
        log.exception("two images could not be compared for a page", names=asked.names)
        return KeptDifference(at=asked.asked_at, refusal=quoting(INTERNAL))
    return KeptDifference(at=asked.asked_at, difference=difference)
