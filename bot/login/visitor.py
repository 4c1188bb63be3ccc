"""Somebody who logged in, as their provider says."""

from dataclasses import dataclass
from typing import Any, Final

SUBJECT_MAX: Final = 255
"""Characters; the standard's own limit."""

LABEL_MAX: Final = 200
"""Characters of what people see of somebody."""

GROUPS_MAX: Final = 2000
"""Groups of one person that are looked at; Entra sends 200 at most."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """`subject` is the provider's own id, never given to another person. `groups` are those that a role names."""

    issuer: str
    subject: str
    label: str
    groups: tuple[str, ...] = ()


def label_of(subject: str, claims: dict[str, Any]) -> str:
    """For people: a verified address, or the subject beside a name that they may have chosen themselves."""
    email, name = claims.get("email"), claims.get("preferred_username") or claims.get("name")
    if isinstance(email, str) and email and claims.get("email_verified") is True:
        return email[:LABEL_MAX]
    if isinstance(name, str) and name:
        return f"{name[:80]} ({subject})"[:LABEL_MAX]
    return subject[:LABEL_MAX]


def groups_of(value: object, known: frozenset[str]) -> tuple[str, ...]:
    """Of the claim's words those that are known; a claim of another kind has none."""
    words = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return tuple(sorted({word for word in words[:GROUPS_MAX] if isinstance(word, str) and word in known}))
