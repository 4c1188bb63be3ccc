"""The table of versions."""

import pytest

from bot.workflows.versions import PROPOSED, cosign_of, newest_of, read_version, spell


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("v7", (7,)),
        ("7.3.0", (7, 3, 0)),
        ("v3.10", (3, 10)),
        ("main", None),
        ("v1.2.3.4", None),
        ("v", None),
        ("v²", None),
    ],
)
def test_reading(text: str, version: tuple[float, ...] | None) -> None:
    assert read_version(text) == version


def test_a_moving_tag_is_the_newest_that_it_may_be() -> None:
    assert newest_of((4,)) > (4, 99, 99)
    assert newest_of((4,)) < (5, 0, 0)
    assert newest_of((4, 1)) < (4, 2, 0)


@pytest.mark.parametrize(("like", "spelt"), [("v4.0.0", "v7.3.0"), ("v4", "v7"), ("4.1", "7.3")])
def test_a_proposal_is_as_precise_as_what_was_there(like: str, spelt: str) -> None:
    assert spell((7.0, 3.0, 0.0), like) == spelt


def test_cosign() -> None:
    for installer, major in (((3, 7, 0), 2), ((3, 10, 0), 2), ((4,), 3), ((4, 0, 0), 3), ((5, 0, 0), 3)):
        brought = cosign_of(tuple(map(float, installer)))
        assert brought
        assert brought.version[0] == major
    assert cosign_of((2.0,)) is None


def test_what_is_proposed_has_nothing_wrong_with_it() -> None:
    from tests.workflows.looking import build, found, job  # noqa: PLC0415 - the other tests here need no workflow

    for action, version in PROPOSED.items():
        text = job(build("push: true", uses=f"{action}@{spell(version, 'v0.0.0')}"))
        assert not found("workflow-action-too-old", text)
