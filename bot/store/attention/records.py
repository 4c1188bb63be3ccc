"""The records as text: JSON, the same for the same record. Read by pydantic, because the store is not trusted."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any, Final, TypeAlias, TypeVar

from pydantic import TypeAdapter
from pydantic_core import from_json

from bot.attention import Acknowledgement, Failing, Kind, Mute, ProposedFix, RevokedSecret, Snooze, StoredWaiver

Record: TypeAlias = Acknowledgement | Snooze | Mute | RevokedSecret | ProposedFix | StoredWaiver

R = TypeVar("R", bound=Record)

RECORD_MAX: Final = 1024 * 1024
"""Characters of one record: 256 images with the longest names, and 48 rules on each of them, have some 600,000."""

GROUPED: Final = "by_image"
"""In place of the failures one by one, where they are many: `{"image digest": [rules]}`."""

GROUPED_FROM: Final = 512
"""Failures; fewer stand one by one, as earlier versions wrote them."""

TIME_MAX: Final = 250_000_000_000.0
"""Seconds; in the year 9892. What is said then may still last for months before the calendar of Python ends."""

KINDS: Final[Mapping[Kind, type[Record]]] = {
    Kind.ACKNOWLEDGEMENT: Acknowledgement,
    Kind.SNOOZE: Snooze,
    Kind.MUTE: Mute,
    Kind.REVOKED_SECRET: RevokedSecret,
    Kind.PROPOSED_FIX: ProposedFix,
    Kind.WAIVER: StoredWaiver,
}

ADAPTERS: Final[Mapping[object, TypeAdapter[Any]]] = {type_: TypeAdapter(type_) for type_ in KINDS.values()}
"""Validate a record of that type; keys that it does not know are left out."""


def kind_of(record: Record) -> Kind:
    """Its kind."""
    return next(kind for kind, type_ in KINDS.items() if type(record) is type_)


def text_of(record: Record) -> str:
    """For the store."""
    return json.dumps(plain(record), sort_keys=True, separators=(",", ":"))


def plain(value: object) -> object:
    """As JSON has it; sets in order."""
    match value:
        case frozenset():
            return sorted((plain(one) for one in value), key=json.dumps)
        case tuple():
            return [plain(one) for one in value]
        case date():
            return value.isoformat()
        case Failing(found) if len(found) > GROUPED_FROM:
            return {GROUPED: _grouped(found)}
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        case _:
            return value


def read(type_: type[R], text: object) -> R | None:
    """The record of that text; None when it is not one of ours."""
    if not isinstance(text, str | bytes) or len(text) > RECORD_MAX:
        return None
    try:
        return validated(type_, from_json(text))
    except ValueError:  # ValidationError is one
        return None


def validated(type_: type[R], value: object) -> R:
    """The record of what JSON says. Raises ValueError; ValidationError is one."""
    failing = value.get("failing") if isinstance(value, dict) else None
    if isinstance(value, dict) and isinstance(failing, dict) and GROUPED in failing:
        value = {**value, "failing": {"found": _one_by_one(failing[GROUPED])}}
    record: R = ADAPTERS[type_].validate_python(value)
    for field in fields(record):
        time = getattr(record, field.name)
        if isinstance(time, float) and not 0 <= time <= TIME_MAX:
            raise ValueError(f"{field.name}: is not a time")
    return record


def _grouped(found: Iterable[tuple[str, str, str]]) -> dict[str, list[str]]:
    by_image: dict[str, list[str]] = {}
    for image, digest, rule in sorted(found):
        by_image.setdefault(f"{image} {digest}", []).append(rule)
    return by_image


def _one_by_one(by_image: object) -> list[tuple[object, ...]]:
    """What is not of that shape becomes nothing that is valid."""
    groups = by_image.items() if isinstance(by_image, dict) else ()
    return [
        (*str(name).partition(" ")[::2], rule) for name, rules in groups if isinstance(rules, list) for rule in rules
    ]
