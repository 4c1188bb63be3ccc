"""Another value like one that never changes: most are msgspec's Structs, some are dataclasses (CONTRIBUTING.md)."""

import dataclasses
from typing import TYPE_CHECKING, Any

from msgspec import Struct, structs

if TYPE_CHECKING:
    # mypy knows the fields of what the standard function is given, also of a Struct; msgspec's takes any.
    from dataclasses import replace  # noqa: TID251 - only its types
else:

    def replace(value: Any, /, **changes: Any) -> Any:  # noqa: ANN401 - typed above
        """A copy with these changes. Raises TypeError for a field that the value does not have."""
        if isinstance(value, Struct):
            return structs.replace(value, **changes)
        return dataclasses.replace(value, **changes)  # noqa: TID251 - it is one


def field_names(value: object) -> tuple[str, ...] | None:
    """The fields that such a value is made of; None for anything else."""
    if isinstance(value, Struct):
        return value.__struct_fields__
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return tuple(field.name for field in dataclasses.fields(value) if field.init)
    return None


__all__ = ["field_names", "replace"]
