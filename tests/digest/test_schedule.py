"""When a digest is due: in the channel's own time, once a day, also on the days on which the clocks change."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digest.schedule import WEEKDAYS, Every, Schedule, parse
from bot.errors import MalformedError

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str, zone: ZoneInfo = BERLIN) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


@pytest.mark.parametrize(
    ("text", "schedule"),
    [
        ("daily", Schedule()),
        ("daily 18:30 Europe/Berlin", Schedule(at=time(18, 30), zone="Europe/Berlin")),
        ("DAY 8:05 europe/berlin", Schedule(at=time(8, 5), zone="Europe/Berlin")),
        ("weekly", Schedule(Every.WEEKLY)),
        ("week fri", Schedule(Every.WEEKLY, 4)),
        ("Thursday 9:00", Schedule(Every.WEEKLY, 3)),
        ("off", Schedule(Every.OFF)),
        ("none", Schedule(Every.OFF)),
    ],
)
def test_it_is_written_in_words(text: str, schedule: Schedule) -> None:
    assert parse(text) == schedule
    assert parse(str(schedule)).every is schedule.every


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "write off, daily or weekly"),
        ("Europe/Berlni", "did you mean Europe/Berlin?"),
        ("25:00", "neither daily"),
        ("9", "neither daily"),
        ("../../etc/passwd", "neither daily"),
        ("America", "is not known; did you mean America/"),
        ("dayly", "did you mean daily?"),
        ("qqqqqq", "neither daily, weekly, off, a weekday nor a time zone"),
        ("<!channel>", "neither daily"),
    ],
)
def test_what_is_not_a_schedule_is_said(text: str, said: str) -> None:
    with pytest.raises(MalformedError, match=said.replace("?", r"\?")):
        parse(text)


def test_what_is_not_named_stays_as_it_was() -> None:
    base = parse("weekly friday 18:00 Europe/Berlin")
    assert parse("tuesday", base) == parse("weekly tuesday 18:00 Europe/Berlin")
    assert parse("07:00", base) == parse("weekly friday 07:00 Europe/Berlin")
    assert parse("07:00", parse("off")).every is Every.DAILY


def test_a_day_in_its_own_time_zone() -> None:
    schedule = parse("daily 09:00 Europe/Berlin")
    assert schedule.latest_due(at("2026-11-29 09:00")) == at("2026-11-29 09:00")
    assert schedule.latest_due(at("2026-11-29 08:59:59")) == at("2026-11-28 09:00")
    assert parse("daily 09:00 Pacific/Kiritimati").latest_due(datetime(2026, 11, 28, 19, tzinfo=UTC).timestamp()) == (
        datetime(2026, 11, 28, 19, tzinfo=UTC).timestamp()
    )


def test_a_week() -> None:
    schedule = parse("weekly monday 09:00 Europe/Berlin")
    assert schedule.latest_due(at("2026-11-29 12:00")) == at("2026-11-23 09:00")
    assert schedule.latest_due(at("2026-11-30 09:00")) == at("2026-11-30 09:00")


def test_off_is_never_due() -> None:
    assert parse("off").latest_due(at("2026-11-29 12:00")) is None


@pytest.mark.parametrize("clock", ["02:30", "09:00", "00:00", "23:59", "03:00"])
@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])  # the clocks go forward, and back
def test_a_day_on_which_the_clocks_change_has_one_digest(day: str, clock: str) -> None:
    schedule = parse(f"daily {clock} Europe/Berlin")
    start = at(f"{day} 00:00")
    due = {schedule.latest_due(start + minute * 60) for minute in range(-26 * 60, 50 * 60, 7)}
    on_that_day = {
        moment for moment in due if moment and datetime.fromtimestamp(moment, BERLIN).date().isoformat() == day
    }
    assert len(on_that_day) == 1


@given(
    now=st.floats(0, 4e9),
    every=st.sampled_from([Every.DAILY, Every.WEEKLY]),
    weekday=st.integers(0, 6),
    clock=st.times(),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Kiritimati", "Pacific/Pago_Pago"]),
)
def test_there_is_always_one_not_long_ago(now: float, every: Every, weekday: int, clock: time, zone: str) -> None:
    schedule = Schedule(every, weekday, clock.replace(microsecond=0, fold=0), zone)
    due = schedule.latest_due(now)
    assert due is not None
    days = 1 if every is Every.DAILY else 7
    assert 0 <= now - due <= (days + 1) * 86400 + 3600
    assert every is Every.DAILY or datetime.fromtimestamp(due, ZoneInfo(zone)).weekday() == weekday or clock.hour >= 23
    assert schedule.latest_due(due) == due
    assert len(WEEKDAYS) == 7
