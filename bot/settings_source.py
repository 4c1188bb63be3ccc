"""Reads settings from environment variables. An error names the variable, never its value."""

import json
from typing import Any, Final

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import EnvSettingsSource

from bot.errors import SettingsError

_MESSAGES: Final = {
    "tuple_type": 'is written as a JSON list, e.g. ["…"]',
    "dict_type": 'is written as a JSON object, e.g. {"…": "…"}',
    "model_type": 'is written as a JSON object, e.g. {"…": "…"}',
    "missing": "is missing",
    "extra_forbidden": "is not known here",
}
"""Our own messages, where pydantic's are about Python types."""


class Variables(EnvSettingsSource):
    """The environment. An empty variable counts as not set, except for a plain text setting."""

    def prepare_field_value(
        self,
        field_name: str,
        field: FieldInfo,
        value: Any,  # noqa: ANN401 - as the base class has it
        value_is_complex: bool,  # noqa: FBT001
    ) -> Any:  # noqa: ANN401
        """The value, or None if it is not set."""
        if value == "" and field.annotation is not str:
            return None
        return super().prepare_field_value(field_name, field, value, value_is_complex)

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:  # noqa: ANN401, ARG002
        """Lists and tables are JSON. Raises SettingsError with the position of a syntax error."""
        try:
            return json.loads(value)
        except json.JSONDecodeError as error:
            where = f"{error.msg}, at line {error.lineno} column {error.colno}"
            raise SettingsError(f"{_variable(field_name)}: is not JSON: {where}") from None
        except (ValueError, RecursionError):
            raise SettingsError(f"{_variable(field_name)}: is not JSON that can be read") from None


def in_words(error: ValidationError) -> str:
    """Each invalid variable and the reason, never its value."""
    details = error.errors(include_url=False, include_input=False, include_context=False)
    return "; ".join(f"{_place(*detail['loc'])}: {_why(detail['type'], detail['msg'])}" for detail in details)


def _why(kind: str, message: str) -> str:
    return _MESSAGES.get(kind, message.removeprefix("Value error, "))


def _place(name: int | str, *inside: int | str) -> str:
    return _variable(str(name)) + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in inside)


def _variable(name: str) -> str:
    """The variable's name for a field; a field with its own variable name keeps it."""
    return name if name.isupper() else f"PROVENANCE_{name.upper()}"
