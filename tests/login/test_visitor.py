"""Who somebody is for people, and which groups count."""

from typing import Any

import pytest

from bot.login.role import Role, role_of
from bot.login.visitor import GROUPS_MAX, LABEL_MAX, groups_of, label_of

TABLE = {Role.SEE: ("staff",), Role.ASK: ("developers",), Role.WAIVE: ("release-managers",)}


@pytest.mark.parametrize(
    ("claims", "label"),
    [
        ({"email": "eve@corp.example", "email_verified": True, "name": "Eve"}, "eve@corp.example"),
        ({"email": "boss@corp.example", "email_verified": False}, "u-1"),  # anybody may have typed that
        ({"email": "boss@corp.example"}, "u-1"),
        ({"email": "boss@corp.example", "email_verified": "true", "name": "Eve"}, "Eve (u-1)"),
        ({"preferred_username": "boss"}, "boss (u-1)"),
        ({"name": ["boss"], "email": {"x": 1}, "email_verified": True}, "u-1"),
        ({}, "u-1"),
    ],
)
def test_a_name_that_somebody_chose_stands_beside_one_that_nobody_chooses(claims: dict[str, Any], label: str) -> None:
    assert label_of("u-1", claims) == label


def test_names_are_short() -> None:
    for claims in ({"email": "e" * 999, "email_verified": True}, {"name": "n" * 999}, {}):
        assert len(label_of("s" * 255, claims)) <= LABEL_MAX


@pytest.mark.parametrize(
    ("value", "groups"),
    [
        (["staff", "x", "staff"], ("staff",)),
        ("staff", ("staff",)),
        (["Staff", " staff", 7, None, ["staff"], {"staff": 1}], ()),
        ({"staff": True}, ()),
        (None, ()),
        (["x"] * GROUPS_MAX + ["staff"], ()),
    ],
)
def test_only_groups_that_a_role_names_are_kept(value: object, groups: tuple[str, ...]) -> None:
    assert groups_of(value, frozenset({"staff"})) == groups


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        ([], None),
        (["x"], None),
        (["*"], None),
        (["staff"], Role.SEE),
        (["staff", "developers"], Role.ASK),
        (["release-managers"], Role.WAIVE),
    ],
)
def test_a_role(groups: list[str], role: Role | None) -> None:
    assert role_of(groups, TABLE) is role


def test_each_role_includes_those_before_it() -> None:
    assert [[one.includes(other) for other in Role] for one in Role] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]
    assert role_of([], {Role.ASK: ("*",)}) is Role.ASK
