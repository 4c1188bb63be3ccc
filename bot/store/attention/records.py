"""The records as text: JSON, the same for the same record. Read by pydantic, because the store is not trusted."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any, Final, TypeAlias, TypeVar

from pydantic import TypeAdapter, ValidationError

from bot.attention import Acknowledgement, Kind, Mute, ProposedFix, RevokedSecret, Snooze, StoredWaiver

Record: TypeAlias = Acknowledgement | Snooze | Mute | RevokedSecret | ProposedFix | StoredWaiver

R = TypeVar("R", bound=Record)

RECORD_MAX: Final = 256 * 1024
"""Characters of one record; 512 failures have some 100,000."""

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
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        case _:
            return value


def read(type_: type[R], text: object) -> R | None:
    """The record of that text; None when it is not one of ours."""
    if not isinstance(text, str | bytes) or len(text) > RECORD_MAX:
        return None
    try:
        record: R = ADAPTERS[type_].validate_json(text)
    except ValidationError:
        return None
    return record
