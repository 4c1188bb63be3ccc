"""Names and values within longer texts: Dockerfiles, shell commands, files written inline, JSON values."""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final

from bot.attestations.provenance import Exposed
from bot.attestations.secret_names import secret_word

# NAME=value as shells and .env files write it, bare or quoted; --name=value and -Dname=value as commands take it.
_ASSIGNMENT: Final = re.compile(
    r"""(?:(?<![\w.$-])|(?<=\s--)|(?<=^--)|(?<=\s-D)|(?<=^-D))(?P<key>[A-Za-z_][\w.-]{0,127})=(?P<value>"[^"\n]*"|'[^'\n]*'|[^\s;&|"'`]+)""",
    re.ASCII,
)
# "name": "value" as JSON writes it, within a shell's quotes, too; name: value on a line of its own, as YAML writes it.
_JSON: Final = re.compile(
    r"""\\?"(?P<key>[A-Za-z_][\w.-]{0,127})\\?"\s{0,40}:\s{0,40}\\?"(?P<value>[^"\\\s]{1,1000})\\?\"""", re.ASCII
)
_YAML: Final = re.compile(
    r"""^[ \t]*(?:-[ \t]+)?(?P<key>[A-Za-z_][\w.-]{0,127}):[ \t]+"""
    r"""(?P<value>"[^"\n]*"|'[^'\n]*'|[^\s#"'][^\s#]{0,1000})[ \t]*$""",
    re.ASCII | re.MULTILINE,
)
_OLD_ENV: Final = re.compile(
    r"^[ \t]*ENV[ \t]+(?P<key>[A-Za-z_]\w{0,127})[ \t]+(?P<value>[^\s=][^\n]{0,1000})$",
    re.ASCII | re.MULTILINE | re.IGNORECASE,
)


def within(place: str, text: str) -> Iterator[Exposed]:
    """A text as a whole, and the values in it that are named like secrets: a script, a file, a Dockerfile."""
    yield Exposed(place, "", text)
    for pattern in (_ASSIGNMENT, _JSON, _YAML, _OLD_ENV):
        for match in pattern.finditer(text):
            if secret_word(match["key"]):
                value = match["value"]
                yield Exposed(place, match["key"], value[1:-1] if value[:1] in {"'", '"'} else value)


def leaves(place: str, value: object, *, key: str = "", keyed: bool = True) -> Iterator[Exposed]:
    """Every string within a JSON value, with the key that it goes by when `keyed` says that keys mean something."""
    stack: list[tuple[str, object]] = [(key, value)]
    while stack:
        name, item = stack.pop()
        if isinstance(item, str):
            yield Exposed(place, name if keyed else "", item)
        elif isinstance(item, dict):
            stack.extend((str(inner), nested) for inner, nested in reversed(item.items()))
        elif isinstance(item, list):
            stack.extend((name, nested) for nested in reversed(item))


def decoded(data: str) -> str:
    """Text of base64 bytes; what is no base64 as it is."""
    try:
        return base64.b64decode(data, validate=True).decode(errors="replace")
    except (binascii.Error, ValueError):
        return data
