"""Reports come back as they were saved, bounded in number and time."""

import pytest

from bot.errors import StoreError
from bot.report import Report, Verdict
from bot.store import Store
from bot.store import reports as limits
from bot.store.connection import connect
from bot.store.reports import Reports
from bot.values import replace
from tests.lost_answers import losing_answers
from tests.making import digest
from tests.reports import report


async def save(reports: Reports, *all_of_them: Report, started: float = 1.0) -> None:
    for one in all_of_them:
        await reports.save(one, started=started, policy="v1")


async def test_a_report_comes_back_by_its_digest_and_as_the_latest(store: Store) -> None:
    reports = Reports(store)
    old, new = report(content="old"), report(content="new", verdict=Verdict.FAIL, minute=1)
    await save(reports, old)
    await save(reports, new, started=12.5)
    assert await reports.get(old.image, old.digest) == old
    latest = await reports.latest(old.image)
    assert latest is not None
    assert (latest.report, latest.started, latest.policy) == (new, 12.5, "v1")


async def test_a_report_of_this_process_is_not_parsed_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    reports, one = Reports(store), report(content="own", verdict=Verdict.FAIL)
    limits._PARSED.clear()
    await save(reports, one)
    with monkeypatch.context() as patch:
        patch.setattr(limits, "unpacked", None)
        assert await reports.get(one.image, one.digest) == one
    limits._PARSED.clear()  # another process
    assert await reports.get(one.image, one.digest) == one


async def test_of_what_was_never_checked_nothing_is_known(store: Store) -> None:
    reports = Reports(store)
    assert await reports.get("quay.io/acme/app:1", digest("x")) is None
    assert await reports.latest("quay.io/acme/app:1") is None
    assert await reports.newest() == ()
    assert await reports.history("quay.io/acme/app:1") == ()


async def test_the_list_has_each_image_once_newest_first(store: Store) -> None:
    reports = Reports(store)
    one, two = report("quay.io/acme/one:1", minute=1), report("quay.io/acme/two:1", minute=2)
    again = report("quay.io/acme/one:1", content="again", minute=3)
    await save(reports, one, two, again)
    assert await reports.newest() == (again, two)
    assert await reports.newest(1) == (again,)


async def test_the_list_forgets_the_oldest(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "IMAGES_MAX", 3)
    reports = Reports(store)
    await save(reports, *(report(f"quay.io/acme/app:{number}", minute=number) for number in range(5)))
    assert [one.image[-1] for one in await reports.newest()] == ["4", "3", "2"]


async def test_history_tells_changes_and_not_every_look(store: Store) -> None:
    reports = Reports(store)
    looks = [
        report(minute=0),
        report(minute=1),
        report(minute=2, verdict=Verdict.FAIL),
        report(minute=3, verdict=Verdict.FAIL),
        report(minute=4, content="other"),
    ]
    await save(reports, *looks)
    history = await reports.history(looks[0].image)
    assert [(past.verdict, past.since.minute, past.seen.minute, past.failing) for past in history] == [
        (Verdict.PASS, 4, 4, ()),
        (Verdict.FAIL, 2, 3, ("sbom-missing",)),
        (Verdict.PASS, 0, 1, ()),
    ]


async def test_history_has_both_of_two_checks_of_the_same_second(store: Store) -> None:
    """The tag moves while it is checked, and the time of a check has whole seconds."""
    reports = Reports(store)
    await save(reports, report(verdict=Verdict.FAIL), report(), report(content="other"))
    history = await reports.history(report().image)
    assert [(past.verdict, past.digest) for past in history] == [
        (Verdict.PASS, report(content="other").digest),
        (Verdict.PASS, report().digest),
        (Verdict.FAIL, report().digest),
    ]


async def test_a_save_whose_answer_is_lost_is_in_the_history_once(store: Store) -> None:
    async with losing_answers(store.url) as proxy:
        client = connect(proxy.url)
        reports = Reports(replace(store, redis=client))
        await save(reports, report(minute=0))
        for minute, verdict in ((1, Verdict.PASS), (2, Verdict.FAIL)):  # seen once more; and changed
            proxy.word = b"EVALSHA"
            await save(reports, report(minute=minute, verdict=verdict))
        await client.aclose()
    assert proxy.lost == 2
    history = await Reports(store).history(report().image)
    assert [(past.verdict, past.since.minute, past.seen.minute) for past in history] == [
        (Verdict.FAIL, 2, 2),
        (Verdict.PASS, 0, 1),
    ]


async def test_history_is_bounded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "HISTORY_MAX", 4)
    reports = Reports(store)
    await save(reports, *(report(content=str(number), minute=number) for number in range(9)))
    assert [past.since.minute for past in await reports.history(report().image, 99)] == [8, 7, 6, 5]


async def test_what_cannot_be_read_is_said_or_left_out(store: Store) -> None:
    reports = Reports(store)
    broken, whole = report("quay.io/acme/broken:1"), report("quay.io/acme/whole:1")
    await save(reports, broken, whole)
    await store.redis.set(store.key("report", f"{broken.image}@{broken.digest}"), '{"schema": "another"}')
    await store.redis.lpush(store.key("history", broken.image), "not even JSON")
    with pytest.raises(StoreError, match="cannot be read"):
        await reports.get(broken.image, broken.digest)
    assert await reports.latest(broken.image) is None
    assert await reports.newest() == (whole,)
    assert len(await reports.history(broken.image)) == 1


async def test_a_report_without_measure_is_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REPORT_MAX", 100)
    with pytest.raises(StoreError, match="REPORT_MAX = 100"):
        await save(Reports(store), report())
    assert await store.redis.dbsize() == 0
