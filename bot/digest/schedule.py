"""When a channel gets its digest: a day or a week, at a time of day, in a time zone. No I/O.

A day on which the clocks change has one digest, too: a time that does not exist that day is as long after the change
as it would have been, and of a time that comes twice the first counts.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from msgspec import Struct

from bot.errors import MalformedError
from bot.values import replace

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_CLOCK: Final = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_ZONE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_+/-]{0,60}", re.ASCII)
_OTHER_WORDS: Final = {"day": "daily", "week": "weekly", "none": "off", "never": "off"}


class Every(StrEnum):
    """How often."""

    OFF = "off"
    DAILY = "daily"
    WEEKLY = "weekly"


class Schedule(Struct, frozen=True):
    """`weekday` counts from Monday = 0, and only matters for a weekly digest; `zone` is a name of the IANA database."""

    every: Every = Every.DAILY
    weekday: int = 0
    at: time = time(9, 0)
    zone: str = "UTC"

    def __str__(self) -> str:
        """As people write it; `parse` reads it back."""
        clock = f"{self.at:%H:%M} {self.zone}"
        match self.every:
            case Every.OFF:
                return "off"
            case Every.DAILY:
                return f"daily {clock}"
            case Every.WEEKLY:
                return f"weekly {WEEKDAYS[self.weekday]} {clock}"

    def latest_due(self, now: float) -> float | None:
        """The last moment until now, in seconds since the epoch, at which a digest was due; None if it is off."""
        if self.every is Every.OFF:
            return None
        today = datetime.fromtimestamp(now, UTC).date() + timedelta(days=1)  # zones are up to 14 hours ahead
        days = (today - timedelta(days=back) for back in range(10))
        moments = (self._moment(day) for day in days if self._has(day))
        return next((moment for moment in moments if moment <= now), None)

    def _has(self, day: date) -> bool:
        return self.every is Every.DAILY or day.weekday() == self.weekday

    def _moment(self, day: date) -> float:
        return datetime.combine(day, self.at, ZoneInfo(self.zone)).timestamp()


def parse(text: str, base: Schedule | None = None) -> Schedule:
    """`daily 09:00 Europe/Paris`, `weekly monday`, `18:30`, `off`; what is not named is as in `base`.

    Raises MalformedError with a sentence for the person.
    """
    found = base or Schedule()
    words = text[:200].split()
    if not words:
        raise MalformedError("write off, daily or weekly, then a weekday, a time and a time zone, e.g. daily 09:00 UTC")
    if found.every is Every.OFF:
        found = replace(found, every=Every.DAILY)
    for typed in words:
        word = _OTHER_WORDS.get(typed.lower(), typed.lower())
        if word in set(Every):
            found = replace(found, every=Every(word))
        elif weekday := [name for name in WEEKDAYS if len(word) > 2 and name.startswith(word)]:  # noqa: PLR2004 - mon
            found = replace(found, every=Every.WEEKLY, weekday=WEEKDAYS.index(weekday[0]))
        elif clock := _CLOCK.fullmatch(word):
            found = replace(found, at=time(int(clock[1]), int(clock[2])))
        else:
            found = replace(found, zone=_zone(typed))
    return found


def _zone(name: str) -> str:
    if not _ZONE.fullmatch(name):
        raise MalformedError(
            f"{name[:60]!r} is neither daily, weekly, off, a weekday, a time such as 09:00, nor a time zone"
        )
    named = _names().get(name.lower(), "")
    try:
        if named:
            ZoneInfo(named)
            return named
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder or a broken file of the database
        pass
    from difflib import get_close_matches  # noqa: PLC0415 - only for a name that is not known

    close = get_close_matches(name, [*Every, *WEEKDAYS, *_names().values()], n=1)
    if close:
        raise MalformedError(f"{name!r} is not known; did you mean {close[0]}?")
    raise MalformedError(f"{name!r} is neither daily, weekly, off, a weekday nor a time zone such as Europe/Paris")


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}
