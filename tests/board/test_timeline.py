"""Where versions gained and lost something."""

from bot.board.line import sorted_line
from bot.board.timeline import timeline
from bot.report.audit.document import Held
from tests.board.making import BAD, cell
from tests.making import digest


def test_each_version_says_what_it_gained_and_lost() -> None:
    line = sorted_line(
        [
            cell("quay.io/acme/app:1.0.0", **BAD),
            cell("quay.io/acme/app:1.1.0"),
            cell("quay.io/acme/app:1.2.0", sbom=Held.NO),
        ]
    )
    told = {entry.first.tag: [(turn.what, turn.kind) for turn in entry.turns] for entry in timeline(line)}
    assert told == {"1.0.0": [], "1.1.0": [("mode", "gained"), ("sbom", "gained")], "1.2.0": [("sbom", "lost")]}


def test_a_short_version_is_not_between_two_versions() -> None:
    """Seen: 1.2 had the content of 1.2.2, so 1.2.1 was said to have gained what it always had."""
    line = sorted_line(
        [
            cell("quay.io/acme/app:1.1.0"),
            cell("quay.io/acme/app:1.2.1"),
            cell("quay.io/acme/app:1.2.2", **BAD, digest=digest("bad")),
            cell("quay.io/acme/app:1.2", **BAD, digest=digest("bad")),
        ]
    )
    told = {entry.first.tag: [turn.kind for turn in entry.turns] for entry in timeline(line)}
    assert told == {"1.1.0": [], "1.2.1": [], "1.2.2": ["lost", "lost"], "1.2": []}


def test_registries_that_have_the_same_are_one_entry() -> None:
    same = sorted_line([cell("quay.io/acme/app:1.0.0"), cell("docker.io/acme/app:1.0.0")])
    assert [len(entry.cells) for entry in timeline(same)] == [2]
    other = sorted_line([cell("quay.io/acme/app:1.0.0"), cell("docker.io/acme/app:1.0.0", **BAD)])
    assert [len(entry.cells) for entry in timeline(other)] == [1, 1]


def test_tags_that_move_are_no_versions() -> None:
    assert timeline(sorted_line([cell("quay.io/acme/app:latest")])) == ()
