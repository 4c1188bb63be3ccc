"""Turns at a host: who goes first, and that no place is lost."""

import asyncio

from bot.oci.wire.gates import Gate
from bot.oci.wire.width import Width


async def test_who_is_late_waits_behind_all_others() -> None:
    gate, went = Gate(Width(1, 1)), list[str]()

    async def go(name: str, *, late: bool) -> None:
        async with gate.turn(late=late):
            went.append(name)

    async with gate.turn() as waited:
        assert not waited
        tasks = [asyncio.create_task(go(name, late=name.startswith("late"))) for name in ("late 1", "late 2", "a", "b")]
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    assert went == ["a", "b", "late 1", "late 2"]


async def test_a_place_of_somebody_who_gave_up_is_not_lost() -> None:
    gate = Gate(Width(1, 1))

    async def wait() -> bool:
        async with gate.turn() as waited:
            return waited

    async with gate.turn():
        gone, stays = asyncio.create_task(wait()), asyncio.create_task(wait())
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.sleep(0)
    assert await stays
    assert not await wait()


async def test_a_place_that_was_handed_to_somebody_who_gives_up_at_that_moment_is_handed_on() -> None:
    gate = Gate(Width(1, 1))

    async def wait() -> None:
        async with gate.turn():
            pass

    async with gate.turn():
        gone = asyncio.create_task(wait())
        await asyncio.sleep(0)
    gone.cancel()  # the place is its own already
    await asyncio.gather(gone, return_exceptions=True)
    async with gate.turn() as waited:
        assert not waited
