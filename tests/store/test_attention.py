"""What people said is kept once, listed, ends once, and comes over into another store."""

import asyncio
import json
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.attention import Attention, Kind, Mute, NotePlace, Snooze, WaiverScope
from bot.errors import MalformedError, UsageError
from bot.oci.reference import Reference
from bot.store import Store
from bot.store.attention import Ends, Notes, Waivers
from bot.store.attention.ends import ENDS_TTL
from bot.store.attention.records import plain, read
from bot.store.moving import SCHEMA, exported, imported
from tests.attention.saying import APP, AT, PLACE, acknowledged, muted, proposed, revoked, snoozed, waiver
from tests.making import digest

IMAGE = Reference.parse(APP)


def tomorrow() -> date:
    return datetime.now(UTC).date() + timedelta(days=1)


async def now(store: Store) -> float:
    return await store.now()


async def test_all_kinds_are_kept_about_one_place(store: Store) -> None:
    notes = Notes(store)
    for note in (acknowledged(), snoozed(), muted(), revoked(), proposed()):
        assert await notes.put(note)
    assert await notes.about(PLACE) == Attention(acknowledged(), snoozed(), muted(), revoked(), proposed())
    assert await notes.about(NotePlace("T1", "C0OTHER", PLACE.subject)) == Attention()
    assert await notes.about(NotePlace("T2", "C0RELEASES", PLACE.subject)) == Attention()


async def test_of_ten_people_who_press_at_once_one_is_the_first(store: Store) -> None:
    notes = Notes(store)
    done = await asyncio.gather(*(notes.put(acknowledged(who=f"U0{number}")) for number in range(10)))
    assert done.count(True) == 1
    first = (await notes.about(PLACE)).acknowledgement
    assert first is not None
    assert first.who == f"U0{done.index(True)}"
    assert await notes.put(acknowledged(who="U0NEXT"), seen=first), "in place of one that has fallen"
    assert not await notes.put(acknowledged(who="U0LATE"), seen=first)


@pytest.mark.parametrize("failing", ['{"by_image":[]}', '{"by_image":{"a b":"c"}}', '{"by_image":{"a":[1]}}', "[[[["])
async def test_a_record_of_many_failures_that_is_not_of_that_shape_is_none(store: Store, failing: str) -> None:
    notes = Notes(store)
    await notes.put(acknowledged())
    (key,) = [key async for key in store.redis.scan_iter(match=f"*{Kind.ACKNOWLEDGEMENT}*")]
    text = json.loads(str(await store.redis.get(key)))
    del text["failing"]
    await store.redis.set(key, f'{json.dumps(text)[:-1]},"failing":{failing}}}')
    said = (await notes.about(PLACE)).acknowledgement
    assert said is None or not said.failing.found


async def test_it_is_taken_back_once(store: Store) -> None:
    notes = Notes(store)
    await notes.put(snoozed())
    done = await asyncio.gather(*(notes.take(snoozed()) for _ in range(5)))
    assert done.count(True) == 1
    assert await notes.about(PLACE) == Attention()
    assert (await notes.in_channel(PLACE.team, PLACE.channel)).total == 0
    assert await Ends(store).due(AT + 10**9) == []


async def test_a_channel_is_listed_the_newest_first(store: Store) -> None:
    notes = Notes(store)
    places = [NotePlace("T1", "C0RELEASES", f"acme/app 1.{number}") for number in range(5)]
    for number, place in enumerate(places):
        await notes.put(Mute(place, "U0ALICE", AT + number))
    page = await notes.in_channel("T1", "C0RELEASES", limit=2)
    assert [note.place.subject for note in page.items] == ["acme/app 1.4", "acme/app 1.3"]
    assert page.total == 5
    assert (await notes.in_channel("T2", "C0RELEASES")).items == []


async def test_what_ends_is_due_once(store: Store) -> None:
    notes, ends = Notes(store), Ends(store)
    await notes.put(snoozed())
    assert await ends.due(AT + 3599) == []
    (end,) = await ends.due(AT + 3600)
    assert (end.kind, end.place, end.at) == (Kind.SNOOZE, PLACE, AT + 3600)
    await ends.forget(Kind.SNOOZE, PLACE)
    assert await ends.due(AT + 3600) == []


async def test_a_broken_end_is_dropped(store: Store) -> None:
    await store.redis.zadd(store.key("attention", "ends"), {"nonsense": 1, '["no-kind", "x"]': 2})
    assert await Ends(store).due(10) == []
    assert await store.redis.zcard(store.key("attention", "ends")) == 0


async def test_waivers_of_an_image(store: Store) -> None:
    waivers, at = Waivers(store), await now(store)
    mine = waiver(at=at, last_day=tomorrow())
    assert await waivers.add(mine)
    assert not await waivers.add(mine)
    await waivers.add(waiver(id="other", images=(("quay.io/acme/cli:1", digest("x")),), at=at, last_day=tomorrow()))
    await waivers.add(waiver(id="over", at=at, last_day=tomorrow() - timedelta(days=3)))
    assert await waivers.covering(IMAGE, digest("one"), at) == (mine,)
    assert await waivers.covering(IMAGE.tagged("other"), digest("one"), at) == ()
    await waivers.used(mine, APP)
    assert await waivers.uses(mine.id) == (APP,)


async def test_a_waiver_is_revoked_once(store: Store) -> None:
    waivers, at = Waivers(store), await now(store)
    await waivers.add(waiver(at=at, last_day=tomorrow()))
    done = await asyncio.gather(*(waivers.revoke("a1b2c3", f"U0{number}") for number in range(5)))
    (revoked_,) = [one for one in done if one]
    assert revoked_.revoked_by.startswith("U0")
    assert await waivers.covering(IMAGE, digest("one"), await now(store)) == ()
    assert await waivers.get("a1b2c3") == revoked_
    (end,) = await Ends(store).due(await now(store))
    assert (end.kind, end.id) == (Kind.WAIVER, "a1b2c3")


