"""What is chosen, counted and sorted; every state of the board is an address."""

from urllib.parse import parse_qsl

import pytest

from bot.board import BoardMode, BoardRow
from bot.board.query import BoardQuery, BoardSort
from bot.board.trend import trend
from bot.board.view import CHIPS_MAX, PAGE, view_of
from bot.report import Verdict
from tests.board.making import BAD, DAY, cell, row

ROWS = (
    row(cell("quay.io/acme/app:1.0.0", at=DAY)),
    row(cell("docker.io/acme/web:1.0.0", at=3 * DAY, **BAD)),
    row(cell("quay.io/other/tool:2.0.0", at=2 * DAY, mode=BoardMode.MIN, verdict=Verdict.WARN, project="other")),
)


def names(query: BoardQuery, rows: tuple[BoardRow, ...] = ROWS) -> list[str]:
    return [one.id for one in view_of(rows, query).rows]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (BoardQuery(), ["acme/web", "other/tool", "acme/app"]),
        (BoardQuery(sort=BoardSort.IMAGE), ["acme/app", "acme/web", "other/tool"]),
        (BoardQuery(sort=BoardSort.SINCE), ["acme/web", "other/tool", "acme/app"]),
        (BoardQuery(q="TOOL"), ["other/tool"]),
        (BoardQuery(q="acme provenance-missing"), ["acme/web"]),
        (BoardQuery(mode=BoardMode.MIN), ["other/tool"]),
        (BoardQuery(verdict=Verdict.PASS), ["acme/app"]),
        (BoardQuery(project="acme"), ["acme/web", "acme/app"]),
        (BoardQuery(registry="docker.io"), ["acme/web"]),
        (BoardQuery(rule="sbom-missing"), ["acme/web"]),
        (BoardQuery(project="acme", mode=BoardMode.MIN), []),
    ],
)
def test_rows_are_chosen_and_sorted(query: BoardQuery, found: list[str]) -> None:
    assert names(query) == found


def test_every_state_has_an_address_that_leads_back_to_it() -> None:
    query = BoardQuery("a b", BoardMode.MIN, Verdict.FAIL, "acme", "quay.io", "sbom-missing", BoardSort.SINCE, 3)
    assert BoardQuery.parse(dict(parse_qsl(query.address))) == query
    assert BoardQuery().address == ""


@pytest.mark.parametrize(
    "given", [{"mode": "x"}, {"page": "-1"}, {"page": "\u0661"}, {"page": "9" * 30}, {"sort": "drop"}, {"verdict": "'"}]
)
def test_nonsense_in_an_address_is_as_if_it_was_not_there(given: dict[str, str]) -> None:
    assert BoardQuery.parse(given) == BoardQuery()


def test_counts_are_of_what_a_click_would_show() -> None:
    view = view_of(ROWS, BoardQuery(project="acme", mode=BoardMode.MAX))
    assert view.modes == {BoardMode.MAX: 1, BoardMode.MISSING: 1}
    assert view.verdicts == {Verdict.PASS: 1}
    assert view.projects == (("acme", 1),)


def test_chips_are_bounded_and_hold_what_is_chosen() -> None:
    rows = tuple(row(cell(f"quay.io/p{number}/a:1.0.0")) for number in range(50))
    view = view_of(rows, BoardQuery(project="p49"))
    assert len(view.projects) == CHIPS_MAX + 1
    assert ("p49", 1) in view.projects


def test_pages() -> None:
    rows = tuple(row(cell(f"quay.io/acme/a{number:03}:1.0.0")) for number in range(PAGE + 1))
    second = view_of(rows, BoardQuery(page=2))
    assert (second.pages, len(second.shown)) == (2, 1)
    assert view_of(rows, BoardQuery(page=50)).page == 2
    assert view_of((), BoardQuery()).pages == 1


def test_the_trend_is_what_the_board_said_at_the_time() -> None:
    first = row(cell("quay.io/acme/app:1.0.0", at=DAY, **BAD))
    better = row(cell("quay.io/acme/app:1.1.0", at=3 * DAY), before=first)
    later = row(cell("quay.io/acme/web:1.0.0", at=2 * DAY, **BAD))
    steps = trend((better, later), 5 * DAY, steps=5)
    assert [dict(step.modes) for step in steps] == [
        {BoardMode.MISSING: 1},
        {BoardMode.MISSING: 2},
        {BoardMode.MAX: 1, BoardMode.MISSING: 1},
        {BoardMode.MAX: 1, BoardMode.MISSING: 1},
        {BoardMode.MAX: 1, BoardMode.MISSING: 1},
    ]


def test_without_a_change_there_is_no_trend() -> None:
    assert trend(ROWS[:1], 5 * DAY) == ()
    assert trend((), 5 * DAY) == ()
