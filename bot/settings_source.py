"""How variables are read into settings, and how one that does not fit is told: by its name, never by its value."""

import json
from typing import Any, Final

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import EnvSettingsSource

from bot.errors import SettingsError

_WORDS: Final = {
    "tuple_type": 'is written as a JSON list, e.g. ["…"]',
    "dict_type": 'is written as a JSON object, e.g. {"…": "…"}',
    "model_type": 'is written as a JSON object, e.g. {"…": "…"}',
    "missing": "is missing",
    "extra_forbidden": "is not known here",
}
"""What pydantic says of these speaks of Python."""


class Variables(EnvSettingsSource):
    """The environment. A variable that is set to nothing is as good as not set, except for a text that may be empty."""

    def prepare_field_value(
        self,
        field_name: str,
        field: FieldInfo,
        value: Any,  # noqa: ANN401 - as the base class has it
        value_is_complex: bool,  # noqa: FBT001
    ) -> Any:  # noqa: ANN401
        """None when it is not set."""
        if value == "" and field.annotation is not str:
            return None
        return super().prepare_field_value(field_name, field, value, value_is_complex)

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:  # noqa: ANN401, ARG002
        """Lists and tables are JSON. Raises SettingsError, which says where it ends to be."""
        try:
            return json.loads(value)
        except json.JSONDecodeError as error:
            where = f"{error.msg}, at line {error.lineno} column {error.colno}"
            raise SettingsError(f"{_variable(field_name)}: is not JSON: {where}") from None
        except (ValueError, RecursionError):
            raise SettingsError(f"{_variable(field_name)}: is not JSON that can be read") from None


def in_words(error: ValidationError) -> str:
    """Each variable that does not fit, and why; never its value."""
    troubles = error.errors(include_url=False, include_input=False, include_context=False)
    return "; ".join(f"{_place(*trouble['loc'])}: {_why(trouble['type'], trouble['msg'])}" for trouble in troubles)


def _why(kind: str, message: str) -> str:
    return _WORDS.get(kind, message.removeprefix("Value error, "))


def _place(name: int | str, *inside: int | str) -> str:
    return _variable(str(name)) + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in inside)


def _variable(name: str) -> str:
    """The variable of a field; those that have a name of their own are known by it."""
    return name if name.isupper() else f"PROVENANCE_{name.upper()}"
