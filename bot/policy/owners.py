"""What a value of `owners` means: a Slack user or user group by id, which can be mentioned, or a plain name.

https://docs.slack.dev/messaging/formatting-message-text#mentioning-users
"""

import re
from enum import StrEnum
from typing import Final


class OwnerKind(StrEnum):
    """The kind of an owner."""

    USER = "user"
    GROUP = "user group"
    NAME = "name"  # plain text: it notifies nobody


OWNERS_MAX: Final = 10
"""Owners of one entry. To mention more people, use a user group."""

_USER: Final = re.compile(r"[UW][A-Z0-9]{5,20}", re.ASCII)
_GROUP: Final = re.compile(r"S[A-Z0-9]{5,20}", re.ASCII)


def kind_of(owner: str) -> OwnerKind:
    """The kind of that owner. The whole text must be an id to count as one."""
    if _USER.fullmatch(owner):
        return OwnerKind.USER
    return OwnerKind.GROUP if _GROUP.fullmatch(owner) else OwnerKind.NAME


def warning_about(owner: str) -> str:
    """A warning for the policy's author, or ""."""
    kind = kind_of(owner)
    if kind is OwnerKind.NAME:
        return (
            f"{owner[:80]!r} is plain text and notifies nobody; a mention needs the id of a Slack user "
            "(U012AB3CD) or user group (S012AB3CD)"
        )
    if not re.search(r"\d", owner):
        return f"{owner!r} is read as the id of a Slack {kind}; if it is a name, write @{owner}"
    return ""
