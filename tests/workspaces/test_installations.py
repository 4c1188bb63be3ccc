"""Installations and the parts of the store: two at once, leaving, coming back, what is deleted and what is not."""

import asyncio

import pytest

from bot.errors import StoreError
from bot.intake.job import CheckJob
from bot.store import Store
from bot.store.dead_letters import DeadLetter, DeadLetters
from bot.store.watches import StoredWatches, Watch
from bot.store.workspaces import Installations, Leaving, OAuthStates
from bot.store.workspaces.leaving import LASTS
from handlers.oauth.uninstalled import Uninstallation
from tests.making import NOW
from tests.workspaces.making import OTHER, TEAM, facts, made_keys, tokens


@pytest.fixture
def installations(store: Store) -> Installations:
    return Installations(store, made_keys())


async def test_a_workspace_that_installs_again_keeps_its_part_of_the_store(installations: Installations) -> None:
    first = await installations.install(facts(), tokens())
    second = await installations.install(facts(at=2000.0), tokens("two"))
    assert second.workspace == first.workspace
    stored = await installations.of(TEAM)
    assert stored
    assert installations.tokens(stored) == tokens("two")


async def test_a_workspace_that_left_gets_another_part(installations: Installations, store: Store) -> None:
    """What is still being deleted is not what it remembers now."""
    first = await installations.install(facts(), tokens())
    await StoredWatches(store.of(first.workspace)).add(Watch(glob="quay.io/old/*"))
    assert await installations.remove(TEAM)
    second = await installations.install(facts(), tokens())
    await StoredWatches(store.of(second.workspace)).add(Watch(glob="quay.io/new/*"))
    assert await Leaving(store).round() == 1
    assert await StoredWatches(store.of(first.workspace)).all() == ()
    assert [watch.glob for watch in await StoredWatches(store.of(second.workspace)).all()] == ["quay.io/new/*"]


async def test_an_event_of_an_installation_that_was_left_removes_no_newer_one(installations: Installations) -> None:
    """Whoever heard it still knows the workspace by its part of before; Slack does not always say when it was."""
    first = await installations.install(facts(), tokens())
    assert await installations.remove(TEAM)
    second = await installations.install(facts(), tokens())
    removal = {"type": "event_callback", "event": {"type": "app_uninstalled"}}
    await Uninstallation(installations, first.workspace).removed(removal)
    assert await installations.of(TEAM)
    await Uninstallation(installations, second.workspace).removed(removal)
    assert await installations.of(TEAM) is None


async def test_the_part_of_one_is_emptied_and_no_other(installations: Installations, store: Store) -> None:
    parts = [(await installations.install(facts(team), tokens())).workspace for team in (TEAM, OTHER)]
    for part in (store, *map(store.of, parts)):
        await StoredWatches(part).add(Watch(glob="quay.io/acme/*"))
    for workspace in (*parts, ""):
        job = CheckJob(image="quay.io/a/b:1", origin="recheck", workspace=workspace).model_dump_json()
        await DeadLetters(store).add(DeadLetter(job=job, why="w", starts=1, at=NOW))
    await installations.remove(TEAM)
    await Leaving(store).round()
    counts = [len(await StoredWatches(part).all()) for part in (store, *map(store.of, parts))]
    assert counts == [1, 0, 1]
    assert not [key for key in await store.redis.keys("*") if parts[0] in str(key)]
    assert [parts[0] in letter.job for letter in await DeadLetters(store).newest(9)] == [False, False]


async def test_it_is_emptied_again_for_a_while(installations: Installations, store: Store) -> None:
    """A job that was running may write something after the first time."""
    workspace = (await installations.install(facts(), tokens())).workspace
    await installations.remove(TEAM)
    await Leaving(store).round()
    await StoredWatches(store.of(workspace)).add(Watch(glob="quay.io/late/*"))
    await Leaving(store).round()
    assert await StoredWatches(store.of(workspace)).all() == ()
    await store.redis.zadd(Leaving(store).key, {workspace: await store.now() - LASTS - 1})
    await Leaving(store).round()
    assert await Leaving(store).all() == ()


async def test_of_two_who_change_it_one_loses(installations: Installations) -> None:
    await installations.install(facts(), tokens())
    stored = await installations.of(TEAM)
    assert stored
    both = [installations.replace(stored, stored.facts, tokens(word)) for word in ("a", "b")]
    kept = await asyncio.gather(*both)
    assert sorted(one is not None for one in kept) == [False, True]


async def test_what_was_removed_is_not_brought_back_by_who_read_it_before(installations: Installations) -> None:
    """A rotation that ends after the uninstallation."""
    await installations.install(facts(), tokens())
    stored = await installations.of(TEAM)
    assert stored
    await installations.remove(TEAM)
    assert await installations.replace(stored, stored.facts, tokens("late")) is None
    assert await installations.of(TEAM) is None


async def test_ten_at_once_install_one_workspace_once(installations: Installations) -> None:
    made = await asyncio.gather(*(installations.install(facts(), tokens(str(one))) for one in range(10)))
    assert len({one.workspace for one in made}) == 1


async def test_a_record_that_cannot_be_read_is_replaced_by_a_new_installation(
    installations: Installations, store: Store
) -> None:
    await store.redis.hset(store.key("installations"), TEAM, "{")
    assert await installations.all() == ()
    assert await installations.of(TEAM) is None
    await installations.install(facts(), tokens())
    assert await installations.of(TEAM)


@pytest.mark.parametrize("team", ["", "t0", "T0 X", "T0*", "T0:X", "E0ORG", "T" + "0" * 99, "T0\n"])
async def test_what_is_not_a_team_has_no_installation(installations: Installations, team: str) -> None:
    assert await installations.of(team) is None


@pytest.mark.parametrize("workspace", ["T0ACME", "*", "T0ACME.*", "T0:A." + "0" * 16, "T0ACME." + "0" * 15, "\n"])
def test_a_part_of_the_store_has_a_name_that_is_no_pattern(store: Store, workspace: str) -> None:
    with pytest.raises(StoreError):
        store.of(workspace)


async def test_a_state_is_good_once(store: Store) -> None:
    states = OAuthStates(store)
    state = await states.issue()
    assert not await states.consume(state + "x")
    assert await states.consume(state)
    assert not await states.consume(state)
    for forged in ("", "x", "\ud800", "x" * 10_000):
        assert not await states.consume(forged)


async def test_a_state_that_waits_ends_by_itself_and_is_not_readable_in_the_store(store: Store) -> None:
    state = await OAuthStates(store).issue()
    (key,) = await store.redis.keys("*oauth*")
    assert state not in str(key)
    assert 0 < await store.redis.ttl(key) <= 600