async def test_nobody_revokes_what_was_revoked_or_is_over_or_never_was(store: Store) -> None:
    """The record says for ever who took it back, and when."""
    waivers, at = Waivers(store), await now(store)
    await waivers.add(waiver(at=at, last_day=tomorrow()))
    first = await waivers.revoke("a1b2c3", "U0FIRST")
    assert first is not None
    assert await waivers.revoke("a1b2c3", "U0SECOND") is None
    assert await waivers.get("a1b2c3") == first
    over = waiver(at=at, last_day=tomorrow() - timedelta(days=2), id="d4e5f6")
    await waivers.add(over)
    assert await waivers.revoke("d4e5f6", "U0FIRST") is None
    assert await waivers.get("d4e5f6") == over
    assert await waivers.revoke("000000", "U0FIRST") is None


async def test_waivers_are_listed_by_workspace_and_channel_the_first_to_end_first(store: Store) -> None:
    waivers, at = Waivers(store), await now(store)
    later = waiver(id="later", at=at, last_day=tomorrow() + timedelta(days=5))
    sooner = waiver(id="sooner", at=at, last_day=tomorrow(), place=NotePlace("T1", "C2", "x 1"))
    foreign = waiver(id="foreign", at=at, last_day=tomorrow(), place=NotePlace("T2", "C9", "x 1"))
    for one in (later, sooner, foreign):
        await waivers.add(one)
    assert (await waivers.listed("T1")).items == [sooner, later]
    assert (await waivers.listed("T1", "C2")).items == [sooner]
    assert (await waivers.listed("T1", before=at + 3 * 86400)).items == [sooner]
    assert (await waivers.listed(limit=1)).total == 3


async def test_there_is_a_limit(store: Store) -> None:
    waivers, at = Waivers(store, most=1), await now(store)
    await waivers.add(waiver(at=at, last_day=tomorrow()))
    with pytest.raises(UsageError, match="waivers already"):
        await waivers.add(waiver(id="another", at=at, last_day=tomorrow()))


async def test_every_key_has_an_end(store: Store) -> None:
    await Notes(store).put(snoozed())
    await Waivers(store).add(waiver(at=await now(store), last_day=tomorrow()))
    await Waivers(store).used(waiver(), APP)
    for key in await store.redis.keys("*"):
        assert 0 < await store.redis.ttl(key) <= ENDS_TTL


async def test_what_is_not_ours_is_nothing(store: Store) -> None:
    await Notes(store).put(snoozed())
    for key in await store.redis.keys("*snooze*"):
        await store.redis.set(key, '{"place": 1}', ex=10)
    assert await Notes(store).about(PLACE) == Attention()
    assert (await Notes(store).in_channel(PLACE.team, PLACE.channel)).items == []
    assert await Notes(store).put(snoozed()), "it does not stand in the way"


async def test_it_comes_over_into_another_store(store: Store) -> None:
    notes, waivers, at = Notes(store), Waivers(store), await now(store)
    one = waiver(at=at, last_day=tomorrow(), scope=WaiverScope.DIGEST)
    await waivers.add(one)
    for note in (acknowledged(), snoozed(), muted(), revoked(), proposed()):
        await notes.put(note)
    lines = [line async for line in exported(store)]
    await store.redis.flushall()
    counts = {
        "waivers stored": 1,
        "acknowledgements stored": 1,
        "snoozes stored": 1,
        "mutes stored": 1,
        "notes on secrets stored": 1,
        "proposed fixes stored": 1,
    }
    assert await imported(store, lines) == counts
    assert await notes.about(PLACE) == Attention(acknowledged(), snoozed(), muted(), revoked(), proposed())
    assert await waivers.covering(IMAGE, digest("one"), at) == (one,)
    assert await imported(store, lines) == {name.replace("stored", "kept"): count for name, count in counts.items()}
    assert [line async for line in exported(store)] == lines


@pytest.mark.parametrize(
    "entry",
    [{"kind": "waiver", "value": {}}, {"kind": "snooze", "value": {"place": {}}}, {"kind": "mute", "value": 1}],
)
async def test_a_broken_record_is_named_by_its_line(store: Store, entry: object) -> None:
    with pytest.raises(MalformedError, match="line 2"):
        await imported(store, [json.dumps({"schema": SCHEMA}), json.dumps(entry)])


@pytest.mark.parametrize("time", ["1e308", "-1e308", "NaN", "Infinity", "-1", "253402300799"])
@pytest.mark.parametrize("field", ["at", "revoked_at"])
async def test_a_time_that_no_calendar_has_is_not_a_record_and_is_not_stored(
    store: Store, field: str, time: str
) -> None:
    value = plain(waiver()) | {field: float(time)}  # type: ignore[operator]
    with pytest.raises(MalformedError, match="line 2"):
        await imported(store, [json.dumps({"schema": SCHEMA}), json.dumps({"kind": "waiver", "value": value})])
    assert await store.redis.keys("*attention*") == []
    assert read(type(waiver()), json.dumps(value)) is None


async def test_a_snooze_is_read_as_it_was_written(store: Store) -> None:
    note = Snooze(PLACE, "U0ALICE", AT + 0.123456, AT + 0.2, "1.2.3", frozenset({"b", "a"}))
    await Notes(store).put(note)
    assert (await Notes(store).about(PLACE)).snooze == note
