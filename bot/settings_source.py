"""Reads the settings from environment variables, once for a process. An error names the variable, never its value."""

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from shlex import quote
from typing import Any, Final, get_args, get_origin

from pydantic import AliasChoices, BaseModel, ConfigDict, ValidationError, create_model
from pydantic.fields import FieldInfo

from bot.errors import SettingsError
from bot.settings import Settings

_IPV6_HOST: Final = re.compile(r"\[[0-9A-Fa-f.]*:[0-9A-Fa-f.:]*\]")

_BETWEEN_WORDS: Final = re.compile(r"[\s,]+(?![^{}]*\})")
"""Commas and spaces, but not those within braces: `quay.io/acme/{app,worker}` is one glob."""

_OURS: Final = ("PROVENANCE_", "SLACK_", "REDIS_")
"""How the names of our variables begin; `PORT` is too short to be compared."""

_MESSAGES: Final = {
    "int_parsing": "is not a whole number",
    "float_parsing": "is not a number",
    "bool_parsing": "must be true or false",
    "tuple_type": 'is written as a list, e.g. ["…"]',
    "dict_type": 'is written as a JSON object, e.g. {"…": "…"}',
    "model_type": 'is written as a JSON object, e.g. {"…": "…"}',
    "missing": "is missing",
    "extra_forbidden": "is not known here",
}
"""Our own messages, where pydantic's are about Python types."""


def load() -> Settings:
    """The settings from the environment. A warning on stderr for each variable that is misspelt or has no effect.

    Raises SettingsError that names each invalid variable, never its value.
    """
    warnings = [*misspelt(os.environ, Settings.model_fields)]  # noqa: TID251 - their names alone
    try:
        settings = _validated(from_environment(os.environ, Settings.model_fields))  # noqa: TID251
    except ValidationError as error:
        raise SettingsError(in_words(error)) from None
    if settings.model_fields_set:
        from bot.settings_together import require_together, without_effect  # noqa: PLC0415 - few set any

        require_together(settings)
        warnings += without_effect(settings)
    sys.stderr.writelines(f"provenance: {warning}\n" for warning in warnings)
    return settings


def _validated(told: dict[str, Any]) -> Settings:
    """Validates only the fields that are told; all others have their defaults.

    To build the validator of all fields would take longer than to judge an image.
    """
    asked = {
        name: field
        for name, field in Settings.model_fields.items()
        if not told.keys().isdisjoint((name, *variables_of(name, field)))
    }
    parts: dict[str, Any] = {name: (field.annotation, field) for name, field in asked.items()}
    part = create_model("SettingsTold", __config__=ConfigDict(populate_by_name=True), **parts).model_validate(told)
    return Settings.model_construct(**{name: getattr(part, name) for name in asked})


def from_environment(environment: Mapping[str, str], fields: Mapping[str, FieldInfo]) -> dict[str, Any]:
    """The value of each field whose variable is set. Raises SettingsError for a list or table that is not JSON.

    An empty variable counts as not set, except for a plain text setting. Of several names of a field, the first counts;
    upper and lower case are the same. Space around a value does not count: what is read from a file ends with its line.
    """
    told = {name.upper(): value.strip() for name, value in environment.items()}
    found: dict[str, Any] = {}
    for name, field in fields.items():
        variable = next((one for one in variables_of(name, field) if one in told), None)
        if variable is not None and (told[variable] or field.annotation is str):
            key = variable if field.validation_alias else name  # what an error names
            is_json = get_origin(field.annotation) in (tuple, dict)
            found[key] = _decoded(name, field, told[variable]) if is_json else told[variable]
    return found


