"""What the store remembers of a message changes in single steps, and only by whoever has the turn."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import PostingError, StoreError
from bot.slack.plan import plan
from bot.store import Store
from bot.store.packing import MARK, packed, unpacked
from bot.store.threads import THREAD_TTL, Address, MessageState, Threads
from bot.store.threads.pieces import PIECE, PIECES_MAX, joined, split
from bot.store.threads.sending import Sending
from tests.fake_slack import Fault
from tests.slack.parts import CHANNEL, IMAGE, Office, failing, passing, release, report

HERE = Address("T1", CHANNEL, IMAGE)
FIRST = report(failing("sbom-missing"))


async def desired(threads: Threads, *reports: object) -> None:
    for told in reports or (FIRST,):
        seen = await threads.get(HERE)
        messages = plan(seen, release(told), intent="the-intent", forced=False, base_url="")  # type: ignore[arg-type]
        assert await threads.want(HERE, seen, messages)


async def test_what_was_planned_on_an_older_look_is_not_stored(store: Store) -> None:
    threads = Threads(store)
    await desired(threads)
    old = await threads.get(HERE)
    await desired(threads, report(passing("sbom-missing"), content="two"))
    late = plan(old, release(report(failing("tag-moved"), content="three")), intent="x", forced=False, base_url="")
    assert not await threads.want(HERE, old, late)
    assert not await threads.want(HERE, None, late)
    now = await threads.get(HERE)
    assert now
    assert now.parent.verdict == "pass"


async def test_what_was_stored_is_answered_as_it_is_then(store: Store) -> None:
    threads = Threads(store)
    for told in (FIRST, report(failing("sbom-missing"), failing("tag-moved"), content="two")):
        seen = await threads.get(HERE)
        wanted = plan(seen, release(told), intent="the-intent", forced=False, base_url="")
        now = await threads.want(HERE, seen, wanted)
        assert now is not None
        assert now == await threads.get(HERE)
        assert now != seen
        assert [thread.address for thread in await threads.newest()] == [HERE]


async def test_only_the_newest_turn_writes(store: Store) -> None:
    threads = Threads(store)
    sending = Sending(store, threads, lock_ms=60_000)
    await desired(threads)
    thread = await threads.get(HERE)
    assert thread
    old = await sending.take(HERE)
    assert old
    assert await sending.take(HERE) is None
    await store.redis.delete(store.key("slack", "lock", HERE.slot))  # as when its time is over
    new = await sending.take(HERE)
    assert new
    assert new.fence > old.fence
    assert not await sending.posted(old, HERE, thread.parent, "1.1", 1)
    assert not await sending.gone(old, HERE, thread.parent)
    assert not await sending.keep(old)
    assert not await sending.leave(old, IMAGE, thread.parent.seq)
    assert (await sending.begin(old, HERE, "", stale=0)).step == "stale"
    await sending.give_back(old)
    assert await sending.take(HERE) is None  # the old one cannot give away what is not its own
    assert await sending.posted(new, HERE, thread.parent, "2.2", 1)
    after = await threads.get(HERE)
    assert after
    assert (after.parent.ts, after.parent.state) == ("2.2", MessageState.POSTED)


async def test_a_request_that_may_still_run_is_not_repeated(store: Store) -> None:
    threads = Threads(store)
    sending = Sending(store, threads, lock_ms=5000)
    await desired(threads)
    turn = await sending.take(HERE)
    assert turn
    assert (await sending.begin(turn, HERE, "", stale=60)).step == "post"
    begun = await sending.begin(turn, HERE, "", stale=60)
    assert begun.step == "busy"
    assert 0 < begun.seconds <= 60
    assert (await sending.begin(turn, HERE, "", stale=0)).step == "reconcile"


async def test_who_wants_more_stays_in_line(store: Store) -> None:
    threads = Threads(store)
    sending = Sending(store, threads, lock_ms=5000)
    await desired(threads)
    turn = await sending.take(HERE)
    before = await threads.get(HERE)
    assert turn
    assert before
    await desired(threads, report(passing("sbom-missing"), content="two"))
    assert not await sending.leave(turn, IMAGE, before.parent.seq)
    assert await sending.first_in_line(HERE) == IMAGE


async def test_a_reply_is_remembered_as_long_as_its_parent(store: Store) -> None:
    threads = Threads(store)
    await desired(threads)
    thread = await threads.get(HERE)
    assert thread
    reply = threads.key(HERE, thread.replies[0].part)
    await store.redis.expire(reply, 100)
    await desired(threads, report(failing("sbom-missing"), content="two"))
    assert await store.redis.ttl(reply) > THREAD_TTL - 100


async def test_a_record_of_another_kind_is_an_error_that_trying_again_does_not_mend(store: Store) -> None:
    threads = Threads(store)
    await desired(threads)
    await store.redis.hset(threads.key(HERE), "rev", "many")
    with pytest.raises(StoreError) as caught:
        await threads.get(HERE)
    assert caught.value.retry_after is None
    assert await threads.newest() == []


async def test_a_verdict_that_nobody_saw_is_not_told_as_news(office: Office) -> None:
    office.slack.fail("chat.postMessage", Fault.RATE_LIMITED)
    with pytest.raises(PostingError):
        await office.publish(FIRST)
    office.outbox._places._slack._held_until.clear()  # type: ignore[union-attr]
    await office.publish(report(passing("sbom-missing"), content="two"))
    assert not [text for text in office.texts() if text.startswith("Now")]
    assert office.texts()[0].startswith("Pass: ")


async def names(store: Store, key: str) -> list[str]:
    """Of the record's fields."""
    return [str(name) for name in await store.redis.hkeys(key)]


