"""Values within a parsed JSON document: of the expected type, bounded, or empty.

Predicates are anybody's; a field that is something else than it should be is taken as not there.
"""

from typing import Any, Final

from bot.errors import OverLimitError

TEXT_MAX: Final = 8192
"""Characters of one field that is shown or compared: a URI, an id, a time."""

LIST_MAX: Final = 20_000
"""Elements of one list: materials, build steps."""

Document = dict[str, Any]


def mapping(value: object) -> Document:
    """The value as an object; empty when it is something else."""
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> tuple[Document, ...]:
    """The objects of a list. Raises OverLimitError over LIST_MAX."""
    return tuple(item for item in _items(value) if isinstance(item, dict))


def texts(value: object) -> tuple[str, ...]:
    """The strings of a list. Raises OverLimitError over LIST_MAX."""
    return tuple(item for item in _items(value) if isinstance(item, str))


def text(value: object) -> str:
    """The value as a string; "" when it is something else. Raises OverLimitError over TEXT_MAX."""
    if not isinstance(value, str):
        return ""
    if len(value) > TEXT_MAX:
        raise OverLimitError(f"a field of {len(value)} characters is over the limit of TEXT_MAX = {TEXT_MAX}")
    return value


def _items(value: object) -> list[Any]:
    if not isinstance(value, list):
        return []
    if len(value) > LIST_MAX:
        raise OverLimitError(f"a list of {len(value)} elements is over the limit of LIST_MAX = {LIST_MAX}")
    return value
