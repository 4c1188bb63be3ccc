"""What a visitor of the pages may do, by the groups that they are in."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """Each includes those before it."""

    SEE = "see"  # the pages
    ASK = "ask"  # for checks and comparisons
    WAIVE = "waive"  # a rule, for any image

    def includes(self, other: "Role") -> bool:
        """Whether whoever has this role has the other one, too."""
        return _ORDER.index(self) >= _ORDER.index(other)


_ORDER: Final = tuple(Role)

EVERYBODY: Final = "*"
"""In place of a group: everybody who can log in."""


def role_of(groups: Iterable[str], table: Mapping[Role, Iterable[str]]) -> Role | None:
    """The highest role of somebody in these groups; None for groups that nobody named: they may do nothing."""
    known = {EVERYBODY, *groups}
    return next((role for role in reversed(_ORDER) if known & set(table.get(role, ()))), None)
