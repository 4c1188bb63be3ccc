"""Which of two versions of a package is newer, by the rules of its ecosystem.

univers knows them (https://github.com/aboutcode-org/univers); versions come from SBOMs, so they may be anything.
"""

from typing import Any, Final, Literal

VERSION_MAX: Final = 128
"""Characters; a longer version is not ordered. The longest of Debian 12 has 51, of Go's pseudo versions about 60."""


def order(type_: str, before: str, after: str) -> Literal["up", "down", "unknown"]:
    """Whether the version went up or down. Unknown for a type or a version that nobody can order. Raises nothing."""
    if not type_ or max(len(before), len(after)) > VERSION_MAX:
        return "unknown"
    kind = _versions_of(type_)
    if kind is None:
        return "unknown"
    try:
        old, new = kind(before), kind(after)
        found = (old < new, new < old)
    except Exception:  # noqa: BLE001 - for each ecosystem it raises something else, and none of it is news
        return "unknown"
    return "up" if found == (True, False) else "down" if found == (False, True) else "unknown"


def _versions_of(type_: str) -> Any:  # noqa: ANN401 - a class of univers, which is typed in name only
    from univers.version_range import RANGE_CLASS_BY_SCHEMES  # noqa: PLC0415 - 150 ms, only when a version changed

    scheme = RANGE_CLASS_BY_SCHEMES.get(type_)
    return None if scheme is None else scheme.version_class
