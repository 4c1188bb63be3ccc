"""A number and its noun: `1 rule`, `2 rules`."""


def counted(count: int, one: str, many: str = "") -> str:
    """`many` where the plural does not end in an `s` alone: `2 entries`."""
    return f"{count} {one if count == 1 else many or one + 's'}"
