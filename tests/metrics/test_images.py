"""How many images of each project have which provenance; a flood of projects stays bounded."""

from bot.jobs.queue import open_queue
from bot.jobs.readings import PROJECTS_MAX, readings
from bot.store import Store
from bot.store.board import Board
from bot.store.lease import Leases
from bot.store.second_looks import SecondLook, SecondLooks
from tests.board.making import BAD, cell
from tests.jobs.parts import settings


async def images(store: Store) -> dict[tuple[str, ...], float]:
    async with open_queue(store, settings()) as queue:
        (found,) = [one for one in await readings(store, queue) if one.measure.name == "provenance_images"]
    return dict(found.values)


async def test_images_by_project_and_provenance(store: Store) -> None:
    board = Board(store)
    for image in (
        cell("quay.io/acme/app:1.0.0"),
        cell("quay.io/acme/web:1.0.0"),
        cell("quay.io/acme/bad:1.0.0", **BAD),
    ):
        await board.put(image)
    (row,) = [one for one in await board.rows() if one.repository == "acme/bad"]
    found = await images(store)
    assert sum(found.values()) == 3
    assert found[row.project, row.mode.value] == 1


async def test_a_flood_of_projects_is_counted_as_other(store: Store) -> None:
    board = Board(store)
    for number in range(PROJECTS_MAX + 5):
        await board.put(cell(f"quay.io/p{number}/app:1.0.0", project=f"p{number}"))
    found = await images(store)
    assert len({project for project, _ in found}) == PROJECTS_MAX + 1
    assert sum(value for (project, _), value in found.items() if project == "other") == 5


async def test_what_nobody_could_look_at_for_days_is_unknown_as_on_the_board(store: Store) -> None:
    await Board(store).put(cell("quay.io/acme/app:1.0.0"))
    lease = await Leases(store, "polling", "test", seconds=60).take()
    assert lease is not None
    overdue = await store.now() - 4 * 24 * 3600
    await SecondLooks(store).save("quay.io/acme/app:1.0.0", SecondLook(looked_at=overdue), due=overdue, lease=lease)
    assert {mode for _, mode in await images(store)} == {"unknown"}
