"""The board's index: bounded, right when two write at once, and read without parsing what has not changed."""

import asyncio

import pytest

from bot.store import Store
from bot.store import board as limits
from bot.store.board import Board
from bot.store.packing import unpacked
from bot.values import replace
from tests.board.making import BAD, DAY, cell, row


async def test_what_is_put_comes_back(store: Store) -> None:
    board = Board(store)
    assert await board.put(cell(**BAD))
    assert await Board(store).rows() == (row(cell(**BAD)),)
    assert await board.line("acme/app") == (cell(**BAD),)
    assert await board.line("acme/other") == ()


async def test_an_image_that_opens_no_row_is_left_out(store: Store) -> None:
    board = Board(store)
    assert not await board.put(cell(), opens=False)
    await board.put(cell())
    assert await board.put(cell(at=2 * DAY, **BAD), opens=False)
    assert not await board.put(cell("quay.io/acme/app:9.9.9"), opens=False)
    assert [one.tag for one in await board.line("acme/app")] == ["1.0.0"]
    assert await board.rows() == (row(*await board.line("acme/app"), before=row(cell())),)


async def test_two_registries_that_are_judged_at_once_are_one_row(store: Store) -> None:
    board = Board(store)
    hosts = [f"r{number}.example" for number in range(6)]
    await asyncio.gather(*(Board(store).put(cell(f"{host}/acme/app:1.0.0")) for host in hosts))
    (made,) = await board.rows()
    assert {one.registry for one in made.newest} == set(hosts)


async def test_rows_are_the_same_object_until_something_changes(store: Store) -> None:
    board = Board(store)
    await board.put(cell())
    await board.put(cell("quay.io/acme/web:1.0.0"))
    before = await board.rows()
    assert await board.rows() is before
    await Board(store).put(cell("quay.io/acme/web:1.1.0", at=2 * DAY))
    after = await board.rows()
    assert {one.version for one in after} == {"1.0.0", "1.1.0"}
    kept = next(one for one in after if one.repository == "acme/app")
    assert any(one is kept for one in before)


async def test_rows_that_are_too_many_are_forgotten_with_all_their_traces(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ROWS_MAX", 3)
    board = Board(store)
    for number in range(6):
        await board.put(cell(f"quay.io/acme/a{number}:1.0.0", at=number * DAY))
    assert {one.repository for one in await board.rows()} == {"acme/a3", "acme/a4", "acme/a5"}
    assert len([key async for key in store.redis.scan_iter("provenance:board:row:*")]) == 3
    assert len([key async for key in store.redis.scan_iter("provenance:board:line:*")]) == 3


async def test_what_cannot_be_read_is_left_out_and_made_again(store: Store) -> None:
    board = Board(store)
    await board.put(cell())
    await store.redis.set(store.key("board", "row", "acme/app"), '{"project": 7, "x"')
    await store.redis.set(store.key("board", "line", "acme/app"), "z1 broken")
    await store.redis.incr(store.key("board", "version"))
    assert await board.rows() == ()
    assert await board.line("acme/app") == ()
    await board.put(cell())
    assert [one.repository for one in await board.rows()] == ["acme/app"]


async def test_fields_of_a_newer_version_are_left_out(store: Store) -> None:
    board = Board(store)
    await board.put(cell())
    (made,) = await board.rows()
    key = store.key("board", "row", "acme/app")
    text = unpacked(str(await store.redis.get(key)), most=10_000)
    await store.redis.set(key, text.replace("{", '{"new": 1, ', 1))
    await store.redis.incr(store.key("board", "version"))
    assert await board.rows() == (replace(made),)
