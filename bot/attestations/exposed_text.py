"""Names and values within longer texts: Dockerfiles, shell commands, files written inline, JSON values."""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final

from bot.attestations.provenance import Exposed, RecordPlace
from bot.attestations.secrets.names import MAY_BE_SECRET, secret_word

VALUE_MAX: Final = 1000
"""Characters of a value within a text."""

_NAME: Final = r"(?P<key>[A-Za-z_][\w.-]{0,127})"
_QUOTED: Final = rf"""\\?"[^"\n\\]{{1,{VALUE_MAX}}}\\?"|'[^'\n]{{1,{VALUE_MAX}}}'|`[^`\n]{{1,{VALUE_MAX}}}`"""

# NAME=value as shells and .env files write it, bare or quoted; --name=value and -Dname=value as commands take it; the
# same within a string of JSON, where \n ends a line.
_ASSIGNMENT: Final = re.compile(
    rf"""(?:(?<![\w.$-])|(?<=\s--)|(?<=^--)|(?<=\s-D)|(?<=^-D)){_NAME}="""
    r"""(?P<value>"[^"\n]{0,4096}"|'[^'\n]{0,4096}'|(?:[^\s;&|"'`\\]|\\(?![nrt])){1,4096})""",
    re.ASCII,
)
# name = "value" as settings files and programs write it, with the many signs that stand for "is": := ?= => .= and a
# type between; ("name", "value") as calls do.
_PROGRAM: Final = re.compile(
    rf"""(?<![\w.-]){_NAME}["']?[ \t]{{0,9}}(?:string[ \t]{{1,3}})?"""
    rf"""(?::{{0,3}}=|[?.+]=|=>|,)[ \t]{{0,9}}(?P<value>{_QUOTED})""",
    re.ASCII,
)
_SETTING: Final = re.compile(
    rf"""(?<![\w.-]){_NAME}[ \t]{{1,9}}:?=[ \t]{{1,9}}"""
    rf"""(?P<value>[A-Za-z0-9][\w+/=.~!@#%^*-]{{3,{VALUE_MAX}}})[ \t]{{0,9}};?$""",
    re.ASCII | re.MULTILINE,
)
# "name": "value" as JSON writes it, within a shell's quotes, too; name: value on a line of its own, as YAML writes it.
_JSON: Final = re.compile(
    rf"""\\?["']{_NAME}\\?["']\s{{0,40}}:\s{{0,40}}\\?["'](?P<value>[^"'\\\s]{{1,{VALUE_MAX}}})\\?["']""", re.ASCII
)
_YAML: Final = re.compile(
    rf"""^[ \t]{{0,200}}(?:-[ \t]{{1,9}})?{_NAME}:[ \t]{{1,40}}"""
    rf"""(?P<value>"[^"\n]{{1,{VALUE_MAX}}}"|'[^'\n]{{1,{VALUE_MAX}}}'|[^\s#"'][^\s#]{{0,{VALUE_MAX}}})[ \t]{{0,9}}$""",
    re.ASCII | re.MULTILINE,
)
# <name>value</name>, and <add key="name" value="value"/>
_XML: Final = re.compile(
    rf"""<{_NAME}>\s{{0,40}}(?P<value>[^<>\s]{{1,{VALUE_MAX}}})\s{{0,40}}</""",
    re.ASCII,
)
_XML_PAIR: Final = re.compile(
    rf"""\s(?:key|name)="{_NAME}"\s{{1,40}}value="(?P<value>[^"\n]{{1,{VALUE_MAX}}})\"""",
    re.ASCII,
)
_OLD_ENV: Final = re.compile(
    r"^[ \t]{0,40}ENV[ \t]{1,40}(?P<key>[A-Za-z_]\w{0,127})[ \t]{1,40}"
    rf"(?P<value>[^\s=][^\n]{{0,{VALUE_MAX}}})$",
    re.ASCII | re.MULTILINE | re.IGNORECASE,
)
_FORMS: Final = (_ASSIGNMENT, _PROGRAM, _SETTING, _JSON, _YAML, _XML, _XML_PAIR, _OLD_ENV)
_QUOTES: Final = "'\"`"


def within(place: RecordPlace, text: str) -> Iterator[Exposed]:
    """A text as a whole, and the values in it that are named like secrets: a script, a file, a Dockerfile."""
    yield Exposed(place, "", text)
    yield from _named(place, text)


def keyed(place: RecordPlace, key: str, value: str) -> Iterator[Exposed]:
    """A value under its name, and the values within it that are named like secrets: options, connection strings."""
    yield Exposed(place, key, value)
    yield from _named(place, value)


def _named(place: RecordPlace, text: str) -> Iterator[Exposed]:
    if MAY_BE_SECRET.search(text) is None:
        return
    for form in _FORMS:
        for match in form.finditer(text):
            if secret_word(match["key"]):
                yield Exposed(place, match["key"], _bare(match["value"]))


def _bare(value: str) -> str:
    """The value without its quotes."""
    value = value.removeprefix("\\")
    if value[:1] and value[:1] in _QUOTES:
        return value[1:].removesuffix(value[:1]).removesuffix("\\")
    return value


def leaves(place: RecordPlace, value: object, *, key: str = "", keyed: bool = True) -> Iterator[Exposed]:
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
    """Text of base64 bytes; what is not base64 as it is."""
    try:
        return base64.b64decode(data, validate=True).decode(errors="replace")
    except (binascii.Error, ValueError):
        return data
