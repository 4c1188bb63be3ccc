"""A thread follows the pull request that fixes its release, where a token allows it."""

import pytest

from bot.errors import SourceUnavailableError
from bot.jobs.endings import Endings
from bot.store import Store
from bot.store.attention import Ends, Notes
from bot.store.attention.notes import FOLLOW
from bot.store.reports import Reports
from bot.values import replace
from tests.actions.parts import BAD
from tests.attention.saying import PLACE, proposed
from tests.fake_queue import FakeQueue

IMAGE = BAD.image


class Host:
    """What becomes of pull requests."""

    def __init__(self, *states: str) -> None:
        self.states = list(states)

    async def state(self, name: str, number: int) -> str:
        assert (name, number) == ("acme/app", 1)
        if self.states[0] == "away":
            self.states.pop(0)
            raise SourceUnavailableError("GitHub does not answer")
        return self.states.pop(0)


async def due(store: Store) -> None:
    """Ten minutes later."""
    ends = Ends(store)
    for end in await ends.due(await store.now() + 2 * FOLLOW):
        assert end.place is not None
        await ends.expect(end.kind, end.place, 1.0)


@pytest.fixture
async def queue(store: Store) -> FakeQueue:
    await Reports(store).save(BAD, started=1.0, policy="1")
    note = proposed(place=replace(PLACE, subject=IMAGE), at=await store.now())
    await Notes(store).put(note)
    return FakeQueue()


async def state(store: Store) -> str:
    note = (await Notes(store).about(replace(PLACE, subject=IMAGE))).proposed
    assert note is not None
    return note.state


async def test_it_is_asked_until_it_is_merged(store: Store, queue: FakeQueue) -> None:
    endings = Endings(store, queue, Host("open", "away", "merged"))
    assert await endings.round() == 0, "not yet"
    for expected, posts in (("open", 0), ("open", 0), ("merged", 1)):
        await due(store)
        assert await endings.round() == 1
        assert (await state(store), len(queue.posts)) == (expected, posts)
    await due(store)
    assert await endings.round() == 0


async def test_one_that_is_closed_is_told(store: Store, queue: FakeQueue) -> None:
    await due(store)
    await Endings(store, queue, Host("closed")).round()
    assert await state(store) == "closed"
    assert len(queue.posts) == 1


async def test_without_a_token_nobody_is_asked(store: Store, queue: FakeQueue) -> None:
    await due(store)
    assert await Endings(store, queue).round() == 1
    assert await state(store) == "open"
