"""What one row says of an image's versions, registries and tags."""

import pytest

from bot.board import BoardCell, BoardMode, BoardRow, cell_of, with_cell
from bot.board.line import LINE_MAX, ROLLING_MAX
from bot.board.row import PAST_MAX, ROLLING_SHOWN
from bot.oci.reference import Reference
from bot.releases import Placement, ReleaseName
from bot.report import Verdict
from bot.report.audit.document import Held
from bot.rules import Outcome
from tests.board.making import BAD, DAY, cell, row
from tests.pages.examples import failing, passing


def placed(image: str, group: str = "", *, rolling: bool = False) -> Placement:
    named = Reference.parse(image)
    return Placement(named, ReleaseName(group or named.repository, named.tag, is_rolling=rolling))


def test_a_cell_says_what_the_report_says() -> None:
    made = cell_of(failing(), placed("quay.io/demo/app-min:1.0.0"))
    assert (made.mode, made.sbom, made.verdict) == (BoardMode.MIN, Held.NO, Verdict.FAIL)
    assert made.failing == ("provenance-mode-min", "sbom-missing")
    assert made.cause == "mode-not-explicit"
    assert (made.project, made.version, made.registry, made.tag) == ("demo", "1.0.0", "quay.io", "1.0.0")


def test_provenance_that_could_not_be_read_is_unknown_and_not_missing() -> None:
    unread = {"provenance": {"state": "unreadable", "reason": "503"}, "sbom": {"state": "unreadable"}}
    report = failing(platforms=[{"platform": "linux/amd64", "digest": "sha256:" + "a" * 64, **unread}])
    made = cell_of(report, placed("quay.io/demo/app-min:1.0.0"))
    assert (made.mode, made.sbom) == (BoardMode.UNKNOWN, Held.UNKNOWN)


def test_an_ambiguous_document_shows_nothing_for_certain() -> None:
    """Else a badge says "max" of an image whose runtime may read something else."""
    report = passing()
    twofold = report.results[0].model_copy(update={"rule": "document-ambiguous", "outcome": Outcome.FAIL})
    made = cell_of(
        report.model_copy(update={"results": (*report.results, twofold)}), placed("quay.io/demo/app-max:1.0.0")
    )
    assert (made.mode, made.sbom) == (BoardMode.UNKNOWN, Held.UNKNOWN)
    assert cell_of(report, placed("quay.io/demo/app-max:1.0.0")).mode is BoardMode.MAX


def test_the_policy_s_group_is_the_project() -> None:
    assert cell_of(passing(), placed("quay.io/demo/app-max:1.0.0", "shop")).project == "shop"


def test_a_tag_that_moves_has_no_version() -> None:
    assert not cell_of(passing(), placed("quay.io/demo/app-max:latest", rolling=True)).version


def test_the_row_is_about_the_newest_version_by_version_order() -> None:
    made = row(
        cell("quay.io/acme/app:1.10.0"), cell("quay.io/acme/app:1.9.0", **BAD), cell("quay.io/acme/app:1.11.0-rc1")
    )
    assert made.version == "1.11.0-rc1"
    assert [one.tag for one in made.newest] == ["1.11.0-rc1"]


def test_it_is_as_weak_as_the_weakest_registry() -> None:
    made = row(cell("quay.io/acme/app:1.0.0"), cell("docker.io/acme/app:1.0.0", **BAD))
    assert (made.mode, made.sbom, made.verdict) == (BoardMode.MISSING, Held.NO, Verdict.FAIL)
    assert made.is_uneven
    assert not row(cell("quay.io/acme/app:1.0.0"), cell("docker.io/acme/app:1.0.0")).is_uneven


def test_a_registry_that_lacks_the_tag_is_named_until_it_has_it() -> None:
    lacking = cell("quay.io/acme/app:1.0.0", absent=("docker.io",))
    assert row(lacking).absent == ("docker.io",)
    assert row(lacking).is_uneven
    assert row(lacking, cell("docker.io/acme/app:1.0.0")).absent == ()


def test_a_moving_tag_that_fails_makes_the_row_fail_and_leaves_its_provenance_alone() -> None:
    made = row(cell(), cell("quay.io/acme/app:nightly", **BAD))
    assert (made.mode, made.verdict, made.cause) == (BoardMode.MAX, Verdict.FAIL, "provenance-disabled")
    assert [one.tag for one in made.rolling] == ["nightly"]


def test_without_versions_the_tags_that_move_are_the_row() -> None:
    made = row(cell("quay.io/acme/app:latest"), cell("quay.io/acme/app:nightly", **BAD))
    assert {one.tag for one in made.newest} == {"latest", "nightly"}
    assert (made.version, made.mode) == ("", BoardMode.MISSING)


def test_a_failure_is_as_old_as_the_first_version_that_has_it() -> None:
    bad = [cell(f"quay.io/acme/app:1.{minor}.0", at=minor * DAY, **BAD) for minor in (2, 3, 4)]
    assert row(cell("quay.io/acme/app:1.1.0", at=DAY), *bad).since == 2 * DAY


def test_the_same_verdict_again_keeps_its_beginning() -> None:
    line = with_cell(with_cell((), cell(at=DAY)), cell(at=2 * DAY))
    assert [(one.since, one.first_at, one.checked_at) for one in line] == [(DAY, DAY, 2 * DAY)]
    (worse,) = with_cell(line, cell(at=3 * DAY, **BAD))
    assert worse.since == 3 * DAY


def test_an_older_check_changes_nothing() -> None:
    line = with_cell((), cell(at=2 * DAY))
    assert with_cell(line, cell(at=DAY, **BAD)) == line


def test_the_row_remembers_when_its_provenance_changed() -> None:
    first = row(cell(at=DAY, **BAD))
    second = row(cell(at=2 * DAY), before=first)
    assert second.past == ((DAY, BoardMode.MISSING), (2 * DAY, BoardMode.MAX))
    assert row(cell(at=3 * DAY), before=second).past == second.past


def test_a_row_is_bounded_whatever_is_pushed() -> None:
    line: tuple[BoardCell, ...] = ()
    made: BoardRow | None = None
    for number in range(100):
        for tag in (f"1.{number}.0", f"branch{number}x"):
            line = with_cell(line, cell(f"quay.io/acme/app:{tag}", at=number * DAY, **(BAD if number % 2 else {})))
        made = row(*line, before=made)
    assert made is not None
    assert len(line) == LINE_MAX + ROLLING_MAX
    assert len(made.past) == PAST_MAX
    assert len(made.rolling) == ROLLING_SHOWN
    assert made.version == "1.99.0"


@pytest.mark.parametrize("family", ["", "-native"])
def test_a_family_is_a_row_of_its_own(family: str) -> None:
    assert row(cell(f"quay.io/acme/app:1.0.0{family}")).id == f"acme/app {family}".strip()
