"""Whom an entry of `owners` stands for: a Slack user or a user group by id, who can be mentioned, or a name to be read.

https://docs.slack.dev/messaging/formatting-message-text#mentioning-users
"""

import re
from enum import StrEnum
from typing import Final


class Owner(StrEnum):
    """What kind of owner a text names."""

    USER = "user"
    GROUP = "user group"
    NAME = "name"  # plain text: it notifies nobody


OWNERS_MAX: Final = 10
"""Of one entry; whoever wants to call more people has a user group for it."""

_USER: Final = re.compile(r"[UW][A-Z0-9]{5,20}", re.ASCII)
_GROUP: Final = re.compile(r"S[A-Z0-9]{5,20}", re.ASCII)


def kind_of(owner: str) -> Owner:
    """An id is an id only when it is one from its first character to its last."""
    if _USER.fullmatch(owner):
        return Owner.USER
    return Owner.GROUP if _GROUP.fullmatch(owner) else Owner.NAME


def remark_on(owner: str) -> str:
    """What the author of a policy should know about an owner, "" when there is nothing to say."""
    kind = kind_of(owner)
    if kind is Owner.NAME:
        return (
            f"{owner[:80]!r} is written as plain text and notifies nobody: a mention takes the id of a Slack user "
            "(U012AB3CD) or of a user group (S012AB3CD)"
        )
    if not re.search(r"\d", owner):
        return f"{owner!r} is taken for the id of a Slack {kind}; if it is a name, write it as @{owner}"
    return ""