async def test_a_message_takes_one_piece_of_memory_in_a_redis_as_it_comes(store: Store) -> None:
    threads = Threads(store)
    await desired(threads, FIRST, report(failing("tag-moved"), content="two"), FIRST)
    thread = await threads.get(HERE)
    assert thread
    assert thread.replies
    for key in (threads.key(HERE), *(threads.key(HERE, reply.part) for reply in thread.replies)):
        record = {str(name): str(text) for name, text in (await store.redis.hgetall(key)).items()}
        assert max(map(len, record.values())) <= PIECE
        assert await store.redis.object("encoding", key) == "listpack"
        assert json.loads(unpacked(joined(record)["content"], most=10**6)).keys() == {"text", "blocks", "facts"}


@pytest.mark.parametrize("form", [packed, str])
async def test_a_record_of_an_earlier_version_is_read_and_replaced_whole(
    store: Store, form: Callable[[str], str]
) -> None:
    threads = Threads(store)
    await desired(threads)
    thread = await threads.get(HERE)
    assert thread
    key, parent = threads.key(HERE), thread.parent
    await store.redis.hdel(key, *[name for name in await names(store, key) if "." in name])
    old = {"text": parent.text, "blocks": form(json.dumps(parent.blocks)), "facts": json.dumps(parent.facts)}
    old |= {"digest": parent.digest}
    await store.redis.hset(key, items=[text for pair in old.items() for text in pair])
    assert await threads.get(HERE) == thread
    await desired(threads, report(passing("sbom-missing"), content="two"))
    assert not old.keys() & {*await names(store, key)}
    now = await threads.get(HERE)
    assert now
    assert (now.parent.verdict, now.parent.text) != (parent.verdict, parent.text)


@pytest.mark.parametrize("content", [MARK + "broken", "{broken", "[]", '{"text": 1, "blocks": [], "facts": {}}'])
async def test_a_broken_record_is_said(store: Store, content: str) -> None:
    threads = Threads(store)
    await desired(threads)
    key = threads.key(HERE)
    await store.redis.hdel(key, *[name for name in await names(store, key) if name.startswith("content")])
    await store.redis.hset(key, "content", content)
    with pytest.raises(StoreError, match="a thread cannot be read") as caught:
        await threads.get(HERE)
    assert caught.value.retry_after is None


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,12}", fullmatch=True), st.text(max_size=3 * PIECE * PIECES_MAX)))
def test_what_is_split_comes_back(fields: dict[str, str]) -> None:
    assert joined(split(fields)) == fields


def test_a_text_that_is_not_ascii_or_very_long_stays_whole() -> None:
    for text in ("ü" * 65, "x" * (PIECE * PIECES_MAX + 1)):
        assert split({"text": text}) == {"text": text}
    assert len(split({"text": "x" * PIECE * PIECES_MAX})) == PIECES_MAX
