"""Names and values within longer texts: Dockerfiles, shell commands, files written inline, JSON values."""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from typing import Final

from bot.attestations.provenance import Exposed

# NAME=value as shells and .env files write it: bare, or quoted.
_ASSIGNMENT: Final = re.compile(
    r"""(?<![\w.$-])(?P<key>[A-Za-z_][\w.-]{0,127})=(?P<value>"[^"\n]*"|'[^'\n]*'|[^\s;&|"'`]+)""",
    re.ASCII,
)
_CONTINUED: Final = re.compile(r"\\[ \t]*\n")
_INSTRUCTION: Final = re.compile(r"^[ \t]*(?:ARG|ENV|LABEL)[ \t]+(?P<rest>.*)$", re.MULTILINE | re.IGNORECASE)
_OLD_ENV: Final = re.compile(r"(?P<key>[A-Za-z_]\w*)[ \t]+(?P<value>[^\s=][^\n]*)", re.ASCII)


def dockerfile_texts(dockerfile: str) -> Iterator[Exposed]:
    """A Dockerfile as a whole, and the values that its ARG, ENV and LABEL instructions give."""
    place = "Dockerfile text"
    yield Exposed(place, "", dockerfile)
    for match in _INSTRUCTION.finditer(_CONTINUED.sub(" ", dockerfile)):
        found = list(assignments(match["rest"]))
        if not found and (old := _OLD_ENV.fullmatch(match["rest"].strip())):  # ENV NAME value
            found = [(old["key"], old["value"])]
        yield from named_texts(place, found)


def assignments(text: str) -> Iterator[tuple[str, str]]:
    """NAME=value pairs, quotes taken off."""
    for match in _ASSIGNMENT.finditer(text):
        value = match["value"]
        yield match["key"], value[1:-1] if value[:1] in {"'", '"'} else value


def named_texts(place: str, pairs: Iterable[tuple[str, str]]) -> Iterator[Exposed]:
    """Each pair as an exposed text at that place."""
    for key, value in pairs:
        yield Exposed(place, key, value)


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
