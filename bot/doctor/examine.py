"""Opens what there is to look at, and runs all checks."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

import structlog

from bot.doctor.check import DoctorCheck, DoctorLine, Patient, unknown
from bot.errors import ProvenanceBotError, StoreError, StoreFullError
from bot.file_table import FileTable
from bot.jobs.queue import open_queue
from bot.oci.registries import open_registries
from bot.policy.source import policies_from
from bot.settings import Settings
from bot.slack.web_api import client_for, session_for_slack
from bot.store import open_store

CHECK_MAX: Final = 30.0
"""Seconds for one check."""

CHECKS: Final = FileTable("bot.doctor.checks", "check", DoctorCheck)

log = structlog.get_logger(__name__)


@asynccontextmanager
async def open_patient(settings: Settings, *, refused: str = "") -> AsyncIterator[Patient]:
    """What these settings name; `refused` as in Patient. Raises SettingsError if they are not valid."""
    async with AsyncExitStack() as stack:
        registries = await stack.enter_async_context(open_registries(settings.registry_options()))
        slack = None
        if settings.slack_bot_token is not None:
            session = await stack.enter_async_context(session_for_slack(settings.proxies()))
            slack = client_for(settings.slack_bot_token.get_secret_value(), settings.slack_api_url, session)
        policies = policies_from(settings.policy)
        try:
            store = await stack.enter_async_context(open_store(settings))
            queue = await stack.enter_async_context(open_queue(store, settings))
        except StoreError as failed:
            is_full = isinstance(failed, StoreFullError)
            yield Patient(settings, policies, None, None, slack, registries, str(failed), is_full, refused)
        else:
            yield Patient(settings, policies, store, queue, slack, registries, refused=refused)


async def examine(
    patient: Patient, checks: Sequence[DoctorCheck] | None = None
) -> AsyncIterator[tuple[str, DoctorLine]]:
    """Each line with the word for what was looked at, in the order of the checks; all of them unless given."""
    for check in sorted(CHECKS.all if checks is None else checks, key=lambda one: one.at):
        for line in await _lines(check, patient):
            yield check.subject, line


async def _lines(check: DoctorCheck, patient: Patient) -> list[DoctorLine]:
    """All lines of a check; one that failed says so and stops no other."""
    lines: list[DoctorLine] = []
    try:
        async with asyncio.timeout(CHECK_MAX):
            lines.extend([line async for line in check.look(patient)])
    except TimeoutError:
        lines.append(unknown(f"no answer in {CHECK_MAX:.0f} s"))
    except ProvenanceBotError as failed:
        lines.append(unknown(str(failed)))
    except Exception as failed:
        log.exception("check of the doctor failed", check=check.subject)
        lines.append(unknown(f"an error of ours ({type(failed).__name__}); the log says more"))
    return lines