def _decoded(name: str, field: FieldInfo, value: str) -> Any:  # noqa: ANN401 - whatever JSON says
    """A list of names may be plain; tables are JSON. Raises SettingsError with the position of a syntax error."""
    if _is_plain_list(field, value):
        return [word for word in _BETWEEN_WORDS.split(value) if word]
    try:
        return json.loads(value, object_pairs_hook=_without_twins)
    except json.JSONDecodeError as error:
        where = f"{error.msg}, at line {error.lineno} column {error.colno}"
        raise SettingsError(f"{_variable(name)}: is not JSON: {where}{_example(name)}") from None
    except _TwiceError as error:
        raise SettingsError(f"{_variable(name)}: {error}") from None
    except (ValueError, RecursionError):
        raise SettingsError(f"{_variable(name)}: is not JSON that can be read{_example(name)}") from None


class _TwiceError(ValueError):
    """A key stands twice in a table: which one counts would be chance."""


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _TwiceError(f"{twice[:100]!r} stands twice in one table; remove one")
    return table


def _is_plain_list(field: FieldInfo, value: str) -> bool:
    """Whether it is written like `quay.io/acme/*, ghcr.io/acme/*`; a name with a space or comma in it needs JSON.

    A list of tables is JSON, and so is what begins like JSON; `[::1]:5000` is a host, `{quay.io,ghcr.io}/acme` a glob.
    """
    holds = [one for one in get_args(field.annotation) if one is not Ellipsis]
    has_tables = any(isinstance(one, type) and issubclass(one, BaseModel) for one in holds)
    if get_origin(field.annotation) is not tuple or has_tables:
        return False
    return not value.startswith(("[", '{"', '"')) or bool(_IPV6_HOST.match(value))


def in_words(error: ValidationError) -> str:
    """Each invalid variable, the reason and an example, never its value."""
    details = error.errors(include_url=False, include_input=False, include_context=False)
    said = [f"{_place(*detail['loc'])}: {_why(detail['type'], detail['msg'])}" for detail in details]
    fields = dict.fromkeys(str(detail["loc"][0]) for detail in details)
    return "; ".join(said) + "".join(map(_example, fields))


def misspelt(names: Iterable[str], fields: Mapping[str, FieldInfo]) -> Iterator[str]:
    """A sentence for each variable that is not one of ours, and looks as if it was meant to be."""
    known = {variable for name, field in fields.items() for variable in variables_of(name, field)}
    for name in sorted(names):
        ours = name.upper()
        if ours not in known and ours.startswith(_OURS) and (meant := _meant(ours, known)):
            yield f"the variable {name} is not known and has no effect; did you mean {meant}?"


def _meant(name: str, known: set[str]) -> str:
    """The variable that it was probably meant to be, or "". `PROVENANCE_` is before most names, but not before all."""
    bare = name.removeprefix("PROVENANCE_")
    for other in (bare, f"PROVENANCE_{name}"):
        if other in known and other != name:
            return other
    from difflib import get_close_matches  # noqa: PLC0415 - only for names that are not known

    return next(iter(get_close_matches(name, sorted(known), n=1, cutoff=0.85)), "")


def _why(kind: str, message: str) -> str:
    return _MESSAGES.get(kind) or message.removeprefix("Value error, ").replace("Input should be ", "must be ", 1)


def _place(name: int | str, *inside: int | str) -> str:
    return _variable(str(name)) + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in inside)


def _variable(name: str) -> str:
    """The variable's name for a field; a field with its own variable name keeps it."""
    return name if name.isupper() else f"PROVENANCE_{name.upper()}"


def variables_of(name: str, field: FieldInfo) -> Iterator[str]:
    """All names of a field's variable."""
    aliases = field.validation_alias
    names = aliases.choices if isinstance(aliases, AliasChoices) else [name]
    yield from (_variable(str(one)) for one in names if str(one) != name or len(names) == 1)


def _example(name: str) -> str:
    """`; for example PROVENANCE_POLL=900`. Values with quotes are as a shell takes them."""
    field = name.removeprefix("PROVENANCE_").lower()
    from bot.settings_examples import EXAMPLES  # noqa: PLC0415 - only for what is wrong

    example = EXAMPLES.get(field)
    return f"; for example {_variable(name)}={quote(example)}" if example else ""
