"""Values that never change: most are msgspec's Structs, some are dataclasses (CONTRIBUTING.md).

What a Struct must not show, as a secret, it names in `HIDDEN`; another value like one is made by `replace`.
"""

import dataclasses
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, ClassVar

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


class Hiding:
    """Stands before Struct where fields are not shown: `repr` leaves out those in HIDDEN, of this class and its bases.

    `field(repr=False)` of a dataclass does the same, and Python takes 0.4 ms to make that class.
    """

    __slots__ = ()

    HIDDEN: ClassVar[frozenset[str]] = frozenset()

    @recursive_repr()
    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.__rich_repr__())
        return f"{type(self).__name__}({shown})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """What `rich` shows, also in the local variables of a traceback."""
        hidden = {name for kind in type(self).__mro__ for name in vars(kind).get("HIDDEN", ())}
        return [(name, getattr(self, name)) for name in field_names(self) or () if name not in hidden]


def field_names(value: object) -> tuple[str, ...] | None:
    """The fields that such a value is made of; None for anything else."""
    if isinstance(value, Struct):
        return value.__struct_fields__
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return tuple(field.name for field in dataclasses.fields(value) if field.init)
    return None


__all__ = ["Hiding", "field_names", "replace"]
