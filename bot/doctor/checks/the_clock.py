"""The clock: signed requests are refused when it is wrong by five minutes."""

import email.utils
import time
from collections.abc import AsyncIterator
from typing import Final

from bot.doctor.check import DoctorCheck, DoctorLine, Patient, error, ok, unknown, warning
from bot.slack.classify import failures

TOLERATED: Final = 30.0
REFUSED: Final = 300.0
"""Seconds; Slack's and our own limit for a signed request."""


async def look(patient: Patient) -> AsyncIterator[DoctorLine]:
    """Against the store's clock and, if there is one, Slack's."""
    known = 0
    if patient.store is not None:
        known += 1
        yield line("the store's", time.time() - await patient.store.now())
    if patient.slack is not None and (away := await _from_slacks(patient)) is not None:
        known += 1
        yield line("Slack's", away)
    if not known:
        yield unknown("it cannot be compared with another clock")


def line(whose: str, away: float) -> DoctorLine:
    """What to say of a clock that is so many seconds ahead of another one."""
    if abs(away) < TOLERATED:
        return ok(f"it agrees with {whose}")
    said = f"it is {abs(away):.0f} s {'ahead of' if away > 0 else 'behind'} {whose}"
    advice = "set the clock of this machine (NTP)"
    return error(said, advice) if abs(away) >= REFUSED else warning(said, advice)


async def _from_slacks(patient: Patient) -> float | None:
    """By the Date header of an answer; None without one."""
    if patient.slack is None:
        return None
    try:
        answer = await patient.slack.auth_test()
        headers = answer.headers
    except failures() as failed:
        headers = getattr(getattr(failed, "response", None), "headers", None) or {}
    stamp = {str(name).lower(): str(value) for name, value in headers.items()}.get("date", "")
    try:
        return time.time() - email.utils.parsedate_to_datetime(stamp).timestamp()
    except ValueError:
        return None


check = DoctorCheck("clock", 30, look)
