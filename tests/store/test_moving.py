"""What people entered comes over into another store as it was, once, and a broken file says in which line."""

import asyncio
import json
import stat
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.__main__ import main
from bot.errors import MalformedError, StoreError
from bot.store import Store, open_store
from bot.store.channel_choices import ChannelChoices, StoredChoices
from bot.store.digest_marks import ChosenSchedule, DigestMarks
from bot.store.moving import SCHEMA, exported, imported
from bot.store.threads import THREAD_TTL, Address, Threads
from bot.store.threads.records import Desired
from bot.store.watches import StoredWatches, Watch
from bot.store.workspaces import BotTokens, InstallationFacts, Installations, TokenKeys
from bot.store.workspaces.installations import new_workspace
from bot.store.workspaces.sealing import new_key
from bot.values import replace
from tests.real_redis import RedisServer

HERE = Address("T1", "C0RELEASES", "acme/app 1.16.0")
WATCH = Watch(glob="quay.io/acme/*", tags=("1.*",), who="U1", channel="C0RELEASES", at=12.5)
EMPTY = {"team": "T", "channel": "C", "subject": "x", "parent": {}}
HEADER = json.dumps({"schema": SCHEMA})


def end(lines: int) -> str:
    return json.dumps({"kind": "end", "value": {"lines": lines}})


def message(part: str, text: str) -> Desired:
    return Desired(part, text, [{"type": "divider"}], "event", {"rule": "x"}, "hash", {"verdict": "fail"})


async def fill(store: Store) -> None:
    await StoredWatches(store).add(WATCH)
    threads = Threads(store)
    assert await threads.want(HERE, None, [message("", "parent é"), message("fix:1", "one"), message("fix:2", "two")])
    await store.redis.hset(threads.key(HERE), mapping={"ts": "17.5", "state": "posted", "rev": 1})
    await store.redis.set(threads.pointer(HERE, "17.5"), HERE.subject)


async def lines_of(store: Store) -> list[str]:
    return [line async for line in exported(store)]


async def test_when_a_channel_wants_its_digest_comes_over(store: Store) -> None:
    chosen = ChosenSchedule(team="T1", channel="C0RELEASES", digest="weekly friday 18:00 Europe/Berlin", who="U1")
    await DigestMarks(store).choose(chosen)
    lines = await lines_of(store)
    await store.redis.flushall()
    assert await imported(store, lines) == {"schedules of digests stored": 1}
    assert await imported(store, lines) == {"schedules of digests kept": 1}
    assert await DigestMarks(store).all() == (chosen,)


async def test_what_a_channel_has_chosen_comes_over(store: Store) -> None:
    choices = ChannelChoices(team="T1", channel="C0RELEASES", passes="none", threads="off", who="U1", at=1.0)
    await StoredChoices(store).put(choices)
    lines = await lines_of(store)
    await store.redis.flushall()
    assert await imported(store, lines) == {"settings of channels stored": 1}
    assert await imported(store, lines) == {"settings of channels kept": 1}
    assert await StoredChoices(store).all() == (choices,)


async def test_watches_and_threads_come_over_as_they_were(store: Store) -> None:
    await fill(store)
    threads = Threads(store)
    before, lines = await threads.get(HERE), await lines_of(store)
    await store.redis.flushall()
    assert await imported(store, lines) == {"watches stored": 1, "threads stored": 1}
    assert await StoredWatches(store).all() == (WATCH,)
    assert before is not None
    assert await threads.get(HERE) == before
    assert await threads.at(HERE.team, HERE.channel, "17.5") == before
    assert await threads.newest() == [before]
    assert 0 < await store.redis.ttl(threads.key(HERE, "fix:2")) <= THREAD_TTL
    assert await lines_of(store) == lines


async def test_what_is_there_already_stays(store: Store) -> None:
    await fill(store)
    lines = await lines_of(store)
    other = WATCH.model_copy(update={"who": "U2"})
    await StoredWatches(store).add(other)
    await store.redis.hset(Threads(store).key(HERE), "verdict", "pass")
    assert await imported(store, lines) == {"watches kept": 1, "threads kept": 1}
    assert await StoredWatches(store).all() == (other,)
    thread = await Threads(store).get(HERE)
    assert thread is not None
    assert thread.parent.verdict == "pass"


async def test_an_empty_store_has_a_header_and_an_end(store: Store) -> None:
    assert await lines_of(store) == [HEADER, end(1)]
    assert await imported(store, [HEADER, end(1)]) == {}


async def test_a_file_that_was_cut_is_told_and_what_it_has_is_stored(store: Store) -> None:
    """A disk that was full, or a store that went away, after any line."""
    await fill(store)
    lines = await lines_of(store)
    for number in range(len(lines)):
        await store.redis.flushall()
        with pytest.raises(MalformedError, match="so it was cut; what it has is stored"):
            await imported(store, lines[:number])
    assert len(await StoredWatches(store).all()) == 1
    with pytest.raises(MalformedError, match="3 lines were written before it, and 2 are there"):
        await imported(store, [*lines[:2], *lines[3:]])
    assert await imported(store, lines) == {"watches kept": 1, "threads kept": 1}


