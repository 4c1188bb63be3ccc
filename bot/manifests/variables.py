"""Variables in image names of Compose files: only their defaults are known here.

https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md
"""

import re
from typing import Final

from bot.errors import MalformedError

_VARIABLE: Final = re.compile(r"\$(?:(\$)|\{([A-Za-z_]\w*)(?::?-([^${}]*))?\}|([A-Za-z_]\w*))", re.ASCII)


def filled_in(name: str) -> str:
    """The name with the defaults of its variables. Raises MalformedError for one that has none."""

    def value(match: re.Match[str]) -> str:
        if match[1]:
            return "$"
        if match[3] is None:
            variable = match[2] or match[4]
            raise MalformedError(f"${{{variable}}} has no default; try `docker compose config | provenance check -`")
        return match[3]

    return _VARIABLE.sub(value, name)