@pytest.mark.parametrize("before", ["thread", "watch"])
async def test_a_store_that_goes_away_ends_an_export(empty_store: RedisServer, before: str) -> None:
    """It was taken for a thread that cannot be read, and left out."""
    async with open_store(empty_store.settings()) as store:
        await fill(store)
        assert await Threads(store).want(replace(HERE, subject="acme/app 1.17.0"), None, [message("", "another")])
        lines = exported(store)
        while f'"kind": "{before}"' not in await anext(lines):
            pass
        empty_store.kill()
        with pytest.raises(StoreError):
            [line async for line in lines]
    empty_store.start()


async def test_a_thread_that_cannot_be_read_is_named(store: Store) -> None:
    await fill(store)
    await store.redis.hset(Threads(store).key(HERE), mapping={"rev": "\x00\xff", "facts": "[", "state": "nonsense"})
    with capture_logs() as logs:
        assert len(await lines_of(store)) == 3
    assert [(one["event"], one["subject"]) for one in logs] == [("a thread is left out", HERE.subject)]


@pytest.mark.usefixtures("configured")
def test_an_export_that_fails_leaves_no_file(
    tmp_path: Path, empty_store: RedisServer, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "export.jsonl"
    empty_store.kill()
    assert main(["export", str(file)]) == 3
    assert not file.exists()
    empty_store.start()
    assert main(["export", str(file)]) == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for command in ("export", "import"):
        assert main([command, str(tmp_path)]) == 2
    assert main(["export", str(tmp_path / "no" / "folder")]) == 2
    assert str(tmp_path / "no" / "folder") in capsys.readouterr().err
    file.write_text("")
    assert main(["import", str(file)]) == 2
    assert "so it was cut" in capsys.readouterr().err


@pytest.mark.usefixtures("configured")
def test_several_workspaces_are_not_half_exported(empty_store: RedisServer, capsys: pytest.CaptureFixture[str]) -> None:
    async def install() -> None:
        async with open_store(empty_store.settings()) as store:
            facts = InstallationFacts(team="T0ACME", workspace=new_workspace("T0ACME"))
            await Installations(store, TokenKeys.parse(new_key("k"))).install(facts, BotTokens(token="xoxb-1"))

    asyncio.run(install())
    assert main(["export"]) == 2
    assert "copy it as a whole" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["no json"], "line 1: is not JSON"),
        (["[" * 100_000], "line 1: is not JSON"),
        (["{}"], "line 1: expected"),
        ([json.dumps({"schema": "provenance-bot/export/v9"})], "line 1: expected provenance-bot/export/v1, not"),
        ([HEADER, HEADER], "line 2: not a kind that is known here"),
        ([HEADER, json.dumps({"kind": "report", "value": {}})], "line 2: not a kind that is known here"),
        ([HEADER, json.dumps({"kind": "watch", "value": {"glob": "app"}})], "line 2: glob: "),
        ([HEADER, json.dumps({"kind": "thread", "value": {"team": "T1"}})], "line 2: channel: "),
        (
            [
                HEADER,
                json.dumps({"kind": "thread", "value": EMPTY}),
            ],
            "line 2: a thread cannot be read",
        ),
        ([HEADER, "x" * (8 * 1024 * 1024 + 1)], "line 2: limit"),
    ],
)
async def test_a_broken_file_says_where(store: Store, lines: list[str], why: str) -> None:
    with pytest.raises(MalformedError) as refused:
        await imported(store, lines)
    assert str(refused.value).startswith(why)


@pytest.fixture
def configured(empty_store: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", empty_store.url)


@pytest.mark.usefixtures("configured")
def test_export_and_import_as_an_operator_types_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "export.jsonl"
    assert main(["watch", "quay.io/acme/app"]) == 0
    assert main(["export", str(file)]) == 0
    assert main(["export", str(file)]) == 2
    assert "already exists" in capsys.readouterr().err
    assert main(["unwatch", "quay.io/acme/app"]) == 0
    assert main(["import", str(file)]) == 0
    assert "watches stored: 1" in capsys.readouterr().out
    assert main(["import", str(tmp_path / "none")]) == 2
    file.write_bytes(b"\xff\xfe")
    assert main(["import", str(file)]) == 2
    assert "is not UTF-8" in capsys.readouterr().err
    file.write_text("oops\n")
    assert main(["import", str(file)]) == 2
    assert "line 1: is not JSON" in capsys.readouterr().err
    assert main(["export"]) == 0
    assert '"kind": "watch"' in capsys.readouterr().out
